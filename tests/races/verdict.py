"""What must hold once a round is over: no old card came back, and each drawing was paid once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.books import Books
from tests.faults.exchanges import Outcome
from tests.faults.topology import Topology
from tests.faults.verdict import Verdict, judge_balance, judge_cards, judge_charges, judge_ledger
from tests.faults.watcher import Watcher
from tests.races.counts import counts_by_digest
from tests.races.load import Asked, Load
from tests.races.order import Act, History, Seen

GENERATION_CREDITS = 10
_DRAWN = "SELECT id::text FROM edge.generations WHERE account_id = %s AND price_credits = %s"


@dataclass
class RaceVerdict(Verdict):
    """A verdict, with what was asked and drawn."""

    acts: Counter[str] = field(default_factory=Counter)
    """What was answered whole, by kind and cache."""
    fetches: int = 0
    drawn: int = 0
    """Drawings that were published as new ones."""
    given_free_ids: list[str] = field(default_factory=list)


async def judge(
    topology: Topology,
    books: Books,
    watcher: Watcher,
    load: Load,
    directory: Path,
    *,
    settled: bool,
) -> RaceVerdict:
    """Compare what was shown with what the pages said when, and what it cost with the ledger.

    Not settled: what dead processes had set aside need not have come back.
    """
    verdict = RaceVerdict()
    await _judge_order(verdict, topology, load)
    customer = load.customer
    statement = await books.statement(load.customer.account.account_id)
    judge_balance(
        verdict, customer.name, load.customer.account.granted_credits, statement, settled=settled
    )
    judge_charges(verdict, customer, statement)
    await judge_cards(verdict, topology.audit_environment, customer, directory)
    await _judge_drawings(verdict, watcher, load, statement.charges)
    await judge_ledger(verdict, watcher, topology)
    verdict.breaches += topology.keeper.deaths
    return verdict


async def _judge_order(verdict: RaceVerdict, topology: Topology, load: Load) -> None:
    whole = [asked for asked in load.asked if asked.outcome is Outcome.COMPLETE]
    digests = {_digest(asked) for asked in whole if asked.act is not Act.DELETE}
    counts = await counts_by_digest(topology, load, digests)
    for asked in whole:
        verdict.acts[" ".join(filter(None, (asked.act.value, asked.cache.lower())))] += 1
    for name, page in load.pages.items():
        verdict.fetches += len(page.asked_s)
        seen = []
        for asked in (each for each in whole if each.card == name):
            card, count = counts.get(_digest(asked), ("nothing that was fetched", 0))
            if asked.act is Act.DELETE:
                seen.append(Seen(asked.act, asked.begun_s, asked.ended_s))
            elif card == name:
                where = f"{name} at {asked.edge} {asked.request_id}:"
                seen.append(Seen(asked.act, asked.begun_s, asked.ended_s, count, where))
            else:
                verdict.breaches.append(f"{asked.what} shows {card}: {asked.etag}")
        verdict.breaches += History(seen, page.asked_s).breaches()


def _digest(asked: Asked) -> str:
    return asked.etag.strip('"')


async def _judge_drawings(
    verdict: RaceVerdict, watcher: Watcher, load: Load, charges: dict[str, int]
) -> None:
    """One generation is paid for each drawing that was published, and for nothing else."""
    async with await watcher.connect() as connection:
        values = (load.customer.account.account_id, GENERATION_CREDITS)
        drawn = {str(row[0]) for row in await (await connection.execute(_DRAWN, values)).fetchall()}
    paid = {charge_id for charge_id, price in charges.items() if price == GENERATION_CREDITS}
    verdict.drawn = len(drawn)
    verdict.given_free_ids = sorted(drawn - paid)
    unanswered = sum(
        asked.outcome in {Outcome.INTERRUPTED, Outcome.FAILED} for asked in load.customer.asked
    )
    if len(drawn - paid) > unanswered:
        verdict.breaches.append(f"published and never paid: {sorted(drawn - paid)}")
    if paid - drawn:
        verdict.breaches.append(f"paid as new, yet never published: {sorted(paid - drawn)}")
    allowed = {"500 internal_error", "500 overloaded", "429 rate_limit_exceeded"}
    if unexpected := verdict.errors.keys() - allowed:
        verdict.breaches.append(f"errors that no trouble here may cause: {sorted(unexpected)}")
