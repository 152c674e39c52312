"""What goes wrong in a round, and when: drawn from the seed before it begins."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.faults.topology import Topology
from tests.support.fault_proxy import FaultProxy

MOST_DELAY_S = 0.6
BYTES_PER_S = (2_000, 60_000)
CUT_WITHIN_BYTES = 4_000

_KILLS = {
    "billing-1": 4,
    "billing-2": 4,
    "edge-1": 3,
    "edge-2": 3,
    "auth-1": 3,
    "auth-2": 3,
    "postgres": 4,
    "valkey": 3,
}
_KINDS = {
    "kill": 12,
    "cut": 3,
    "cut in an answer": 6,
    "half-open": 2,
    "refuse": 2,
    "stop": 3,
    "delay": 3,
    "slow": 3,
}
LASTING = {"refuse", "stop", "delay", "slow", "pause", "deafen"}


@dataclass(frozen=True)
class Menu:
    """How often each kind is drawn, and what it befalls: any link, where nothing else is named."""

    kinds: Mapping[str, int]
    targets: Mapping[str, Mapping[str, int]]
    mean_pause_s: float
    lasts_s: tuple[float, float]


FAULTS = Menu(_KINDS, {"kill": _KILLS}, mean_pause_s=0.9, lasts_s=(0.3, 5.0))


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong: where, how long, and how badly (0 to 1)."""

    at_s: float
    kind: str
    target: str
    lasts_s: float
    amount: float


Act = Callable[[Trouble], Awaitable[bool]]
"""Makes a trouble and tells whether there was something to befall."""


def plan(seed: str, length_s: float, links: list[str], menu: Menu = FAULTS) -> list[Trouble]:
    """Draw the troubles of a round; the same seed and links give the same ones."""
    rng = random.Random(f"{seed}/troubles")
    found: list[Trouble] = []
    at_s = rng.expovariate(1 / menu.mean_pause_s)
    while at_s < length_s:
        [kind] = rng.choices(list(menu.kinds), list(menu.kinds.values()))
        if targets := menu.targets.get(kind):
            [target] = rng.choices(list(targets), list(targets.values()))
        else:
            target = rng.choice(links)
        lasts_s = rng.uniform(*menu.lasts_s) if kind in LASTING else 0.0
        found.append(Trouble(at_s, kind, target, lasts_s, rng.random()))
        at_s += rng.expovariate(1 / menu.mean_pause_s)
    return found


class Troublemaker:
    """Does what was planned, and counts what it did by kind."""

    def __init__(self, topology: Topology, further: Mapping[str, Act] | None = None) -> None:
        """Say how kinds are made that befall neither links nor programs."""
        self.done: Counter[str] = Counter()
        self._topology = topology
        self._further = further or {}

    async def run(self, troubles: list[Trouble]) -> None:
        """Make the troubles at their times; all of them are over when this returns."""
        begun_s = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for trouble in troubles:
                await asyncio.sleep(max(0, begun_s + trouble.at_s - time.monotonic()))
                group.create_task(self._make(trouble))
        await self._topology.heal()

    async def _make(self, trouble: Trouble) -> None:
        if trouble.kind in self._further:
            happened = await self._further[trouble.kind](trouble)
        elif trouble.kind == "kill":
            with_children = trouble.amount < 0.5
            happened = self._topology.keeper.kill(trouble.target, with_children=with_children)
        elif trouble.kind == "pause":
            happened = await self._pause(trouble)
        else:
            happened = await self._spoil(trouble)
        self.done[trouble.kind] += happened

    async def _pause(self, trouble: Trouble) -> bool:
        keeper = self._topology.keeper
        if paused := keeper.pause(trouble.target):
            await asyncio.sleep(trouble.lasts_s)
            keeper.resume(trouble.target)
        return paused

    async def _spoil(self, trouble: Trouble) -> bool:
        link = self._topology.links[trouble.target]
        _spoil(link, trouble)
        if trouble.kind in LASTING:
            await asyncio.sleep(trouble.lasts_s)
            link.heal()
        return True


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
