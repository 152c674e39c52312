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
    prior_us: list[int] = field(default_factory=list)

    def arrive(self, now_us: int, draw: Draw) -> tuple[bool, int, int]:
        alive = self.alive(now_us, prior=draw.prior)
        admitted = len(alive) < self.limit
        if admitted and draw.counts:
            self.admitted_us.append(now_us)
            if draw.prior:
                self.prior_us.append(now_us)
            alive.append(now_us)
        return admitted, max(0, self.limit - len(alive)), self.reset_us(now_us, alive)

    def alive(self, now_us: int, *, prior: bool) -> list[int]:
        times_us = self.prior_us if prior else self.admitted_us
        return [time_us for time_us in times_us if now_us - time_us <= WINDOW_US]

    def reset_us(self, now_us: int, alive: list[int]) -> int:
        """Wait for one after another to leave until there is room."""
        while alive:
            reset_us = alive.pop(0) + WINDOW_US
            if len(alive) < self.limit:
                return reset_us
        return now_us


def limiter(clock: Clock, replicas: int = 1) -> RateLimiter:
    return RateLimiter(LocalWindows(replicas, clock_us=clock))


async def test_random_batches_equal_the_plain_model(rng: random.Random) -> None:
    clock = Clock()
    tested = limiter(clock)
    models = {Window(f"w{n}", limit): Model(limit) for n, limit in enumerate((1, 3, 10, 50))}
    for _ in range(1_500):
        clock.now_us += rng.choice((0, 1, 1_000_000, 7_000_000, WINDOW_US, WINDOW_US + 1))
        windows = rng.choices(list(models), k=rng.randrange(1, 30))
        draws = [
            Draw(window, counts=rng.random() < 0.8, prior=rng.random() < 0.5) for window in windows
        ]
        expected = [models[draw.window].arrive(clock.now_us, draw) for draw in draws]
        got = await tested.decide(draws)
        assert [(r.admitted, r.remaining, r.reset_us) for r in got] == expected


async def test_no_draws_take_no_decision() -> None:
    assert await limiter(Clock()).decide([]) == []


async def test_a_full_window_opens_when_the_oldest_has_left() -> None:
    clock = Clock()
    tested, draw = limiter(clock), Draw(Window("w", 2))
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
    await tested.decide([Draw(Window("w", 5))] * 5)
    [lowered] = await tested.decide([Draw(Window("w", 3))])
    assert (lowered.admitted, lowered.remaining, lowered.limit) == (False, 0, 3)


@pytest.mark.parametrize("prior", [False, True])
async def test_a_refused_request_passes_when_it_was_told_to_come_again(*, prior: bool) -> None:
    """Also where more than the limit are there: it was lowered, or prior ones came after."""
    clock = Clock()
    tested = limiter(clock)
    for _ in range(5):
        clock.now_us += 1_000_000
        await tested.decide([Draw(Window("w", 5)), Draw(Window("w", 5), prior=True)])
    lowered = Draw(Window("w", 3), prior=prior)
    [refused] = await tested.decide([lowered])
    assert not refused.admitted
    clock.now_us = refused.reset_us
    assert not (await tested.decide([lowered]))[0].admitted
    clock.now_us += 1
    assert (await tested.decide([lowered]))[0].admitted


async def test_a_site_that_runs_wild_leaves_the_keys_all_of_their_limit() -> None:
    by_site, by_key = Draw(Window("w", 3)), Draw(Window("w", 3), prior=True)
    readings = await limiter(Clock()).decide([by_site] * 5 + [by_key] * 4 + [by_site])
    assert [reading.admitted for reading in readings] == [
        *(True, True, True, False, False),
        *(True, True, True, False),
        False,
    ]
    assert [reading.remaining for reading in readings] == [2, 1, 0, 0, 0, 2, 1, 0, 0, 0]


async def test_sites_take_what_keys_leave() -> None:
    by_site, by_key = Draw(Window("w", 3)), Draw(Window("w", 3), prior=True)
    readings = await limiter(Clock()).decide([by_key, by_key, by_site, by_site, by_key])
    assert [reading.admitted for reading in readings] == [True, True, True, False, True]


async def test_a_clock_set_back_lets_nothing_more_through() -> None:
    clock = Clock()
    tested, draw = limiter(clock), Draw(Window("w", 1), prior=True)
    await tested.decide([draw])
    clock.now_us -= 3_600_000_000
    assert not (await tested.decide([draw]))[0].admitted
    clock.now_us += WINDOW_US
    assert not (await tested.decide([draw]))[0].admitted
    clock.now_us += 1  # and keeps nobody out for longer than a window
    assert (await tested.decide([draw]))[0].admitted


@pytest.mark.parametrize(("limit", "replicas", "passing"), [(100, 4, 25), (3, 4, 1), (7, 2, 3)])
async def test_each_replica_lets_its_share_pass(limit: int, replicas: int, passing: int) -> None:
    draws = [Draw(Window("w", limit))] * (limit + 1)
    readings = await limiter(Clock(), replicas).decide(draws)
    assert sum(reading.admitted for reading in readings) == passing
    assert {reading.limit for reading in readings} == {limit}


async def test_many_windows_take_bounded_memory() -> None:
    tested = limiter(Clock())
    first = Draw(Window("first", 1))
    await tested.decide([first])
    await tested.decide([Draw(Window(f"{n}", 1)) for n in range(MAX_WINDOWS)])
    assert (await tested.decide([first]))[0].admitted  # it was forgotten
