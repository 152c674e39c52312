from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from og.render.v1 import render_pb2, render_pb2_grpc
from og_service.channels import open_channel
from og_service.policy import Service
from og_service.server import started
from og_service.settings import ServiceSettings
from og_service.status import RemoteError, from_rpc_error
from og_service.tls.certificates import open_certificates
from og_service.trust import TrustSettings
from tests.integration.service.echo import DOMAIN, TIMEOUT_S, TOKENS, call, serve_echo
from tests.support.authority import TRUST_DOMAIN, Authority, Issued, mount

ECHO = "og.test.v1.EchoService/Echo"
OURS = Authority()
CROWD = 100
"""As many connections at once as take two processors some hundred ms."""
LIST = render_pb2.ListTemplatesRequest()
OK, DENIED = grpc.StatusCode.OK, grpc.StatusCode.PERMISSION_DENIED


@asynccontextmanager
async def calling(address: str, issued: Issued, directory: Path) -> AsyncIterator[grpc.aio.Channel]:
    """Open a channel as programs of ours do."""
    settings = TrustSettings.model_validate(mount(directory, issued))
    async with (
        open_certificates(settings) as certificates,
        open_channel(address, TOKENS["edge"], certificates) as channel,
    ):
        yield channel


def stranger(
    address: str, issued: Issued | None, ca: bytes, options: Sequence[tuple[str, Any]] = ()
) -> grpc.aio.Channel:
    """Open a channel as anybody may, with a certificate or without."""
    key, certificate = (issued.key, issued.certificate) if issued else (None, None)
    credentials = grpc.ssl_channel_credentials(ca, key, certificate)
    return grpc.aio.secure_channel(address, credentials, options=options)


async def refusal(channel: grpc.aio.Channel) -> RemoteError:
    metadata = (("authorization", f"Bearer {TOKENS['edge']}"),)
    async with channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(channel, "hello", metadata=metadata)
    return from_rpc_error(caught.value)


@pytest.fixture(scope="module")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    files = mount(tmp_path_factory.mktemp("echo"), OURS.issue("echo"))
    async with serve_echo(settings=files) as address:
        yield address


async def test_a_caller_is_who_its_certificate_says(address: str, tmp_path: Path) -> None:
    for name in ("edge", "operator"):
        async with calling(address, OURS.issue(name), tmp_path / name) as channel:
            assert (await call(channel, "who")).split()[0] == name


async def test_a_target_may_be_several_addresses(address: str, tmp_path: Path) -> None:
    target = f"ipv4:{address},{address}"
    async with calling(target, OURS.issue("edge"), tmp_path) as channel:
        assert await call(channel, "hello") == "hello"


async def test_who_shows_no_certificate_of_ours_gets_no_connection(address: str) -> None:
    theirs = Authority("theirs")
    for issued in (None, theirs.issue("edge")):
        refused = await refusal(stranger(address, issued, OURS.pem))
        assert refused.code is grpc.StatusCode.UNAVAILABLE
    plain = await refusal(grpc.aio.insecure_channel(address))
    assert plain.code is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    "uris",
    [
        [],
        ["spiffe://elsewhere.internal/edge"],
        [f"spiffe://{TRUST_DOMAIN}/edge", f"spiffe://{TRUST_DOMAIN}/operator"],
        [f"spiffe://{TRUST_DOMAIN}/edge", "https://example.com/edge"],
        [f"spiffe://{TRUST_DOMAIN}/ns/elsewhere/sa/edge"],
        [f"spiffe://{TRUST_DOMAIN}/"],
        [f"spiffe://{TRUST_DOMAIN}.example.com/edge"],
        [f"https://{TRUST_DOMAIN}/edge"],
    ],
)
async def test_who_is_not_named_once_and_by_us_is_nobody_whatever_token_it_shows(
    address: str, uris: list[str]
) -> None:
    refused = await refusal(stranger(address, OURS.issue("edge", uris=uris), OURS.pem))
    assert (refused.code, refused.reason) == (grpc.StatusCode.UNAUTHENTICATED, "UNKNOWN_CALLER")
    assert ECHO in refused.message
    assert f"spiffe://{TRUST_DOMAIN}/<name>" in refused.message


async def test_a_caller_that_may_not_is_told_who_it_is_and_what_it_called(address: str) -> None:
    refused = await refusal(stranger(address, OURS.issue("newsletter"), OURS.pem))
    assert refused.code is grpc.StatusCode.PERMISSION_DENIED
    assert refused.reason == "CALLER_NOT_ALLOWED"
    assert f"newsletter may not call {ECHO}" in refused.message


async def test_health_and_reflection_are_for_whoever_has_a_certificate(address: str) -> None:
    async with stranger(address, OURS.issue("newsletter"), OURS.pem) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        answer = await health.Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT_S)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        reflection: Any = reflection_pb2_grpc.ServerReflectionStub(channel)  # type: ignore[arg-type]
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        stream = reflection.ServerReflectionInfo(iter([asked]), timeout=TIMEOUT_S)
        assert [answer async for answer in stream]


async def test_a_server_of_another_authority_or_host_is_not_called(tmp_path: Path) -> None:
    elsewhere = OURS.issue("echo", hosts=["auth.instant-og.svc"])
    theirs = Authority("theirs").issue("echo", ca=OURS.pem)
    for number, issued in enumerate((elsewhere, theirs)):
        async with (
            serve_echo(settings=mount(tmp_path / f"server-{number}", issued)) as address,
            calling(address, OURS.issue("edge"), tmp_path / f"client-{number}") as channel,
        ):
            assert (await refusal(channel)).code is grpc.StatusCode.UNAVAILABLE


async def test_a_server_is_called_by_the_host_of_its_certificate(tmp_path: Path) -> None:
    issued = OURS.issue("echo", hosts=["localhost"])
    async with (
        serve_echo(settings=mount(tmp_path / "server", issued)) as address,
        calling(
            f"dns:///localhost:{address.rpartition(':')[2]}", OURS.issue("edge"), tmp_path / "edge"
        ) as channel,
    ):
        assert await call(channel, "hello") == "hello"


async def test_first_calls_wait_for_connections_that_a_busy_machine_is_slow_to_make(
    address: str, tmp_path: Path
) -> None:
    settings = TrustSettings.model_validate(mount(tmp_path, OURS.issue("edge")))
    async with open_certificates(settings) as certificates:

        async def first_call() -> str:
            async with open_channel(address, "", certificates) as channel:
                return await call(channel, "hello")

        first = await asyncio.gather(*(first_call() for _ in range(CROWD)))
    assert first == ["hello"] * CROWD


class Render(render_pb2_grpc.RenderServiceServicer):
    async def RenderCard(self, *_: Any) -> render_pb2.RenderCardResponse:  # noqa: N802
        return render_pb2.RenderCardResponse(width_px=1200)

    async def ListTemplates(self, *_: Any) -> render_pb2.ListTemplatesResponse:  # noqa: N802
        return render_pb2.ListTemplatesResponse()


async def test_a_further_caller_may_call_what_a_setting_names_and_nothing_else(
    tmp_path: Path,
) -> None:
    servicer = Render()  # type: ignore[abstract]  # the rest is not asked
    render = Service(
        render_pb2.DESCRIPTOR.services_by_name["RenderService"],
        partial(render_pb2_grpc.add_RenderServiceServicer_to_server, servicer),
        edge_rpcs=frozenset({"ListTemplates"}),
        auditor_rpcs=frozenset({"RenderCard"}),
    )
    settings = ServiceSettings.model_validate(
        {
            "listen_address": "127.0.0.1:0",
            "caller_rpcs": "newsletter=og.render.v1.RenderService/RenderCard,"
            "press=og.render.v1.RenderService/*",
            **mount(tmp_path / "render", OURS.issue("render")),
        }
    )
    may = {
        "auditor": (True, False),
        "edge": (False, True),
        "newsletter": (True, False),
        "operator": (True, True),
        "press": (True, True),
        "somebody": (False, False),
    }
    async with started(settings, DOMAIN, [render]) as address:
        for name, (card, templates) in may.items():
            async with calling(address, OURS.issue(name), tmp_path / name) as channel:
                stub = render_pb2_grpc.RenderServiceStub(channel)
                for it_may, asked in (
                    (card, stub.RenderCard(render_pb2.RenderCardRequest(), timeout=TIMEOUT_S)),
                    (templates, stub.ListTemplates(LIST, timeout=TIMEOUT_S)),
                ):
                    assert (await asked.code()) is (OK if it_may else DENIED), name
