"""Who asks Valkey gets the answers to what was asked, or none, whatever becomes of connections."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.exceptions import NoScriptError

from og_auth.valkey import (
    CALL_TIMEOUT_S,
    MAX_CONNECTIONS,
    READ_GRACE_S,
    Valkey,
    ValkeyAwayError,
    open_valkey,
)
from og_stack.valkey import EmbeddedValkey
from tests.support.fault_proxy import FaultProxy
from tests.support.seeds import rng
from tests.support.waiting import eventually

__all__ = ["rng"]

FAULTS = 15
GIVEN_UP = 40 * MAX_CONNECTIONS
TURNS_MAX = 40
"""Of the loop, while an answer is waited for: more than that takes."""
CALLERS = 20
SLEEP_MAX_S = 0.02
LATE_S = CALL_TIMEOUT_S + READ_GRACE_S + 0.1
"""So late an answer comes when nobody waits for it any more."""


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path / "valkey", {"appendonly": "no"}) as server:
        yield server


@asynccontextmanager
async def under_way(valkey: Valkey, rng: random.Random, told: Counter[str]) -> AsyncIterator[None]:
    """Ask without a pause, now and then with little patience."""
    callers = [asyncio.create_task(_call(valkey, n, rng, told)) for n in range(CALLERS)]
    try:
        yield
    finally:
        for caller in callers:
            caller.cancel()
        ended = await asyncio.gather(*callers, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in ended), ended


async def _call(valkey: Valkey, caller: int, rng: random.Random, told: Counter[str]) -> None:
    number = 0
    while True:
        words: list[bytes] = []
        for _ in range(rng.choice((1, 3, 20))):
            number += 1
            words.append(b"%d of %d" % (number, caller))
        commands = [*(("ECHO", word) for word in words), ("EVALSHA", "0" * 40, 0)]
        patience_s = rng.choice((None, None, None, rng.random() * SLEEP_MAX_S))
        try:
            async with asyncio.timeout(patience_s):
                *replies, last = await valkey.ask(commands)
        except ValkeyAwayError:
            told["away"] += 1
            await asyncio.sleep(SLEEP_MAX_S)
        except TimeoutError:
            told["given up"] += 1
        else:
            assert replies == words
            assert isinstance(last, NoScriptError)
            told["answered"] += 1


async def test_an_answer_never_goes_to_who_did_not_ask(
    own_valkey: EmbeddedValkey, rng: random.Random
) -> None:
    proxy = FaultProxy("valkey", own_valkey.socket_directory / own_valkey.socket_name)
    faults = (
        proxy.cut,
        proxy.stop,
        proxy.leave_half_open,
        proxy.refuse_new,
        lambda: proxy.delay(rng.random() * LATE_S),
        lambda: proxy.slow(rng.choice((1_000, 10_000))),
        lambda: proxy.cut_in_answer(rng.randrange(1, 500)),
    )
    told: Counter[str] = Counter()
    async with proxy.listening(), open_valkey(f"redis://{proxy.address}/0") as valkey:
        async with under_way(valkey, rng, told):
            for _ in range(FAULTS):
                rng.choice(faults)()
                await asyncio.sleep(rng.random() * LATE_S)
                proxy.heal()
                await asyncio.sleep(rng.random() * SLEEP_MAX_S)
        assert all(told[what] for what in ("answered", "away", "given up")), told
        await eventually(lambda: not valkey.is_away)
        assert await valkey.ask([("ECHO", b"back")]) == [b"back"]


async def test_who_gives_up_at_any_moment_loses_no_connection(
    own_valkey: EmbeddedValkey, rng: random.Random
) -> None:
    async with open_valkey(own_valkey.url) as valkey:

        async def ask_with_little_patience() -> str:
            call = asyncio.ensure_future(valkey.ask([("ECHO", b"word")]))
            for _ in range(rng.randrange(TURNS_MAX)):
                await asyncio.sleep(0)
            call.cancel()
            try:
                await call
            except asyncio.CancelledError:
                return "given up"
            return "answered"

        told: Counter[str] = Counter()
        while told.total() < GIVEN_UP:
            told.update(
                await asyncio.gather(*(ask_with_little_patience() for _ in range(MAX_CONNECTIONS)))
            )
        assert set(told) == {"answered", "given up"}, told
        # The server pauses, so that each of these needs a connection of its own.
        await valkey.ask([("CLIENT", "PAUSE", 50, "ALL")])
        words = [b"%d" % n for n in range(MAX_CONNECTIONS)]
        answers = await asyncio.gather(*(valkey.ask([("ECHO", word)]) for word in words))
        assert answers == [[word] for word in words]
        [clients] = await valkey.ask([("CLIENT", "LIST")])
        assert len(clients.splitlines()) <= MAX_CONNECTIONS + 1
