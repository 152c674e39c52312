"""A round: load and troubles, then calm, then the books are opened."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.books import Books, open_books
from tests.faults.exchanges import Exchange, Outcome, exchange
from tests.faults.load import Customer, Load
from tests.faults.replays import open_replays
from tests.faults.topology import Edge, Topology
from tests.faults.troubles import Troublemaker, plan
from tests.faults.verdict import Verdict, judge
from tests.faults.watcher import Watcher

RECOVER_WITHIN_S = 30.0
BUSY_RECOVER_WITHIN_S = 90.0
"""On a machine on which other tests run meanwhile."""
FINISH_WITHIN_S = 30.0
PROBES = 5
PROBE_PAUSE_S = 0.1
HOLD_S = 60
"""How long edge sets credits aside: og_edge.cashier."""
SETTLE_WITHIN_S = HOLD_S + 20.0
UNDER_WAY_S = 12.0
"""What a request of a client that hung up may still do: og_edge.flights."""
POLL_INTERVAL_S = 0.5
PLENTY = 1_000_000


@dataclass
class Round:
    """What was done in a round and what came of it."""

    seed: str
    shifts_s: dict[str, int]
    verdict: Verdict = field(default_factory=Verdict)
    kills: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    replayed_calls: int = 0
    looks: int = 0
    recovered_s: float = 0.0
    settled_s: float = 0.0
    took_s: float = 0.0


async def play(
    topology: Topology,
    seed: str,
    faults_s: float,
    calm_s: float,
    directory: Path,
    *,
    recover_within_s: float = RECOVER_WITHIN_S,
) -> Round:
    """Play one round on a running system, with customers of its own."""
    begun_s = time.monotonic()
    played = Round(seed, topology.shifts_s)
    kills_before = Counter(topology.keeper.kills)
    watcher = Watcher(topology.admin_dsn)
    async with open_books(topology) as books:
        load = Load(topology, books, seed)
        await load.prepare()
        account = await books.open_account("enterprise", 0)
        await books.grant(account, PLENTY)
        async with open_replays(topology, account, seed) as replays:
            stop = asyncio.Event()
            watching = asyncio.create_task(watcher.run())
            busy = [asyncio.create_task(work.run(stop)) for work in (load, replays)]
            maker = Troublemaker(topology)
            await maker.run(plan(seed, faults_s, sorted(topology.links)))
            played.recovered_s = await recover(topology, load.customers[0], recover_within_s)
            await asyncio.sleep(calm_s)
            stop.set()
            unanswered = await finish(busy)
            accounts = [*(customer.account.account_id for customer in load.customers)]
            played.settled_s = await settle(books, [*accounts, account.account_id])
            watching.cancel()
            played.verdict = await judge(
                topology, books, watcher, load.customers, replays, directory
            )
            played.replayed_calls = replays.calls
    if played.recovered_s >= recover_within_s:
        played.verdict.breaches.append(f"not well again {recover_within_s:.0f} s after the faults")
    if unanswered:
        played.verdict.breaches.append(f"calls that still fail {FINISH_WITHIN_S:.0f} s after it")
    played.kills = Counter(topology.keeper.kills) - kills_before
    played.troubles = maker.done
    played.looks = watcher.looks
    played.took_s = time.monotonic() - begun_s
    return played


async def recover(topology: Topology, customer: Customer, within_s: float) -> float:
    """Wait until every edge draws new cards, several in a row, with nobody's help."""
    begun_s = time.monotonic()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await asyncio.gather(*(_serves(topology, edge, customer) for edge in topology.edges))
    return time.monotonic() - begun_s


async def finish(busy: Sequence[asyncio.Task[None]]) -> bool:
    """Let everybody come to an end; tell whether some did not, and end those."""
    done, unfinished = await asyncio.wait(busy, timeout=FINISH_WITHIN_S)
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*unfinished, return_exceptions=True)
    await asyncio.gather(*done)  # raises what they raised: a fault of the suite
    return bool(unfinished)


async def _serves(topology: Topology, edge: Edge, customer: Customer) -> None:
    served = 0
    while served < PROBES:
        asked = Exchange(customer.account.account_id, "probe")
        customer.asked.append(asked)
        page = topology.site.put_page(f"Is {edge.name} well?")
        headers = {"Authorization": f"Bearer {customer.account.api_key}"}
        query = f"template=generic/standard&url={page}&title={random.getrandbits(64)}"
        await exchange(asked, edge.port, "GET", f"/api/og?{query}", headers)
        served = served + 1 if asked.outcome is Outcome.COMPLETE else 0
        await asyncio.sleep(PROBE_PAUSE_S)


async def settle(books: Books, account_ids: list[str]) -> float:
    """Wait until nothing is under way and nothing is set aside any more."""
    begun_s = time.monotonic()
    await asyncio.sleep(UNDER_WAY_S)  # nobody tells when an abandoned request has ended
    while time.monotonic() - begun_s < SETTLE_WITHIN_S:
        balances = [await books.balance(account_id) for account_id in account_ids]
        if not any(balance.reserved_credits for balance in balances):
            break
        await asyncio.sleep(POLL_INTERVAL_S)
    return time.monotonic() - begun_s
