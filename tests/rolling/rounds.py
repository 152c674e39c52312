"""A round: everybody asks, one replica after the other is restarted, then the books are opened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.rounds import finish
from tests.rolling.load import Load
from tests.rolling.restarts import FAILS_NOBODY, MANNERS, Restart
from tests.rolling.system import System
from tests.rolling.verdict import RollingVerdict, judge

CALM_S = 3.0
"""Before the first restart, between two, and after the last."""


@dataclass
class Round:
    """What was done and what came of it."""

    manner: str
    restarts: list[Restart] = field(default_factory=list)
    verdict: RollingVerdict = field(default_factory=RollingVerdict)
    took_s: float = 0.0

    @property
    def is_failed(self) -> bool:
        """Whether somebody was failed where nobody may be."""
        return self.manner in FAILS_NOBODY and bool(self.verdict.failures)


async def play(
    system: System, manner: str, names: Sequence[str], seed: str, directory: Path
) -> Round:
    """Restart the replicas of these names in turn, under load, with customers of its own."""
    begun_s = time.monotonic()
    played = Round(manner)
    load = Load(system.port, system.base_url, system.site, seed)
    await load.prepare(system.books)
    stop = asyncio.Event()
    asking = asyncio.create_task(load.run(stop))
    restart = MANNERS[manner]
    await asyncio.sleep(CALM_S)
    for name in names:
        played.restarts.append(await restart(system.pods[name]))
        await asyncio.sleep(CALM_S)
    stop.set()
    unanswered = await finish([asking])
    played.verdict = await judge(system, load, played.restarts, directory)
    if unanswered:
        played.verdict.failures.append("requests that never ended")
    played.took_s = time.monotonic() - begun_s
    return played
