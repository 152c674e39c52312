"""One of several processes that draw on the same windows at random, and tell all that they got.

    python -m tests.integration.auth.drawing_process REDIS_URL SEED PREFIX

prints, as one JSON array, a Batch for each of its decisions. It goes on until its share of what
shows that all windows moved on has passed, however fast the machine is.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Final, NamedTuple

from og_auth.rate_limits import Arrivals, Draw, RateLimiter, Usage, Window
from og_auth.valkey import open_valkey
from og_auth.valkey_windows import ValkeyWindows

WINDOW_S: Final = 0.5
LIMITS: Final = (1, 5, 40, 300)
PROCESSES: Final = 4
# At most twice the limit passes while a window stands still: once by site, and then once by key.
SHARES: Final = {limit: 2 * limit // PROCESSES + 1 for limit in LIMITS}
DECISIONS_MIN: Final = 250
CALLERS: Final = 8
LARGEST_BATCH: Final = 60


class Told(NamedTuple):
    """A draw and what it got; `us` are microseconds."""

    counts: bool
    prior: bool
    admitted: bool
    remaining: int
    reset_us: int


class Batch(NamedTuple):
    """What one decision was asked about one window, when by Valkey's clock, and what it said."""

    limit: int
    now_us: int
    used: int
    told: Sequence[Told]


_usages: ContextVar[dict[Window, Usage]] = ContextVar("usages")


class Observed:
    """Windows that remember, for who asks, what they were found like."""

    def __init__(self, windows: ValkeyWindows) -> None:
        self._windows = windows

    async def admit(self, arrivals: Sequence[Arrivals]) -> Sequence[Usage]:
        usages = await self._windows.admit(arrivals)
        _usages.set({each.window: usage for each, usage in zip(arrivals, usages, strict=True)})
        return usages


async def draw(limiter: RateLimiter, rng: random.Random, prefix: str) -> list[Batch]:
    """Decide one batch of draws on some of the windows."""
    windows = [Window(f"{prefix}:{{{limit}}}", limit) for limit in LIMITS]
    chosen = rng.sample(windows, k=rng.randrange(1, len(windows) + 1))
    priors = rng.choice(((True,), (False,), (True, False)))  # of one kind, or mixed
    draws = [
        Draw(rng.choice(chosen), counts=rng.random() < 0.9, prior=rng.choice(priors))
        for _ in range(rng.choice((1, 1, 3, LARGEST_BATCH)))
    ]
    readings = await limiter.decide(draws)
    told: dict[Window, list[Told]] = {each.window: [] for each in draws}
    for each, got in zip(draws, readings, strict=True):
        told[each.window].append(
            Told(each.counts, each.prior, got.admitted, got.remaining, got.reset_us)
        )
    found = _usages.get()
    return [
        Batch(window.limit, found[window].now_us, found[window].used, answers)
        for window, answers in told.items()
    ]


class Telling:
    """All that this process was told so far."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self._decisions = 0
        self._passed: Counter[int] = Counter()

    def add(self, decision: Sequence[Batch]) -> None:
        """Add what one decision told."""
        self._decisions += 1
        for batch in decision:
            self.batches.append(batch)
            self._passed[batch.limit] += sum(each.counts and each.admitted for each in batch.told)

    def is_enough(self) -> bool:
        """Tell whether with the other processes' shares more passed than a window can hold."""
        return self._decisions >= DECISIONS_MIN and all(
            self._passed[limit] >= share for limit, share in SHARES.items()
        )


async def main(redis_url: str, seed: int, prefix: str) -> None:
    """Draw from several callers at once, in bursts."""
    rng, telling = random.Random(seed), Telling()
    async with open_valkey(redis_url) as valkey:
        limiter = RateLimiter(Observed(ValkeyWindows(valkey, WINDOW_S)), WINDOW_S)

        async def call() -> None:
            while not telling.is_enough():
                telling.add(await draw(limiter, rng, prefix))
                await asyncio.sleep(rng.choice((0, 0, 0, WINDOW_S / 10)))

        await asyncio.gather(*(call() for _ in range(CALLERS)))
    print(json.dumps(telling.batches))  # noqa: T201 - the output


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
