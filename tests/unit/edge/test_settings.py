from __future__ import annotations

import pytest
from pydantic import ValidationError

from og_edge.settings import Settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///cards")
    for name in ("OG_PUBLIC_BASE_URL", "PUBLIC_BASE_URL", "OG_HTTP_PORT", "OG_LOOPBACK_TARGETS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://instantog.com")


@pytest.mark.parametrize(
    ("value", "base_url"),
    [
        ("https://instantog.com", "https://instantog.com"),
        ("https://instantog.com/", "https://instantog.com"),
        ("HTTPS://InstantOG.com:443//", "https://instantog.com"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://instantog.com/cards/", "https://instantog.com/cards"),
        ("https://bücher.de", "https://xn--bcher-kva.de"),
    ],
)
def test_the_public_base_url_has_the_form_that_tags_have(
    monkeypatch: pytest.MonkeyPatch, value: str, base_url: str
) -> None:
    for name in ("PUBLIC_BASE_URL", "OG_PUBLIC_BASE_URL"):
        monkeypatch.delenv("PUBLIC_BASE_URL", raising=False)
        monkeypatch.setenv(name, value)
        assert Settings().public_base_url == base_url


def test_only_production_demands_a_public_base_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLIC_BASE_URL")
    with pytest.raises(ValidationError, match="PUBLIC_BASE_URL must"):
        Settings()
    monkeypatch.setenv("OG_ENVIRONMENT", "development")
    assert Settings().public_base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "value",
    ["instantog.com", "//instantog.com", "ftp://instantog.com", "https://", "https://a/?b", "x y"],
)
def test_a_public_base_url_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("PUBLIC_BASE_URL", value)
    with pytest.raises(ValidationError, match="is a URL such as"):
        Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OG_HTTP_PORT", "0"),
        ("OG_HTTP_PORT", "65536"),
        ("OG_TRUSTED_PROXIES", "-1"),
        ("OG_CARD_RETENTION_DAYS", "-1"),
        ("OG_LOOPBACK_TARGETS", "127.0.0.1:8001"),
    ],
)
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_the_database_is_demanded_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://og_edge:hunter2@db/cards")
    assert "hunter2" not in repr(Settings())
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(ValidationError, match="DATABASE_URL"):
        Settings()
