"""The proxy does what the suite believes it does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from og_stack.ports import LOOPBACK
from tests.support.fault_proxy import FaultProxy
from tests.support.waiting import eventually

ANSWER = b"x" * 20_000
IMPATIENCE_S = 0.2
"""How long nothing must come where nothing may come."""


@pytest.fixture
async def way() -> AsyncIterator[FaultProxy]:
    """A way to a server that answers each line with ANSWER."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    proxy = FaultProxy("answers", server.sockets[0].getsockname()[:2])
    async with server, proxy.listening():
        yield proxy


class Client:
    """Asks on one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self) -> bytes:
        self.writer.write(b"\n")
        return await self.reader.readexactly(len(ANSWER))

    async def hears_nothing(self) -> bool:
        try:
            await asyncio.wait_for(self.reader.readexactly(1), IMPATIENCE_S)
        except TimeoutError:
            return True
        return False


Connect = Callable[[], Awaitable[Client]]


@pytest.fixture
async def connect(way: FaultProxy) -> AsyncIterator[Connect]:
    """Connects through the proxy, and hangs up at the end."""
    clients: list[Client] = []

    async def one() -> Client:
        clients.append(Client(*await asyncio.open_connection(LOOPBACK, way.port)))
        return clients[-1]

    yield one
    for client in clients:
        client.writer.transport.abort()


async def test_without_a_fault_all_passes(connect: Connect) -> None:
    client = await connect()
    assert await client.ask() == await client.ask() == ANSWER


async def test_a_cut_ends_connections_and_takes_new_ones(way: FaultProxy, connect: Connect) -> None:
    client = await connect()
    await client.ask()
    way.cut()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.ask()
    assert await (await connect()).ask() == ANSWER


async def test_a_cut_in_an_answer_leaves_a_part_of_it(way: FaultProxy, connect: Connect) -> None:
    client = await connect()
    way.cut_in_answer(1)
    client.writer.write(b"\n")
    assert 0 < len(await client.reader.read()) < len(ANSWER)
    assert await (await connect()).ask() == ANSWER


async def test_what_is_added_follows_one_piece_of_an_answer(
    way: FaultProxy, connect: Connect
) -> None:
    client = await connect()
    way.add_to_answer(b"...")
    client.writer.write(b"\n")
    told = await client.reader.readexactly(len(ANSWER) + 3)
    assert told.replace(b"...", b"") == ANSWER
    assert await client.ask() == ANSWER


async def test_who_is_half_open_is_told_nothing(way: FaultProxy, connect: Connect) -> None:
    client = await connect()
    await client.ask()
    way.leave_half_open()
    client.writer.write(b"\n")
    assert await client.hears_nothing()
    assert way.abandoned() == 1
    assert await (await connect()).ask() == ANSWER
    client.writer.close()
    await eventually(lambda: way.abandoned() == 0)


async def test_what_was_stopped_arrives_after_healing(way: FaultProxy, connect: Connect) -> None:
    client = await connect()
    way.stop()
    client.writer.write(b"\n")
    assert await client.hears_nothing()
    way.heal()
    assert await client.reader.readexactly(len(ANSWER)) == ANSWER


async def test_new_connections_are_refused_and_old_ones_go_on(
    way: FaultProxy, connect: Connect
) -> None:
    client = await connect()
    await client.ask()
    way.refuse_new()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await (await connect()).ask()
    assert await client.ask() == ANSWER
    way.heal()
    assert await (await connect()).ask() == ANSWER


@pytest.mark.parametrize("fault", ["slow", "delay"])
async def test_slow_ways_take_their_time(way: FaultProxy, connect: Connect, fault: str) -> None:
    client = await connect()
    if fault == "slow":
        way.slow(2 * len(ANSWER))
    else:
        way.delay(0.5)
    begun_s = time.monotonic()
    assert await client.ask() == ANSWER
    assert time.monotonic() - begun_s > 0.4
