"""Windows in the real Valkey against a plain model, by the times that the script itself saw."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from struct import pack

import pytest
import redis

from og_auth.rate_limits import Arrivals, Tally, Usage, Window
from og_auth.valkey import Valkey, open_valkey
from og_auth.valkey_windows import MAX_WINDOWS, ValkeyWindows
from og_stack.valkey import EmbeddedValkey
from tests.support.waiting import eventually

LENGTH_S = 0.1
LENGTH_US = 100_000
HOUR_US = 3_600_000_000
CLUSTER_SLOTS = 16_384
_names = count(1)


def new_window(limit: int) -> Window:
    return Window(f"windows:{{{next(_names)}}}", limit)


@pytest.fixture
async def way(redis_url: str) -> AsyncIterator[Valkey]:
    async with open_valkey(redis_url) as valkey:
        yield valkey


@dataclass
class History:
    """All that a window ever admitted."""

    limit: int
    all_us: list[int] = field(default_factory=list)
    prior_us: list[int] = field(default_factory=list)

    def check(self, usage: Usage, arrivals: Arrivals) -> None:
        """See that the window was found as it must have been, and go on."""
        now_us, left_us = usage.now_us, usage.now_us - LENGTH_US
        alive = [time_us for time_us in self.all_us if time_us >= left_us]
        prior_alive = [time_us for time_us in self.prior_us if time_us >= left_us]
        assert (usage.used, usage.prior_used) == (len(alive), len(prior_alive))
        tally = Tally(self.limit, len(alive), len(prior_alive))
        first = tally.to_leave(prior=False)
        for prior in arrivals.prior:
            if (len(prior_alive) if prior else len(alive)) < self.limit:
                for times_us in (alive, self.all_us) + (prior_alive, self.prior_us) * prior:
                    times_us.append(now_us)
                tally.add(prior=prior)
        assert usage.leaving_us == alive[first : tally.to_leave(prior=False) + 1]
        prior_first = max(0, len(prior_alive) - self.limit)
        assert usage.prior_leaving_us == (prior_alive[prior_first] if prior_alive else None)


async def test_random_arrivals_equal_the_plain_model(way: Valkey, rng: random.Random) -> None:
    windows = ValkeyWindows(way, LENGTH_S)
    histories = {new_window(limit): History(limit) for limit in (1, 4, 30, 200)}
    for _ in range(400):
        chosen = rng.sample(list(histories), k=rng.randrange(1, 4))
        arrivals = [
            Arrivals(window, rng.choices((True, False), k=rng.choice((0, 1, 1, 2, 40))))
            for window in chosen
        ]
        for each, usage in zip(arrivals, await windows.admit(arrivals), strict=True):
            histories[each.window].check(usage, each)
        await asyncio.sleep(rng.choice((0, 0, 0, LENGTH_S / 20)))
    for history in histories.values():
        assert len(history.all_us) > 2 * history.limit  # the windows moved on while this ran


async def test_a_limit_may_change_at_any_time(way: Valkey, rng: random.Random) -> None:
    windows, key = ValkeyWindows(way, LENGTH_S), new_window(1).key
    history = History(1)
    for _ in range(300):
        history.limit = rng.choice((1, 2, 3, 9, 40))
        prior = rng.choices((True, False), weights=rng.choice(((1, 1), (9, 1))), k=rng.randrange(9))
        arrivals = Arrivals(Window(key, history.limit), prior)
        [usage] = await windows.admit([arrivals])
        history.check(usage, arrivals)
        await asyncio.sleep(rng.choice((0, 0, LENGTH_S / 50)))


async def test_a_large_burst_leaves_the_window_all_at_once(way: Valkey) -> None:
    windows, window = ValkeyWindows(way, LENGTH_S), new_window(5_000)
    history = History(window.limit)
    for arrivals in [Arrivals(window, [n % 3 == 0 for n in range(1_000)])] * 7:
        [usage] = await windows.admit([arrivals])
        history.check(usage, arrivals)
    while usage.used:
        [usage] = await windows.admit([Arrivals(window, [])])
        history.check(usage, Arrivals(window, []))


@pytest.mark.parametrize("entries", [1, 700, 3_000])
async def test_a_clock_set_back_lets_nothing_through_and_nobody_wait_for_it(
    way: Valkey, redis_url: str, entries: int
) -> None:
    """The server's clock is set back as it would see it: what it knows came in an hour."""
    windows, window = ValkeyWindows(way, LENGTH_S), new_window(entries)
    arrivals = Arrivals(window, [True] * entries)
    with redis.Redis.from_url(redis_url) as client:
        before_s, before_us = client.time()
        ahead_us = before_s * 1_000_000 + before_us + HOUR_US
        log = f"{window.key}:log"
        counts = range(1, entries + 1)
        client.rpush(log, bytes(24), *(pack("<3q", ahead_us + n, n, n) for n in counts))
        client.pexpire(log, HOUR_US // 1_000)
        [first] = await windows.admit([arrivals])
        assert (first.used, first.prior_used) == (entries, entries)
        assert first.leaving_us == [first.now_us]
        assert client.pttl(log) <= 2 * LENGTH_US // 1_000 + 1
    usage = first
    while usage.used:
        [usage] = await windows.admit([Arrivals(window, [])])
        assert (usage.used > 0) == (usage.now_us - first.now_us <= LENGTH_US)


async def test_what_a_version_before_left_is_no_fault(way: Valkey, redis_url: str) -> None:
    """Its lists have another form. Each version counts by itself then."""
    windows, window = ValkeyWindows(way), new_window(5)
    with redis.Redis.from_url(redis_url) as client:
        client.rpush(window.key, *["1795664423349979"] * 5)
        [usage] = await windows.admit([Arrivals(window, [False, True])])
        assert (usage.used, client.llen(window.key)) == (0, 5)


async def test_a_server_of_a_cluster_counts_each_window_by_itself(tmp_path: Path) -> None:
    settings = {"appendonly": "no", "cluster-enabled": "yes"}
    with EmbeddedValkey(tmp_path / "valkey", settings) as server:
        with redis.Redis.from_url(server.url) as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, CLUSTER_SLOTS - 1)
            await eventually(lambda: client.cluster("INFO")["cluster_state"] == "ok")
        async with open_valkey(server.url) as valkey:
            windows = ValkeyWindows(valkey)
            # More than one run takes: whatever of it ran before the refusal is counted once.
            arrivals = [Arrivals(new_window(9), [True] * 2) for _ in range(MAX_WINDOWS + 1)]
            for before in (0, 2):
                usages = await windows.admit(arrivals)
                assert {usage.used for usage in usages} == {before}
