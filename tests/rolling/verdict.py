"""What must hold after restarts: nobody was failed, and everything was charged as it was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from og_billing.audit import add_up
from tests.faults.exchanges import Exchange, Outcome
from tests.faults.load import Customer
from tests.faults.verdict import Verdict, judge_balance, judge_cards, judge_charges
from tests.rolling.load import Load
from tests.rolling.restarts import Restart
from tests.rolling.system import System


@dataclass
class RollingVerdict:
    """What was counted; `failures` are answers that somebody should not have got.

    `breaches` are faults of the books, which nothing excuses.
    """

    requests: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    charges: int = 0
    connections_ended_told: int = 0
    connections_ended_untold: int = 0


async def judge(
    system: System, load: Load, restarts: Sequence[Restart], directory: Path, *, settled: bool
) -> RollingVerdict:
    """Compare what everybody got with what they should have, and with the ledger.

    Unless all is settled, credits may be reserved: a killed edge's, until they expire.
    """
    verdict = RollingVerdict(load.requests)
    books = Verdict()
    for customer in load.customers:
        for asked in customer.asked:
            verdict.kinds[f"{customer.name}: {asked.what}"] += 1
            if failure := _failure_of(asked):
                verdict.failures.append(f"{_place(restarts, asked.ended_s)}: {failure}")
        statement = await system.books.statement(customer.account.account_id)
        judge_balance(
            books, customer.name, customer.account.granted_credits, statement, settled=settled
        )
        judge_charges(books, _without_faults(customer), statement)
        await judge_cards(books, system.audit_environment, customer, directory)
    verdict.kinds["pages"] = load.pages.statuses.total()
    verdict.failures += [f"{_place(restarts, at_s)}: {fault}" for at_s, fault in load.pages.faults]
    async with await psycopg.AsyncConnection.connect(system.admin_dsn) as connection:
        ledger = await add_up(connection)
    if not ledger.passed:
        books.breaches.append(f"billing's audit: {ledger}")
    verdict.breaches, verdict.charges = books.breaches, books.charges
    verdict.connections_ended_told = sum(each.endings_told for each in load.connections)
    verdict.connections_ended_untold = sum(each.endings_untold for each in load.connections)
    return verdict


def _failure_of(asked: Exchange) -> str:
    if asked.outcome is Outcome.COMPLETE and not asked.faults:
        return ""
    told = f"{asked.what}: {asked.outcome.value} {asked.status} {asked.code} {asked.request_id}"
    return f"{told} {'; '.join(asked.faults)}"


def _without_faults(customer: Customer) -> Customer:
    """Leave to judge_charges what is its own: the faults are told as failures."""
    for asked in customer.asked:
        asked.faults.clear()
    return customer


def _place(restarts: Sequence[Restart], at_s: float) -> str:
    """Tell what went on at a time."""
    for each in restarts:
        if each.begun_s <= at_s <= each.ready_s + 1:
            for step, since_s in (
                ("up again", each.ready_s),
                ("gone", each.ended_s),
                ("told", each.told_s),
                ("unlisted", each.begun_s),
            ):
                if at_s >= since_s:
                    return f"{each.name} {step} since {at_s - since_s:.2f} s"
    return "in calm"
