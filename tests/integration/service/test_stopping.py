"""One of two servers stops while it is called all the time."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

import grpc
import pytest

from og_service.channels import open_channel
from tests.integration.service.echo import NAME, TOKENS, Behaviour, call, serve_echo
from tests.support.waiting import eventually

CROWD = 20
CALLS = 200
"""So many are awaited before one stops, and again after it."""


@pytest.mark.parametrize(("idempotent", "waiting"), [([NAME], []), ([], [NAME]), ([], [])])
async def test_no_call_fails_where_one_of_two_servers_stops(
    idempotent: list[str], waiting: list[str]
) -> None:
    answered, served, over = Counter[str](), Counter[int](), asyncio.Event()

    async def ask(channel: grpc.aio.Channel) -> None:
        while not over.is_set():
            answered[await call(channel, "a word")] += 1

    def echo(server: int) -> Behaviour:
        async def behave(word: str) -> str:
            served[server] += 1
            return word

        return behave

    async with AsyncExitStack() as lasting, AsyncExitStack() as first:
        addresses = [
            await first.enter_async_context(serve_echo(echo(1))),
            await lasting.enter_async_context(serve_echo(echo(2))),
        ]
        target = f"ipv4:{','.join(addresses)}"
        async with open_channel(
            target, TOKENS["edge"], idempotent_services=idempotent, waiting_services=waiting
        ) as channel:
            crowd = [asyncio.create_task(ask(channel)) for _ in range(CROWD)]
            await eventually(lambda: min(served[1], served[2]) >= CALLS)
            await first.aclose()
            goal = served[2] + CALLS
            await eventually(lambda: served[2] >= goal)
            over.set()
            await asyncio.gather(*crowd)
    assert set(answered) == {"a word"}
    assert answered.total() == served.total()
