"""Windows in the real Valkey, and what the RPCs make of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from itertools import count

import pytest
import redis

from og_auth.rate_limits import Arrivals, Window
from og_auth.valkey import Valkey, open_valkey
from og_auth.valkey_windows import ValkeyWindows
from tests.integration.auth.world import World, by_key, decision, new_address
from tests.support.waiting import POLL_INTERVAL_S

EXPIRIES_SET_ANEW = 2
_names = count(1)


def new_window(limit: int) -> Window:
    return Window(f"test:{{{next(_names)}}}", limit)


def plain(window: Window, count: int) -> Arrivals:
    return Arrivals(window, [False] * count)


def prior(window: Window, count: int) -> Arrivals:
    return Arrivals(window, [True] * count)


@pytest.fixture
async def way(redis_url: str) -> AsyncIterator[Valkey]:
    async with open_valkey(redis_url) as valkey:
        yield valkey


async def test_a_window_takes_bounded_memory_and_leaves_by_itself(
    way: Valkey, redis_url: str
) -> None:
    windows, window = ValkeyWindows(way), new_window(50)
    for _ in range(5):
        await windows.admit([plain(window, 100)])
        await windows.admit([prior(window, 100)])
    with redis.Redis.from_url(redis_url) as client:
        log = f"{window.key}:log"
        assert client.llen(log) == 1 + 2  # a batch that had some admitted leaves one entry
        assert 0 < client.pttl(log) <= 120_001


async def test_a_log_lives_until_its_last_entry_has_left(way: Valkey, redis_url: str) -> None:
    """Its expiry is set by the first that comes in each length of time."""
    windows, window = ValkeyWindows(way, window_s=1), new_window(1_000)
    with redis.Redis.from_url(redis_url) as client:
        expiries_ms = set[int]()
        while len(expiries_ms) <= EXPIRIES_SET_ANEW:
            [usage] = await windows.admit([plain(window, 1)])
            expiry_ms = client.pexpiretime(f"{window.key}:log")
            assert expiry_ms * 1_000 >= usage.now_us + 1_000_000
            expiries_ms.add(expiry_ms)
            await asyncio.sleep(POLL_INTERVAL_S)


async def test_windows_work_after_the_server_forgot_its_scripts(
    way: Valkey, redis_url: str
) -> None:
    windows, window = ValkeyWindows(way), new_window(3)
    await windows.admit([plain(window, 1)])
    with redis.Redis.from_url(redis_url) as client:
        client.script_flush()
    usages = await windows.admit([plain(window, 1), plain(new_window(3), 1)])
    assert [usage.used for usage in usages] == [1, 0]


async def test_of_1000_at_once_exactly_the_limit_passes(world: World) -> None:
    key = await world.key(await world.account(rate_limit=100))
    answers = await asyncio.gather(*(world.authorize(by_key(key.secret)) for _ in range(1_000)))
    passed = [answer for answer in answers if decision(answer) == "ALLOWED"]
    assert Counter(map(decision, answers)) == {"ALLOWED": 100, "RATE_LIMITED": 900}
    assert sorted(answer.rate_limit.remaining for answer in passed) == list(range(100))


async def test_of_1000_in_batches_at_once_exactly_the_limit_passes(world: World) -> None:
    key = await world.key(await world.account(rate_limit=100))
    batches = await asyncio.gather(*(world.batch([by_key(key.secret)] * 50) for _ in range(20)))
    answers = [answer for batch in batches for answer in batch]
    assert Counter(map(decision, answers)) == {"ALLOWED": 100, "RATE_LIMITED": 900}


async def test_failed_attempts_are_limited_by_address_at_60(world: World) -> None:
    address = new_address()
    answers = await world.batch([by_key("nonsense", address)] * 70)
    assert Counter(map(decision, answers)) == {"INVALID_API_KEY": 60, "RATE_LIMITED": 10}
    other = await world.authorize(by_key("nonsense"))
    assert decision(other) == "INVALID_API_KEY"
