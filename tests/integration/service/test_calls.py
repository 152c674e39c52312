from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from structlog.testing import capture_logs

from og_service import context
from og_service.channels import RETRY_ATTEMPTS, open_channel
from og_service.errors import Code, ServiceError
from og_service.metrics import REGISTRY
from og_service.status import RemoteError, from_rpc_error
from tests.integration.service.echo import (
    NAME,
    TIMEOUT_S,
    TOKENS,
    call,
    channel_of,
    serve_echo,
)
from tests.support.fault_proxy import FaultProxy
from tests.support.waiting import eventually

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
NOTICED_WITHIN_S = 20
"""Twice what our keepalive takes at most; by gRPC's own defaults it was 80 s."""


async def _refusal(calling: Awaitable[str]) -> RemoteError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await calling
    return from_rpc_error(caught.value)


async def test_a_known_caller_is_served(channel: grpc.aio.Channel) -> None:
    assert await call(channel, "hello") == "hello"
    assert (await call(channel, "who")).split()[0] == "edge"


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", ""),),
        (("authorization", "Bearer "),),
        (("authorization", "Bearer a-token-nobody-has"),),
        (("authorization", TOKENS["edge"]),),
        (("authorization", f"Basic {TOKENS['edge']}"),),
        (("x-caller", "edge"),),
    ],
)
async def test_an_unknown_caller_is_refused(
    echo_address: str, metadata: tuple[tuple[str, str], ...]
) -> None:
    async with grpc.aio.insecure_channel(echo_address) as channel:
        refusal = await _refusal(call(channel, "hello", metadata=metadata))
    assert refusal.code is grpc.StatusCode.UNAUTHENTICATED
    assert refusal.reason == "UNKNOWN_CALLER"


async def test_a_caller_is_served_only_where_it_is_allowed(echo_address: str) -> None:
    async with channel_of(echo_address, "newsletter") as channel:
        refusal = await _refusal(call(channel, "hello"))
    assert refusal.code is grpc.StatusCode.PERMISSION_DENIED
    assert refusal.reason == "CALLER_NOT_ALLOWED"
    assert "newsletter may not call og.test.v1.EchoService/Echo" in refusal.message


async def test_what_operators_do_and_who_is_refused_is_logged(echo_address: str) -> None:
    with capture_logs() as lines:
        async with channel_of(echo_address, "operator") as channel:
            await call(channel, "a secret")
        async with channel_of(echo_address, "newsletter") as channel:
            await _refusal(call(channel, "a secret"))
        async with channel_of(echo_address) as channel:
            await call(channel, "a secret")
    told = [line for line in lines if line["log_level"] != "debug"]
    done, refused = [line for line in told if line["event"].startswith("call")]
    assert (done["event"], done["log_level"]) == ("call", "info")
    assert done["method"].endswith("EchoService/Echo")
    assert (done["caller"], done["outcome"]) == ("operator", "OK")
    assert (refused["event"], refused["log_level"]) == ("call refused", "warning")
    assert refused["reason"] == "CALLER_NOT_ALLOWED"
    assert "newsletter may not call og.test.v1.EchoService/Echo" in refused["cause"]
    assert "a secret" not in str(told)


async def test_a_call_that_is_aborted_by_hand_is_counted_as_what_it_ended_with(
    channel: grpc.aio.Channel,
) -> None:
    of = {"rpc": "Echo"}

    def counted() -> list[float]:
        samples = (
            ("og_rpc_seconds_count", {**of, "code": "ABORTED"}),
            ("og_rpc_failures_total", {**of, "reason": "ABORTED"}),
            ("og_rpc_seconds_count", {**of, "code": "OK"}),
        )
        return [REGISTRY.get_sample_value(name, labels) or 0 for name, labels in samples]

    before = counted()
    assert (await _refusal(call(channel, "abort"))).code is grpc.StatusCode.ABORTED
    after = [before[0] + 1, before[1] + 1, before[2]]
    await eventually(lambda: counted() == after)  # who called may hear of it first


async def test_a_call_without_a_deadline_is_refused(channel: grpc.aio.Channel) -> None:
    refusal = await _refusal(call(channel, "hello", timeout_s=None))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.reason == "DEADLINE_MISSING"


async def test_a_request_id_is_handed_on_from_server_to_server(echo_address: str) -> None:
    async with (
        channel_of(echo_address) as onwards,
        serve_echo(lambda word: call(onwards, word)) as address,
        channel_of(address) as channel,
    ):
        context.request_id.set("request-1")
        assert await call(channel, "who") == "edge request-1"


async def test_a_request_id_unfit_for_a_log_line_is_dropped(echo_address: str) -> None:
    metadata = (("authorization", f"Bearer {TOKENS['edge']}"), ("x-request-id", "a b"))
    async with grpc.aio.insecure_channel(echo_address) as channel:
        assert await call(channel, "who", metadata=metadata) == "edge -"


async def test_health_and_reflection_need_no_token(echo_address: str) -> None:
    async with grpc.aio.insecure_channel(echo_address) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        for name in ("", NAME):
            request = health_pb2.HealthCheckRequest(service=name)
            assert (await health.Check(request, timeout=TIMEOUT_S)).status == SERVING
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(cast("Any", channel))
        stream = stub.ServerReflectionInfo(iter([asked]), timeout=TIMEOUT_S)
        async for response in stream:
            names = {service.name for service in response.list_services_response.service}
            assert names >= {NAME, "grpc.health.v1.Health"}


async def test_a_stopping_server_says_so_first_and_ends_what_is_under_way() -> None:
    started, may_end, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slowly(word: str) -> str:
        started.set()
        await may_end.wait()
        return word

    serving: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def serve() -> None:
        async with serve_echo(slowly) as address:
            serving.set_result(address)
            await stop.wait()

    server = asyncio.create_task(serve())
    address = await serving
    async with channel_of(address) as channel, grpc.aio.insecure_channel(address) as probe:
        calling = asyncio.create_task(call(channel, "hello"))
        await started.wait()
        health: Any = health_pb2_grpc.HealthStub(probe)
        watch = health.Watch(health_pb2.HealthCheckRequest(service=NAME), timeout=TIMEOUT_S)
        assert (await watch.read()).status == SERVING
        stop.set()
        assert (await watch.read()).status == NOT_SERVING
        assert not calling.done()
        may_end.set()
        assert await calling == "hello"
        watch.cancel()
    await server


class AwayError(ServiceError):
    """A store is away."""

    code = Code.UNAVAILABLE
    reason = "AWAY"


def _away(times: int) -> tuple[list[str], Callable[[str], Awaitable[str]]]:
    tries: list[str] = []

    async def behaviour(word: str) -> str:
        tries.append(word)
        if len(tries) <= times:
            raise AwayError("Try again.")
        return word

    return tries, behaviour


@pytest.mark.parametrize(("names", "most"), [([NAME], RETRY_ATTEMPTS), ([], 1)])
async def test_only_what_may_be_repeated_is_repeated(names: list[str], most: int) -> None:
    tries, behaviour = _away(times=100)
    async with (
        serve_echo(behaviour) as address,
        open_channel(address, TOKENS["edge"], idempotent_services=names) as channel,
    ):
        assert (await _refusal(call(channel, "hello"))).reason == "AWAY"
    assert len(tries) == most


async def test_a_repeated_call_succeeds_once_the_server_is_back() -> None:
    tries, behaviour = _away(times=RETRY_ATTEMPTS - 1)
    async with (
        serve_echo(behaviour) as address,
        open_channel(address, TOKENS["edge"], idempotent_services=[NAME]) as channel,
    ):
        assert await call(channel, "hello") == "hello"
    assert len(tries) == RETRY_ATTEMPTS


async def test_a_server_with_as_many_calls_as_it_takes_refuses_the_next_at_once() -> None:
    begun, may_end = list[str](), asyncio.Event()

    async def slowly(word: str) -> str:
        begun.append(word)
        await may_end.wait()
        return word

    async with (
        serve_echo(slowly, max_concurrent_calls=3) as address,  # the channel watches health by one
        channel_of(address) as channel,
    ):
        taken = [asyncio.create_task(call(channel, word)) for word in ("one", "two")]
        await eventually(lambda: len(begun) == len(taken))
        refusal = await _refusal(call(channel, "three"))
        assert refusal.reason == refusal.code.name == "RESOURCE_EXHAUSTED"
        may_end.set()
        assert await asyncio.gather(*taken) == ["one", "two"]
        assert await call(channel, "four") == "four"
    assert sorted(begun) == ["four", "one", "two"]


async def test_a_server_that_vanished_without_a_word_is_noticed(echo_address: str) -> None:
    host, _, port = echo_address.rpartition(":")
    way = FaultProxy("echo", (host, int(port)))
    async with way.listening(), channel_of(way.address) as channel:
        assert await call(channel, "hello") == "hello"
        way.leave_half_open()
        async with asyncio.timeout(NOTICED_WITHIN_S):
            while not await _answers(channel):  # noqa: ASYNC110 - the connection tells nobody
                await asyncio.sleep(0.05)


async def _answers(channel: grpc.aio.Channel) -> bool:
    try:
        return await call(channel, "hello", timeout_s=0.5) == "hello"
    except grpc.aio.AioRpcError:
        return False
