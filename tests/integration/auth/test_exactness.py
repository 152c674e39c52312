"""Several processes on one Valkey: what they let through, and what they say of it."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.integration.auth.drawing_process import (
    LIMITS,
    PROCESSES,
    WINDOW_S,
    Batch,
    Told,
)

TIMEOUT_S = 120
WINDOW_US = round(WINDOW_S * 1_000_000)


async def drawn_by_a_process(redis_url: str, seed: int) -> list[Batch]:
    module = "tests.integration.auth.drawing_process"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, redis_url, str(seed), "exactness"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    return [
        Batch(limit, now_us, used, [Told(*each) for each in told])
        for limit, now_us, used, told in json.loads(output)
    ]


@dataclass
class Model:
    """Looks at every admission there ever was."""

    limit: int
    all_us: list[int] = field(default_factory=list)
    prior_us: list[int] = field(default_factory=list)

    def expect(self, draw: Told, now_us: int) -> Told:
        """Say what the draw gets, and count it."""
        times_us = self.prior_us if draw.prior else self.all_us
        admitted = len(self._alive(times_us, now_us)) < self.limit
        if admitted and draw.counts:
            self.all_us.append(now_us)
            if draw.prior:
                self.prior_us.append(now_us)
        alive = self._alive(times_us, now_us)
        in_the_way = alive[: len(alive) - self.limit + 1] if len(alive) > self.limit else alive[:1]
        reset_us = in_the_way[-1] + WINDOW_US if in_the_way else now_us
        remaining = max(0, self.limit - len(alive))
        return Told(draw.counts, draw.prior, admitted, remaining, reset_us)

    @staticmethod
    def _alive(times_us: list[int], now_us: int) -> list[int]:
        return [time_us for time_us in times_us if now_us - time_us <= WINDOW_US]


def check_windows(batches: Iterable[Batch], limit: int) -> int:
    """See that no window of any place in time held more than the limit; count what passed.

    Prior admissions: never more than the limit of them. At each of the others: never more than the
    limit of all, itself included.
    """
    admitted = [
        (batch.now_us, draw.prior)
        for batch in batches
        for draw in batch.told
        if draw.admitted and draw.counts
    ]
    prior_us = [now_us for now_us, prior in admitted if prior]
    for early_us, late_us in zip(prior_us, prior_us[limit:], strict=False):
        assert late_us - early_us > WINDOW_US
    for n, (now_us, prior) in enumerate(admitted):
        if not prior and n >= limit:
            assert now_us - admitted[n - limit][0] > WINDOW_US
    return len(admitted)


def in_order(batch: Batch) -> tuple[int, int, int, int]:
    """Sort batches as they were counted.

    Of those counted at one moment that found a window the same, all but the last added nothing.
    """
    added = sum(draw.admitted and draw.counts for draw in batch.told)
    return batch.limit, batch.now_us, batch.used, added


async def test_processes_together_let_through_what_one_plain_count_would(
    redis_url: str, rng: random.Random
) -> None:
    """Each decision is told in the order of Valkey's clock, which all processes go by."""
    seeds = [rng.randrange(2**32) for _ in range(PROCESSES)]
    async with asyncio.TaskGroup() as group:
        drawing = [group.create_task(drawn_by_a_process(redis_url, seed)) for seed in seeds]
    batches = sorted((batch for task in drawing for batch in task.result()), key=in_order)
    passed = 0
    for limit in LIMITS:
        model, of_window = Model(limit), [batch for batch in batches if batch.limit == limit]
        for batch in of_window:
            assert batch.told == [model.expect(draw, batch.now_us) for draw in batch.told]
        passed += check_windows(of_window, limit)
        assert len(model.all_us) > 2 * limit  # windows moved on while this ran
    assert len(model.all_us) > len(model.prior_us) > 0  # both kinds passed
    print(f"{len(batches)} batches, {sum(len(b.told) for b in batches)} draws, {passed} passed")  # noqa: T201 - shown where a test fails
