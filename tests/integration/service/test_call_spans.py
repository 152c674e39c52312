"""One call as one trace, over the real transport."""

from __future__ import annotations

import asyncio
import contextlib

import grpc
import pytest

from og_service import tracing
from tests.integration.service.echo import NAME, SECRET, call, channel_of, serve_echo
from tests.support.spans import is_below, recording, sampled, trace_of
from tests.support.waiting import eventually

METHOD = f"{NAME}/Echo"
STRANGER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def inner(word: str) -> str:
    with tracing.span(f"work on {word}"):
        if word == "break":
            raise RuntimeError(SECRET)
    return word


async def test_a_call_and_what_it_leads_to_are_one_trace() -> None:
    with recording() as recorded:
        async with serve_echo(inner) as address, channel_of(address) as channel:
            with sampled() as request:
                assert await call(channel, "hello") == "hello"
    work, server, client, _ = recorded.spans
    assert is_below(client, request)
    assert trace_of(server) == trace_of(work) == trace_of(request)
    assert is_below(server, client)
    assert client.name == server.name == METHOD
    for each in (client, server):
        assert each.attributes == {
            "rpc.system.name": "grpc",
            "rpc.method": METHOD,
            "rpc.response.status_code": "OK",
        }


async def test_a_call_of_nobody_sampled_has_no_span() -> None:
    with recording() as recorded:
        async with serve_echo(inner) as address, channel_of(address) as channel:
            assert await call(channel, "hello") == "hello"
            unsampled = (("traceparent", f"{STRANGER[:-2]}00"),)
            assert await call(channel, "hello", metadata=unsampled) == "hello"
    assert recorded.spans == []


async def test_who_may_not_call_is_traced_nowhere() -> None:
    with recording() as recorded:
        async with serve_echo(inner) as address, channel_of(address, "newsletter") as channel:
            with pytest.raises(grpc.aio.AioRpcError):
                await call(channel, "hello", metadata=(("traceparent", STRANGER),))
    assert recorded.spans == []


async def test_a_failure_is_told_by_its_code_alone() -> None:
    with recording() as recorded:
        async with serve_echo(inner) as address, channel_of(address) as channel:
            with sampled(), pytest.raises(grpc.aio.AioRpcError):
                await call(channel, "break")
    told = {span.kind.name: span for span in recorded.named(METHOD)}
    assert told.keys() == {"CLIENT", "SERVER"}
    for span in told.values():
        assert span.attributes is not None
        assert span.attributes["rpc.response.status_code"] == "INTERNAL"
        assert span.attributes["error.type"] == "INTERNAL"
    assert all(SECRET not in span.to_json() for span in recorded.spans)


async def test_a_call_that_is_given_up_ends_on_both_sides() -> None:
    arrived = asyncio.Event()

    async def never(_: str) -> str:
        arrived.set()
        await asyncio.Event().wait()
        return ""

    with recording() as recorded:
        async with serve_echo(never) as address, channel_of(address) as channel:
            with sampled():
                calling = asyncio.create_task(call(channel, "hello"))
                await arrived.wait()
                calling.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await calling
            await eventually(lambda: len(recorded.named(METHOD)) == 2)
    codes = [
        span.attributes["rpc.response.status_code"]
        for span in recorded.named(METHOD)
        if span.attributes
    ]
    assert codes == ["CANCELLED", "CANCELLED"]
