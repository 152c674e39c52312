"""Callers that charge one after the other, and how fast they are answered."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bench.ledger.ways import Ledger, Pay, charge_on
from og_service.progress import Progress

WARM_UP_S = 0.3
SEED = 20261125

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Sample:
    """One way in one round."""

    calls_per_s: float
    p99_ms: float


@dataclass(frozen=True)
class Row:
    """Both ways with so many callers; a round of one stands beside the same round of the other."""

    accounts: int
    callers: int
    alone: Sequence[Sample]
    grouped: Sequence[Sample]
    charges_per_commit: float

    @property
    def ratios(self) -> list[float]:
        """Times as many charges a second in group commits, round by round."""
        pairs = zip(self.grouped, self.alone, strict=True)
        return [grouped.calls_per_s / alone.calls_per_s for grouped, alone in pairs]

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.ratios)


async def compare(ledger: Ledger, callers: int, rounds: int, round_s: float) -> Row:
    """Measure both ways in turns; which comes first alternates, as the machine's mood may."""
    samples: dict[str, list[Sample]] = {"alone": [], "grouped": []}
    ways = [("alone", ledger.alone), ("grouped", ledger.grouped)]
    before = len(ledger.counting.batches)
    with Progress(f"turns of {callers} callers", rounds * len(ways)) as progress:
        for _ in range(rounds):
            for name, pay in ways:
                samples[name].append(await _measure(pay, ledger.accounts, callers, round_s))
                progress.advance()
            ways.reverse()
    batches = ledger.counting.batches[before:]
    await ledger.audit()
    return Row(
        len(ledger.accounts),
        callers,
        samples["alone"],
        samples["grouped"],
        statistics.mean(batches),
    )


async def _measure(pay: Pay, accounts: Sequence[str], callers: int, round_s: float) -> Sample:
    def caller(number: int) -> Call:
        order = random.Random(SEED + number)
        return lambda: pay(charge_on(order.choice(accounts)))

    return await keep_calling([caller(number) for number in range(callers)], round_s)


async def keep_calling(calls: Sequence[Call], round_s: float) -> Sample:
    """Make each call over and over, and count those that are answered within round_s."""
    begin = time.perf_counter() + WARM_UP_S
    end = begin + round_s
    latencies_s: list[float] = []

    async def caller(call: Call) -> None:
        answered = 0.0
        while answered < end:
            asked = time.perf_counter()
            await call()
            answered = time.perf_counter()
            if begin <= answered < end:
                latencies_s.append(answered - asked)

    await asyncio.gather(*map(caller, calls))
    latencies_s.sort()
    if not latencies_s:
        raise RuntimeError(f"not one call was answered within {round_s} s")
    return Sample(len(latencies_s) / round_s, latencies_s[int(len(latencies_s) * 0.99)] * 1000)
