"""What goes wrong in a round, and when: drawn from the seed before it begins."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass

from tests.faults.topology import Topology
from tests.support.fault_proxy import FaultProxy

MEAN_PAUSE_S = 0.9
LONGEST_S = 5.0
MOST_DELAY_S = 0.6
BYTES_PER_S = (2_000, 60_000)
CUT_WITHIN_BYTES = 4_000

KILLS = {
    "billing-1": 4,
    "billing-2": 4,
    "edge-1": 3,
    "edge-2": 3,
    "auth-1": 3,
    "auth-2": 3,
    "postgres": 4,
    "valkey": 3,
}
TROUBLES = {
    "kill": 12,
    "cut": 3,
    "cut in an answer": 6,
    "half-open": 2,
    "refuse": 2,
    "stop": 3,
    "delay": 3,
    "slow": 3,
}
LASTING = {"refuse", "stop", "delay", "slow"}


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong: where, how long, and how badly (0 to 1)."""

    at_s: float
    kind: str
    target: str
    lasts_s: float
    amount: float


def plan(seed: str, length_s: float, links: list[str]) -> list[Trouble]:
    """Draw the troubles of a round; the same seed and links give the same ones."""
    rng = random.Random(f"{seed}/troubles")
    found: list[Trouble] = []
    at_s = rng.expovariate(1 / MEAN_PAUSE_S)
    while at_s < length_s:
        [kind] = rng.choices(list(TROUBLES), list(TROUBLES.values()))
        if kind == "kill":
            [target] = rng.choices(list(KILLS), list(KILLS.values()))
        else:
            target = rng.choice(links)
        lasts_s = rng.uniform(0.3, LONGEST_S) if kind in LASTING else 0.0
        found.append(Trouble(at_s, kind, target, lasts_s, rng.random()))
        at_s += rng.expovariate(1 / MEAN_PAUSE_S)
    return found


class Troublemaker:
    """Does what was planned, and counts what it did by kind."""

    def __init__(self, topology: Topology) -> None:
        self.done: Counter[str] = Counter()
        self._topology = topology

    async def run(self, troubles: list[Trouble]) -> None:
        """Make the troubles at their times; all of them are over when this returns."""
        begun_s = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for trouble in troubles:
                await asyncio.sleep(max(0, begun_s + trouble.at_s - time.monotonic()))
                group.create_task(self._make(trouble))
        await self._topology.heal()

    async def _make(self, trouble: Trouble) -> None:
        if trouble.kind == "kill":
            with_children = trouble.amount < 0.5
            if not self._topology.keeper.kill(trouble.target, with_children=with_children):
                return
        else:
            link = self._topology.links[trouble.target]
            _spoil(link, trouble)
            if trouble.kind in LASTING:
                await asyncio.sleep(trouble.lasts_s)
                link.heal()
        self.done[trouble.kind] += 1


def _spoil(link: FaultProxy, trouble: Trouble) -> None:
    match trouble.kind:
        case "cut":
            link.cut()
        case "cut in an answer":
            link.cut_in_answer(int(trouble.amount * CUT_WITHIN_BYTES))
        case "half-open":
            link.leave_half_open()
        case "refuse":
            link.refuse_new()
        case "stop":
            link.stop()
        case "delay":
            link.delay(trouble.amount * MOST_DELAY_S)
        case _:
            least, most = BYTES_PER_S
            link.slow(least + trouble.amount * (most - least))
