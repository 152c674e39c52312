from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from og_auth.local_windows import MAX_WINDOWS, LocalWindows
from og_auth.rate_limits import Draw, RateLimiter, Window

WINDOW_US = 60_000_000


@dataclass
class Clock:
    now_us: int = 1_000_000_000

    def __call__(self) -> int:
        return self.now_us


@dataclass
class Model:
    """Says the same in the plainest way: looks at every arrival there ever was."""

    limit: int
    admitted_us: list[int] = field(default_factory=list)

    def arrive(self, now_us: int, *, counts: bool) -> tuple[bool, int, int]:
        alive = [time for time in self.admitted_us if now_us - time <= WINDOW_US]
        admitted = len(alive) < self.limit
        if admitted and counts:
            alive.append(now_us)
            self.admitted_us.append(now_us)
        reset_us = alive[0] + WINDOW_US if alive else now_us
        return admitted, max(0, self.limit - len(alive)), reset_us


def limiter(clock: Clock, replicas: int = 1) -> RateLimiter:
    return RateLimiter(LocalWindows(replicas, clock_us=clock))


async def test_random_batches_equal_the_plain_model(rng: random.Random) -> None:
    clock = Clock()
    tested = limiter(clock)
    models = {Window(f"w{n}", limit): Model(limit) for n, limit in enumerate((1, 3, 10, 50))}
    for _ in range(1_500):
        clock.now_us += rng.choice((0, 1, 1_000_000, 7_000_000, WINDOW_US, WINDOW_US + 1))
        windows = rng.choices(list(models), k=rng.randrange(1, 8))
        draws = [Draw(window, counts=rng.random() < 0.8) for window in windows]
        expected = [models[d.window].arrive(clock.now_us, counts=d.counts) for d in draws]
        got = await tested.decide(draws)
        assert [(r.admitted, r.remaining, r.reset_us) for r in got] == expected


async def test_no_draws_take_no_decision() -> None:
    assert await limiter(Clock()).decide([]) == []


async def test_a_full_window_opens_when_the_oldest_has_left() -> None:
    clock = Clock()
    tested, draw = limiter(clock), Draw(Window("w", 2), counts=True)
    for _ in range(2):
        clock.now_us += 10_000_000
        assert (await tested.decide([draw]))[0].admitted
    [refused] = await tested.decide([draw])
    assert (refused.admitted, refused.remaining) == (False, 0)
    clock.now_us = refused.reset_us
    assert not (await tested.decide([draw]))[0].admitted  # a window's both ends belong to it
    clock.now_us += 1
    assert (await tested.decide([draw]))[0].admitted


async def test_a_limit_that_was_lowered_holds_at_once() -> None:
    tested = limiter(Clock())
    await tested.decide([Draw(Window("w", 5), counts=True)] * 5)
    [lowered] = await tested.decide([Draw(Window("w", 3), counts=True)])
    assert (lowered.admitted, lowered.remaining, lowered.limit) == (False, 0, 3)


async def test_a_clock_set_back_lets_nothing_more_through() -> None:
    clock = Clock()
    tested, draw = limiter(clock), Draw(Window("w", 1), counts=True)
    await tested.decide([draw])
    clock.now_us -= 30_000_000
    assert not (await tested.decide([draw]))[0].admitted


@pytest.mark.parametrize(("limit", "replicas", "passing"), [(100, 4, 25), (3, 4, 1), (7, 2, 3)])
async def test_each_replica_lets_its_share_pass(limit: int, replicas: int, passing: int) -> None:
    draws = [Draw(Window("w", limit), counts=True)] * (limit + 1)
    readings = await limiter(Clock(), replicas).decide(draws)
    assert sum(reading.admitted for reading in readings) == passing
    assert {reading.limit for reading in readings} == {limit}


async def test_many_windows_take_bounded_memory() -> None:
    tested = limiter(Clock())
    first = Draw(Window("first", 1), counts=True)
    await tested.decide([first])
    await tested.decide([Draw(Window(f"{n}", 1), counts=True) for n in range(MAX_WINDOWS)])
    assert (await tested.decide([first]))[0].admitted  # it was forgotten
