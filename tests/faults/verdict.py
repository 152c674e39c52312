"""What must hold once a round is over, account by account and for the whole ledger."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from og_billing.audit import add_up
from tests.faults.books import Books, Statement
from tests.faults.exchanges import Exchange, Outcome
from tests.faults.load import Customer
from tests.faults.replays import Replays
from tests.faults.topology import Topology
from tests.faults.watcher import Watcher

UNKNOWN = {Outcome.INTERRUPTED, Outcome.FAILED}


@dataclass
class Verdict:
    """What was counted, and every breach of a promise, in words."""

    requests: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    charges: int = 0
    charged_credits: int = 0
    charged_unanswered: list[str] = field(default_factory=list)
    """Charges of requests that were interrupted or failed: allowed, and listed."""
    given_free: int = 0
    half_open_kept: dict[str, int] = field(default_factory=dict)
    """Connections by link that their clients still take for good though nobody is behind them."""
    breaches: list[str] = field(default_factory=list)


async def judge(
    topology: Topology,
    books: Books,
    watcher: Watcher,
    customers: Sequence[Customer],
    replays: Replays,
    directory: Path,
) -> Verdict:
    """Compare what customers saw with the ledger, with edge's audit and billing's."""
    verdict = Verdict()
    for customer in customers:
        statement = await books.statement(customer.account.account_id)
        judge_balance(verdict, customer.name, customer.account.granted_credits, statement)
        judge_charges(verdict, customer, statement)
        await judge_cards(verdict, topology.audit_environment, customer, directory)
    statement = await books.statement(replays.account.account_id)
    judge_balance(verdict, "replays", replays.account.granted_credits, statement)
    _judge_replays(verdict, replays, statement)
    await judge_ledger(verdict, watcher, topology)
    verdict.breaches += topology.keeper.deaths
    return verdict


def judge_balance(
    verdict: Verdict, name: str, granted: int, statement: Statement, *, settled: bool = True
) -> None:
    """Add a balance up; not settled: what a dead process had set aside may still be so."""
    balance, charged = statement.balance, sum(statement.charges.values())
    verdict.charges += len(statement.charges)
    verdict.charged_credits += charged
    sums = {
        "granted, by the ledger": (statement.granted_credits, granted),
        "reserved": (balance.reserved_credits if settled else 0, 0),
        "granted less charged": (
            balance.available_credits + balance.reserved_credits,
            granted - charged,
        ),
        "sum of the statement": (balance.available_credits, statement.delta_credits),
        "plan and pack": (balance.available_credits, balance.plan_credits + balance.pack_credits),
    }
    verdict.breaches += [
        f"{name}: {what} is {found}, not {expected}"
        for what, (found, expected) in sums.items()
        if found != expected
    ]
    if min(balance.plan_credits, balance.pack_credits) < 0:
        verdict.breaches.append(f"{name}: a balance below zero")
    verdict.breaches += [f"{name}: {each} charged twice" for each in statement.charged_twice]


def judge_charges(verdict: Verdict, customer: Customer, statement: Statement) -> None:
    """Complete answers are charged as they say; what else is charged was interrupted."""
    verdict.requests += len(customer.asked)
    unexplained = dict(statement.charges)
    interrupted_without_id = 0
    for asked in customer.asked:
        verdict.outcomes[asked.outcome.value] += 1
        if asked.code:
            verdict.errors[f"{asked.status} {asked.code}"] += 1
        charged = unexplained.pop(asked.request_id or "", 0)
        _judge_one(verdict, customer.name, asked, charged)
        if asked.outcome in UNKNOWN:
            if charged and asked.request_id:
                verdict.charged_unanswered.append(asked.request_id)
            interrupted_without_id += asked.request_id is None
    if len(unexplained) > interrupted_without_id:
        verdict.breaches.append(
            f"{customer.name}: {len(unexplained)} charges that nobody asked for, with "
            f"{interrupted_without_id} requests interrupted: {sorted(unexplained)}"
        )
    verdict.breaches += [
        f"{customer.name}: {charge_id} took {price} credits"
        for charge_id, price in statement.charges.items()
        if price not in {1, 10}
    ]
    verdict.charged_unanswered += unexplained


def _judge_one(verdict: Verdict, name: str, asked: Exchange, charged: int) -> None:
    where = f"{name}: {asked.what} {asked.request_id}"
    verdict.breaches += [f"{where}: {fault}" for fault in asked.faults]
    if asked.outcome is Outcome.COMPLETE and charged != asked.charged_credits:
        verdict.breaches.append(f"{where} says {asked.charged_credits}, the ledger {charged}")
    if asked.outcome is Outcome.REFUSED and charged:
        verdict.breaches.append(f"{where}: {asked.status} {asked.code} cost {charged}")


def _judge_replays(verdict: Verdict, replays: Replays, statement: Statement) -> None:
    verdict.breaches += replays.faults
    charged = {charge_id: price for charge_id, price in replays.expected.items() if price}
    if charged != statement.charges:
        differ = set(charged.items()) ^ set(statement.charges.items())
        verdict.breaches.append(f"replays: charged otherwise than told: {sorted(differ)}")


async def judge_cards(
    verdict: Verdict, environment: Mapping[str, str], customer: Customer, directory: Path
) -> None:
    """Run the audit that operators have, with the answers that came whole."""
    received = [
        asked.request_id
        for asked in customer.asked
        if asked.outcome is Outcome.COMPLETE and asked.charged_credits and asked.request_id
    ]
    path = directory / "received"
    path.write_text("\n".join(received))
    account_id = customer.account.account_id
    command = (sys.executable, "-P", "-m", "og_edge", "audit", "--json")
    process = await asyncio.create_subprocess_exec(
        *(*command, "--account", account_id, "--received", str(path)),
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    found: dict[str, Any] = json.loads(output)
    unanswered = [a for a in customer.asked if a.outcome in UNKNOWN]
    limits = {
        "received_without_charge": 0,
        "charged_without_card": 0,
        "cards_charged_otherwise": 0,
        "cards_not_charged": len(unanswered),
        "charged_not_received": len(unanswered),
    }
    verdict.breaches += [
        f"{customer.name}: the audit finds {what}: {found[what]}"
        for what, most in limits.items()
        if len(found[what]) > most
    ]
    verdict.given_free += len(found["cards_not_charged"])


async def judge_ledger(verdict: Verdict, watcher: Watcher, topology: Topology) -> None:
    """Have the whole ledger audited, and ask who saw it all the time."""
    async with await watcher.connect() as connection:
        found = await add_up(connection)
    if not found.passed:
        verdict.breaches.append(f"billing's audit: {found}")
    if watcher.negative:
        verdict.breaches.append(f"balances below zero: {sorted(set(watcher.negative))}")
    if overdue := await watcher.overdue():
        verdict.breaches.append(f"{overdue} reservations outlive their expiry")
    abandoned = {name: link.abandoned() for name, link in topology.links.items()}
    if kept := {name: count for name, count in abandoned.items() if count}:
        verdict.half_open_kept = kept
