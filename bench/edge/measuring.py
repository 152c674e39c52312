"""One way under load, held against what the ledger says."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.edge.ways import OURS, Way
from bench.edge.wrk import Told, load
from bench.system import AuditFailedError, System
from og_service.progress import Progress

WARM_UP_S = 1
STILL_S = 1.0
"""The ledger is at rest once it did not change for so long."""
REST_TIMEOUT_S = 20


@dataclass(frozen=True)
class Sample:
    """One way in one round; cpu_us is of a request, by kind of process."""

    told: Told
    cpu_us: Mapping[str, float]

    @property
    def total_cpu_us(self) -> float:
        """Over all processes."""
        return sum(self.cpu_us.values())


@dataclass(frozen=True)
class Line:
    """All ways with so many accounts and connections, a sample of each a round."""

    accounts: int
    connections: int
    samples: Mapping[str, Sequence[Sample]]

    def rate_ratios(self, reference: str, way: str = OURS) -> list[float]:
        """Give requests a second of a way ÷ those of reference in the same round."""
        pairs = zip(self.samples[way], self.samples[reference], strict=True)
        return [a.told.answers_per_s / b.told.answers_per_s for a, b in pairs]

    def cpu_ratio(self, reference: str, way: str = OURS) -> float:
        """Give processor time of a request ÷ that of reference, the median over rounds."""
        pairs = zip(self.samples[way], self.samples[reference], strict=True)
        return statistics.median(a.total_cpu_us / b.total_cpu_us for a, b in pairs)


@dataclass(frozen=True)
class Effort:
    """How long to measure."""

    rounds: int
    round_s: int


async def measure_line(
    system: System,
    ways: Sequence[Way],
    requests: Path,
    accounts: int,
    connections: int,
    effort: Effort,
) -> Line:
    """Let the ways take turns, and then add the ledger up."""
    samples: dict[str, list[Sample]] = {way.name: [] for way in ways}
    turns = list(ways)
    with Progress(f"turns of {connections} connections", effort.rounds * len(ways)) as progress:
        for _ in range(effort.rounds):
            for way in turns:
                sample = await _measure(system, way, requests, connections, effort.round_s)
                samples[way.name].append(sample)
                progress.advance()
            turns.append(turns.pop(0))  # what comes first changes, as the machine's mood may
    await system.audit()
    return Line(accounts, connections, samples)


async def _measure(
    system: System, way: Way, requests: Path, connections: int, round_s: int
) -> Sample:
    await load(way.port, requests, connections, WARM_UP_S)
    charged_before = await _charges_at_rest(system) if way.is_charged else 0
    before_us = way.cpu_us()
    told = await load(way.port, requests, connections, round_s)
    after_us = way.cpu_us()
    if told.refused or told.broken or not told.answers:
        raise AuditFailedError(f"{way.name}, {connections} connections: {told}")
    if way.is_charged:
        demand_exact(told, await _charges_at_rest(system) - charged_before, connections)
    cpu_us = {kind: (after_us[kind] - before_us[kind]) / told.answers for kind in after_us}
    return Sample(told, cpu_us)


def demand_exact(told: Told, charged: int, connections: int) -> None:
    """Hold charges against answers; those under way when wrk hung up are charged and not counted.

    Raises AuditFailedError.
    """
    if not told.answers <= charged <= told.answers + connections:
        raise AuditFailedError(
            f"{told.answers} answers, {charged} charges; at most {connections} were under way"
        )


async def _charges_at_rest(system: System) -> int:
    """Count the charges once what was under way has ended."""
    end = time.monotonic() + REST_TIMEOUT_S
    seen = -1
    while seen != (seen := await asyncio.to_thread(system.cached_charges)):
        if time.monotonic() > end:
            raise AuditFailedError(f"charges still come in after {REST_TIMEOUT_S} s")
        await asyncio.sleep(STILL_S)
    return seen
