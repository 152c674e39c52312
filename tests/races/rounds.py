"""A round: everybody asks, everything goes wrong, then it is looked at what was shown."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.books import open_books
from tests.faults.exchanges import Outcome
from tests.faults.rounds import RECOVER_WITHIN_S, finish, recover, settle
from tests.faults.topology import Topology
from tests.faults.troubles import plan
from tests.faults.watcher import Watcher
from tests.races.load import Load
from tests.races.troubles import MENU, troublemaker
from tests.races.verdict import RaceVerdict, judge


@dataclass
class Round:
    """What was done in a round and what came of it."""

    seed: str
    verdict: RaceVerdict = field(default_factory=RaceVerdict)
    troubles: Counter[str] = field(default_factory=Counter)
    leases_lost: int = 0
    """How often an edge had drawn a card and found its lease taken over or ended."""
    recovered_s: float = 0.0
    settled_s: float = 0.0
    took_s: float = 0.0


async def play(
    topology: Topology,
    seed: str,
    troubles_s: float,
    calm_s: float,
    directory: Path,
    *,
    settles: bool,
    recover_within_s: float = RECOVER_WITHIN_S,
) -> Round:
    """Play one round on a running system, with pages and an account of its own.

    A round that settles waits until what dead processes had set aside has come back.
    """
    begun_s = time.monotonic()
    played = Round(seed)
    lost_before = _leases_lost(directory)
    watcher = Watcher(topology.admin_dsn)
    async with open_books(topology) as books:
        load = Load(topology, seed)
        await load.prepare(books)
        stop = asyncio.Event()
        watching = asyncio.create_task(watcher.run())
        asking = asyncio.create_task(load.run(stop))
        maker = troublemaker(topology)
        await maker.run(plan(seed, troubles_s, sorted(topology.links), MENU))
        played.recovered_s = await recover(topology, load.customer, recover_within_s)
        calm_begun_s = time.monotonic()
        await asyncio.sleep(calm_s)
        stop.set()
        unanswered = await finish([asking])
        await load.look_at_all()
        if settles:
            played.settled_s = await settle(books, [load.customer.account.account_id])
        watching.cancel()
        played.verdict = await judge(topology, books, watcher, load, directory, settled=settles)
    if played.recovered_s >= recover_within_s:
        played.verdict.breaches.append(
            f"not well again {recover_within_s:.0f} s after the troubles"
        )
    if unanswered:
        played.verdict.breaches.append("calls that still fail after it")
    played.verdict.breaches += [
        f"in calm, {asked.what}: {asked.outcome.value} {asked.status} {asked.code}"
        for asked in load.asked
        if asked.begun_s >= calm_begun_s and asked.outcome is not Outcome.COMPLETE
    ]
    played.troubles = maker.done
    played.leases_lost = _leases_lost(directory) - lost_before
    played.took_s = time.monotonic() - begun_s
    return played


def _leases_lost(directory: Path) -> int:
    return sum(log.read_text().count("lease lost") for log in directory.glob("edge-*.log"))
