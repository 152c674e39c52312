from __future__ import annotations

import pytest
from pydantic import ValidationError

from og_auth.settings import Settings as AuthSettings
from og_billing.settings import Settings as BillingSettings
from og_edge.settings import Settings as EdgeSettings
from og_extract.settings import Settings as ExtractSettings
from og_render.settings import Settings as RenderSettings
from og_service.settings import (
    CONFIG_EXIT_STATUS,
    LogFormat,
    ServiceSettings,
    load,
)
from og_service.trust import Environment

TOKEN = "a-token-long-enough"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "ENVIRONMENT",
        "CALLERS",
        "CALLER_TOKEN",
        "LOOPBACK_TARGETS",
        "LISTEN_ADDRESS",
        "METRICS_ADDRESS",
    ):
        monkeypatch.delenv(f"OG_{name}", raising=False)


def test_what_nobody_set_is_safe() -> None:
    settings = ServiceSettings()
    assert settings.environment is Environment.PRODUCTION
    assert settings.loopback_targets == frozenset()
    assert settings.log_format is LogFormat.JSON
    assert settings.listen_address.startswith("127.0.0.1:")
    assert settings.caller_named_by("") is None
    assert settings.caller_named_by("anything") is None


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OG_ENVIRONMENT", "development")
    monkeypatch.setenv("OG_LOOPBACK_TARGETS", " 127.0.0.1:8001, [::1]:9000 ,")
    monkeypatch.setenv("OG_CALLERS", f" edge={TOKEN}=1 , operator={TOKEN}-2,")
    settings = ServiceSettings()
    assert settings.loopback_targets == {"127.0.0.1:8001", "[::1]:9000"}
    assert settings.callers == {"edge": f"{TOKEN}=1", "operator": f"{TOKEN}-2"}


def test_production_refuses_loopback_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OG_LOOPBACK_TARGETS", "127.0.0.1:8001")
    with pytest.raises(ValidationError, match="OG_LOOPBACK_TARGETS must be empty"):
        ServiceSettings()
    monkeypatch.setenv("OG_ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match="OG_LOOPBACK_TARGETS must be empty"):
        ServiceSettings()


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValidationError, match="caller 'edge' is shorter than 16"):
        ServiceSettings.model_validate({"callers": "edge=fifteen-letters"})


@pytest.mark.parametrize("callers", ["edge", f"edge={TOKEN},operator", f"={TOKEN}"])
def test_a_caller_without_name_or_token_is_refused(callers: str) -> None:
    with pytest.raises(ValidationError, match="name=token"):
        ServiceSettings.model_validate({"callers": callers})


def test_a_caller_is_named_by_its_token_and_by_nothing_else() -> None:
    settings = ServiceSettings.model_validate({"callers": f"edge={TOKEN},operator={TOKEN}-2"})
    assert settings.caller_named_by(TOKEN) == "edge"
    assert settings.caller_named_by(f"{TOKEN}-2") == "operator"
    for wrong in ("", TOKEN[:-1], f"{TOKEN}-", TOKEN.upper(), "ключ"):
        assert settings.caller_named_by(wrong) is None


def test_no_secret_shows_in_a_representation_or_an_error() -> None:
    settings = ServiceSettings.model_validate({"callers": f"edge={TOKEN}", "caller_token": TOKEN})
    assert TOKEN not in repr(settings)
    assert TOKEN not in str(settings)
    with pytest.raises(ValidationError) as caught:
        ServiceSettings.model_validate({"callers": f"edge={TOKEN},operator=too-short"})
    assert TOKEN not in str(caught.value)
    assert "too-short" not in str(caught.value)


@pytest.mark.parametrize(
    "target", ["localhost:8001", "127.0.0.1", "127.0.0.1:", "10.0.0.1:80", "8001", "127.0.0.1:٣"]
)
def test_a_target_that_is_no_loopback_address_and_port_is_refused(
    monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setenv("OG_ENVIRONMENT", "development")
    monkeypatch.setenv("OG_LOOPBACK_TARGETS", f"127.0.0.1:8001,{target}")
    with pytest.raises(ValidationError, match="no loopback address and port"):
        ServiceSettings()


def test_wrong_settings_are_all_named_before_the_process_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OG_ENVIRONMENT", "holiday")
    monkeypatch.setenv("OG_CALLERS", "edge=hush")
    with pytest.raises(SystemExit) as ended:
        load(ServiceSettings)
    assert ended.value.code == CONFIG_EXIT_STATUS
    told = capsys.readouterr().err
    assert "OG_ENVIRONMENT: " in told
    assert "OG_CALLERS: the token of caller 'edge' is shorter than" in told
    assert "hush" not in told


def test_a_default_that_follows_from_a_wrong_setting_is_no_fault_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OG_RENDER_WORKERS", "many")
    with pytest.raises(SystemExit):
        load(RenderSettings)
    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith("OG_RENDER_WORKERS: ")


@pytest.mark.parametrize(
    ("service", "settings"),
    [
        ("auth", AuthSettings),
        ("billing", BillingSettings),
        ("extract", ExtractSettings),
        ("render", RenderSettings),
    ],
)
def test_an_edge_that_is_told_nothing_calls_services_where_they_listen_then(
    service: str, settings: type[ServiceSettings]
) -> None:
    listening = settings.model_fields["listen_address"].default
    assert EdgeSettings.model_fields[f"{service}_target"].default == listening


@pytest.mark.parametrize("address", ["127.0.0.1:9090", "[::1]:0", "localhost:65535", "0.0.0.0:1"])
def test_metrics_have_an_address(address: str) -> None:
    assert ServiceSettings(metrics_address=address).metrics_address == address


@pytest.mark.parametrize("address", ["9090", ":9090", "localhost", "::1:9090", "a:65536", "a:-1"])
def test_what_is_no_address_for_metrics_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="metrics_address"):
        ServiceSettings(metrics_address=address)
