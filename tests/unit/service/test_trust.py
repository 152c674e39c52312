from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from og_edge.settings import Settings as EdgeSettings
from og_service.contracts import rpcs_named
from og_service.settings import CONFIG_EXIT_STATUS, ServiceSettings, load
from og_service.targets import is_loopback_target
from tests.support.authority import Authority, environment, mount

OURS = Authority()
TLS = ("OG_TLS_CERTIFICATE", "OG_TLS_KEY", "OG_TLS_CA")
Break = Callable[[Path], object]


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*TLS, "OG_ENVIRONMENT", "OG_LISTEN_ADDRESS", "OG_TRUST_DOMAIN", "OG_CALLER_RPCS"):
        monkeypatch.delenv(name, raising=False)


def _told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **settings: str
) -> str:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as exit_:
        load(ServiceSettings)
    assert exit_.value.code == CONFIG_EXIT_STATUS
    return capsys.readouterr().err


@pytest.mark.parametrize("missing", TLS)
def test_the_files_go_together(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    missing: str,
) -> None:
    files = environment(mount(tmp_path, OURS.issue("auth")))
    told = _told(monkeypatch, capsys, **{**files, missing: ""})
    assert "set all or none" in told


@pytest.mark.parametrize(
    ("file", "break_it", "setting"),
    [
        ("tls.crt", lambda path: path.unlink(), "OG_TLS_CERTIFICATE"),
        ("tls.key", lambda path: path.unlink(), "OG_TLS_KEY"),
        ("ca.crt", lambda path: path.unlink(), "OG_TLS_CA"),
        ("tls.crt", lambda path: path.write_text("a certificate"), "OG_TLS_CERTIFICATE"),
        ("tls.key", lambda path: path.write_bytes(OURS.issue("auth").key), "OG_TLS_KEY"),
        ("tls.key", lambda path: path.write_text("a key"), "OG_TLS_KEY"),
        ("ca.crt", lambda path: path.write_text(""), "OG_TLS_CA"),
        ("ca.crt", lambda path: path.write_bytes(b" " * 2_000_000), "OG_TLS_CA"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_setting(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    file: str,
    break_it: Break,
    setting: str,
) -> None:
    files = environment(mount(tmp_path, OURS.issue("auth")))
    break_it(tmp_path / file)
    told = _told(monkeypatch, capsys, **files)
    assert told.startswith(f"{setting}: {tmp_path / file} ")
    assert "PRIVATE" not in told


@pytest.mark.parametrize(
    ("issued", "fault"),
    [
        (OURS.issue("auth", good_for=-dt.timedelta(seconds=1)), "is good from"),
        (OURS.issue("auth", uris=["spiffe://elsewhere/auth"]), "instant-og.internal/<name>"),
        (OURS.issue("auth", uris=[]), "OG_TRUST_DOMAIN is instant-og.internal"),
    ],
)
def test_a_certificate_that_nobody_would_accept_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    issued: object,
    fault: str,
) -> None:
    files = environment(mount(tmp_path, issued))  # type: ignore[arg-type]
    told = _told(monkeypatch, capsys, **files)
    assert told.startswith("OG_TLS_CERTIFICATE: ")
    assert fault in told


def test_production_serves_beyond_loopback_with_tls_only(tmp_path: Path) -> None:
    for address in ("0.0.0.0:50051", "[::]:50051", "10.1.2.3:50051", "auth:50051"):
        with pytest.raises(ValidationError, match="set OG_TLS_CERTIFICATE, OG_TLS_KEY and"):
            ServiceSettings.model_validate({"listen_address": address})
        ServiceSettings.model_validate({"listen_address": address, "environment": "development"})
        files = mount(tmp_path, OURS.issue("auth"))
        ServiceSettings.model_validate({"listen_address": address, **files})
    for address in ("127.0.0.1:50051", "[::1]:50051", "localhost:50051"):
        ServiceSettings.model_validate({"listen_address": address})


def test_an_edge_in_production_calls_beyond_loopback_with_tls_only(tmp_path: Path) -> None:
    base = {"DATABASE_URL": "host=db", "OG_PUBLIC_BASE_URL": "https://instantog.com"}
    beyond = {"auth_target": "dns:///auth.instant-og.svc:50051", "render_target": "render:50051"}
    with pytest.raises(ValidationError, match="OG_AUTH_TARGET, OG_RENDER_TARGET is beyond") as told:
        EdgeSettings.model_validate({**base, **beyond})
    assert "OG_BILLING_TARGET" not in str(told.value)
    EdgeSettings.model_validate({**base, **beyond, **mount(tmp_path, OURS.issue("edge"))})
    EdgeSettings.model_validate({**base, **beyond, "environment": "development"})
    EdgeSettings.model_validate(base)


@pytest.mark.parametrize(
    ("target", "is_here"),
    [
        ("127.0.0.1:50051", True),
        ("localhost:50051", True),
        ("[::1]:50051", True),
        ("ipv4:127.0.0.1:1,127.0.0.2:2", True),
        ("ipv6:[::1]:1", True),
        ("dns:///localhost:1", True),
        ("dns:127.0.0.1:1", True),
        ("unix:/run/auth.sock", True),
        ("ipv4:127.0.0.1:1,10.0.0.1:2", False),
        ("dns:///auth.instant-og.svc:50051", False),
        ("dns://127.0.0.1/auth.instant-og.svc:50051", False),
        ("auth:50051", False),
        ("auth", False),
        ("0.0.0.0:50051", False),
        ("127.0.0.1.example.com:1", False),
    ],
)
def test_what_is_beyond_this_machine(target: str, is_here: bool) -> None:  # noqa: FBT001
    assert is_loopback_target(target) is is_here


def test_further_callers_are_told_by_setting() -> None:
    settings = ServiceSettings.model_validate(
        {
            "caller_rpcs": "newsletter=og.render.v1.RenderService/RenderCard"
            "+og.extract.v1.ExtractService/*, newsletter=og.render.v1.RenderService/ListTemplates,"
        }
    )
    [(name, rpcs)] = settings.caller_rpcs.items()
    assert name == "newsletter"
    assert rpcs == rpcs_named("og.extract.v1.ExtractService/*") | {
        "og.render.v1.RenderService/RenderCard",
        "og.render.v1.RenderService/ListTemplates",
    }


@pytest.mark.parametrize(
    ("rpcs", "told"),
    [
        ("newsletter", "is not of the form"),
        ("newsletter=", "is not of the form"),
        ("News Letter=og.render.v1.RenderService/*", "is not of the form"),
        ("newsletter=og.render.v1.RenderService/RenderCard+", "is not of the form"),
        (
            "newsletter=og.render.v1.RenderService/RenderCrad",
            "there are og.render.v1.RenderService/ListTemplates, og.render.v1.RenderService/Render",
        ),
        ("newsletter=og.render.v1.Renderer/*", "there are og.auth.v1.AccountService/*"),
        ("newsletter=*", "there are og.auth.v1.AccountService/*"),
    ],
)
def test_an_rpc_that_is_none_is_a_fault_that_lists_those_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rpcs: str, told: str
) -> None:
    fault = _told(monkeypatch, capsys, OG_CALLER_RPCS=rpcs)
    assert fault.startswith("OG_CALLER_RPCS: ")
    assert told in fault
