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
ROTATION = "rotation"
AFTER_ROTATION_S = 15.0
"""Old connections have ended by then: og_service.server.CONNECTION_AGE_MAX_MS."""


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
        return self.manner in {*FAILS_NOBODY, ROTATION} and bool(self.verdict.failures)


async def play(
    system: System,
    manner: str,
    names: Sequence[str],
    seed: str,
    directory: Path,
    *,
    pace: float = 1.0,
) -> Round:
    """Restart the replicas of these names in turn, under load, with customers of its own.

    The manner ROTATION changes all certificates instead.
    """
    begun_s = time.monotonic()
    played = Round(manner)
    load = Load(system.port, system.base_url, system.site, seed, pace=pace)
    await load.prepare(system.books)
    stop = asyncio.Event()
    asking = asyncio.create_task(load.run(stop))
    await asyncio.sleep(CALM_S)
    if manner == ROTATION:
        assert system.rotate is not None
        await system.rotate()
        await asyncio.sleep(AFTER_ROTATION_S)
    for name in names:
        played.restarts.append(await MANNERS[manner](system.pods[name]))
        await asyncio.sleep(CALM_S)
    stop.set()
    unanswered = await finish([asking])
    settled = manner != "SIGKILL"
    played.verdict = await judge(system, load, played.restarts, directory, settled=settled)
    if unanswered:
        played.verdict.failures.append("requests that never ended")
    played.took_s = time.monotonic() - begun_s
    return played
