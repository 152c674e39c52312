"""The memory of every process, looked at again and again."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.processes import all_stats, memory_bytes, role_of, with_descendants
from bench.system import System

INTERVAL_S = 5.0
SETTLING_S = 120.0
"""What grows until then are caches that fill and code that is loaded."""
WINDOW_S = 30.0
MIB = 1024 * 1024


@dataclass(frozen=True)
class Growth:
    """A process after settling and at the end, medians over WINDOW_S."""

    name: str
    settled_mib: float
    last_mib: float

    @property
    def ratio(self) -> float:
        """By how much it grew, as a part of 1."""
        return self.last_mib / self.settled_mib - 1


@dataclass
class Watch:
    """Looks at all processes of a system every INTERVAL_S."""

    system: System
    samples: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    """Seconds since the begin and bytes, by process."""

    async def run(self) -> None:
        """Look until cancelled."""
        begin = time.monotonic()
        while True:
            await asyncio.to_thread(self._look, time.monotonic() - begin)
            await asyncio.sleep(INTERVAL_S)

    def _look(self, now_s: float) -> None:
        stats = all_stats()
        for kind, pids in self.system.roots().items():
            for pid in with_descendants(pids, stats):
                try:
                    name, size = f"{kind} {role_of(pid)} {pid}", memory_bytes(pid)
                except OSError:  # it has just ended
                    continue
                self.samples.setdefault(name, []).append((now_s, size))


def growths(samples: Mapping[str, Sequence[tuple[float, int]]], end_s: float) -> list[Growth]:
    """Compare the processes that lived from the settling to the end, those that grew most first."""

    def median_mib(sizes: Sequence[tuple[float, int]], since_s: float) -> float | None:
        inside = [size for at, size in sizes if since_s <= at < since_s + WINDOW_S]
        return statistics.median(inside) / MIB if inside else None

    found = []
    for name, sizes in samples.items():
        settled, last = median_mib(sizes, SETTLING_S), median_mib(sizes, end_s - WINDOW_S)
        if settled is not None and last is not None:
            found.append(Growth(name, settled, last))
    return sorted(found, key=lambda it: it.ratio, reverse=True)
