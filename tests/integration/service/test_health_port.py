from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from og_stack.ports import LOOPBACK, free_ports
from tests.integration.service.echo import NAME, TIMEOUT_S, call, serve_echo
from tests.support.authority import Authority, mount

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def health_of(channel: grpc.aio.Channel) -> Any:
    return health_pb2_grpc.HealthStub(channel)


async def test_probes_without_a_certificate_are_told_of_health_and_of_nothing_else(
    tmp_path: Path,
) -> None:
    probes = f"{LOOPBACK}:{free_ports(1)[0]}"
    files = mount(tmp_path, Authority().issue("echo"))
    async with (
        serve_echo(settings={"health_address": probes, **files}),
        grpc.aio.insecure_channel(probes) as channel,
    ):
        for name in ("", NAME):
            request = health_pb2.HealthCheckRequest(service=name)
            assert (await health_of(channel).Check(request, timeout=TIMEOUT_S)).status == SERVING
        request = health_pb2.HealthCheckRequest(service="og.test.v1.Nothing")
        with pytest.raises(grpc.aio.AioRpcError) as unknown:
            await health_of(channel).Check(request, timeout=TIMEOUT_S)
        assert unknown.value.code() is grpc.StatusCode.NOT_FOUND
        with pytest.raises(grpc.aio.AioRpcError) as called:
            await call(channel, "hello")
        assert called.value.code() is grpc.StatusCode.UNIMPLEMENTED
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        reflection: Any = reflection_pb2_grpc.ServerReflectionStub(channel)  # type: ignore[arg-type]
        with pytest.raises(grpc.aio.AioRpcError) as reflected:
            async for _ in reflection.ServerReflectionInfo(iter([asked]), timeout=TIMEOUT_S):
                pass
        assert reflected.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_probes_are_told_first_that_a_server_stops_and_to_its_end() -> None:
    begun, may_end, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    probes = f"{LOOPBACK}:{free_ports(1)[0]}"
    serving: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def slowly(word: str) -> str:
        begun.set()
        await may_end.wait()
        return word

    async def serve() -> None:
        async with serve_echo(slowly, settings={"health_address": probes}) as address:
            serving.set_result(address)
            await stop.wait()

    server = asyncio.create_task(serve())
    token = (("authorization", "Bearer token-of-the-edge"),)
    async with (
        grpc.aio.insecure_channel(await serving) as channel,
        grpc.aio.insecure_channel(probes) as probe,
    ):
        calling = asyncio.create_task(call(channel, "hello", metadata=token))
        await begun.wait()
        watch = health_of(probe).Watch(
            health_pb2.HealthCheckRequest(service=NAME), timeout=TIMEOUT_S
        )
        assert (await watch.read()).status == SERVING
        stop.set()
        assert (await watch.read()).status == NOT_SERVING
        answer = await health_of(probe).Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT_S)
        assert answer.status == NOT_SERVING
        assert not calling.done()
        may_end.set()
        assert await calling == "hello"
    await server
