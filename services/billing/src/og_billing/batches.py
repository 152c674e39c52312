"""A batch of commands as one transaction: what is locked and read for it, and what is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import DictRow, dict_row

from og_billing.book import Book
from og_billing.commands import Charge, Closing, Command, Grant, Posting, Reserve, SetPlan
from og_billing.entries import Action
from og_billing.errors import ServiceError
from og_billing.months import Standing
from og_billing.notices import Notice
from og_billing.rows import (
    columns,
    from_entry,
    from_notice,
    from_subscription,
    from_transfers,
    to_balance,
    to_entry,
    to_spending,
    to_subscription,
)
from og_billing.spending import day_of
from og_billing.writer import Outcome

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Posted:
    """One outcome for each command, in their order, and the notices that were written."""

    outcomes: list[Outcome]
    notices: list[Notice]


class OvertakenError(Exception):
    """Another replica has just written what had to be known before locking: do it again."""


async def post_batch(connection: Connection, commands: Sequence[Command]) -> Posted:
    """Do the commands in one transaction.

    It takes two journeys to the database: one that locks and reads, and one that takes what is
    written and the commit together.

    Raises OvertakenError, or psycopg's UniqueViolation or DeadlockDetected, where another replica
    came between: whoever loses sees what the other wrote when it tries again.
    """
    # What fails raises where its answer is looked at: the commit's where the pipeline ends.
    async with connection.pipeline(), connection.transaction():
        book = await _open_book(connection, commands)
        outcomes = [_outcome(book, command) for command in commands]
        if book.changed:
            await _write(connection, book)
    return Posted(outcomes, book.notices)


def _outcome(book: Book, command: Command) -> Outcome:
    try:
        return book.post(command)
    except ServiceError as refusal:
        return refusal


async def _open_book(connection: Connection, commands: Sequence[Command]) -> Book:
    closing = [c.charge_id for c in commands if isinstance(c, Closing)]
    # Before the lock, to know what to lock: whose a reservation is never changes.
    reserved = await (await _ask(connection, _RESERVED, [closing])).fetchall() if closing else []
    if new := {c.account_id for c in commands if isinstance(c, Grant | SetPlan)}:
        await connection.execute(_NEW_BALANCES, (sorted(new),))
    account_ids = {c.account_id for c in commands if not isinstance(c, Closing)}
    account_ids |= {row["account_id"] for row in reserved}
    charge_ids = [c.charge_id for c in commands if isinstance(c, Posting)]
    # One journey, but one statement after the other: what comes after the lock sees what another
    # replica has just committed.
    locked = await _ask(connection, _LOCKED_BALANCES, [list(account_ids)])
    subscribed = await _ask(connection, _SUBSCRIPTIONS, [list(account_ids)])
    counted = await _ask(connection, _COUNTED, columns(_counts(commands, reserved), 3))
    entered = await _ask(connection, _ENTRIES, [charge_ids])
    counts = await counted.fetchall()
    entries = [to_entry(row) for row in await entered.fetchall()]
    reservations = {e.charge_id for e in entries if e.action is Action.RESERVE}
    if reservations.intersection(closing) - {row["charge_id"] for row in reserved}:
        raise OvertakenError
    subscriptions = {row["account_id"]: to_subscription(row) for row in await subscribed.fetchall()}
    return Book(
        now=counts[0]["now"],
        standings={
            row["account_id"]: Standing(to_balance(row), subscriptions.get(row["account_id"]))
            for row in await locked.fetchall()
        },
        entries=entries,
        spending=dict(to_spending(row) for row in counts if row["day"]),
    )


def _counts(commands: Sequence[Command], reserved: Sequence[DictRow]) -> set[tuple[object, ...]]:
    """Name the counts that the commands need: whose, through what, since when (None: today)."""
    needed: set[tuple[object, ...]] = {
        (row["account_id"], row["payer_id"], day_of(row["create_time"])) for row in reserved
    }
    for command in commands:
        match command:
            case Charge() | Reserve():
                needed.add((command.account_id, command.payer_id, None))
    return needed


async def _ask(
    connection: Connection, query: LiteralString, params: Sequence[object]
) -> AsyncCursor[DictRow]:
    return await connection.cursor(row_factory=dict_row).execute(query, params)


async def _write(connection: Connection, book: Book) -> None:
    entries = book.written
    opened = [(e.charge_id, e.expire_time) for e in entries if e.action is Action.RESERVE]
    closed = [e.charge_id for e in entries if e.action.closes]
    if entries:
        await connection.execute(
            _WRITE,
            (
                book.now,
                *columns(map(from_entry, entries), 14),
                *columns(from_transfers(entries), 6),
                *columns(_spending_rows(book), 6),
                *columns(_balance_rows(book), 4),
            ),
        )
    if opened:
        await connection.execute(_INSERT_RESERVATIONS, columns(opened, 2))
    if closed:
        await connection.execute(_DELETE_RESERVATIONS, [closed])
    if book.subscribed:
        rows = map(from_subscription, book.subscribed.values())
        await connection.execute(_UPSERT_SUBSCRIPTIONS, columns(rows, 8))
    if book.notices:
        await connection.execute(_INSERT_NOTICES, columns(map(from_notice, book.notices), 4))


def _balance_rows(book: Book) -> Iterator[tuple[object, ...]]:
    for account_id in {entry.account_id for entry in book.written}:
        yield account_id, *book.balance(account_id)


def _spending_rows(book: Book) -> Iterator[tuple[object, ...]]:
    for day, spending in book.spending.changed.items():
        yield *day, *spending


_RESERVED = """
SELECT charge_id, account_id, payer_id, create_time FROM billing.entries
WHERE charge_id = ANY(%s) AND action = 'reserve'
"""
_NEW_BALANCES = """
INSERT INTO billing.balances (account_id) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING
"""
_LOCKED_BALANCES = """
SELECT account_id, plan_credits, pack_credits, held_credits
FROM billing.balances WHERE account_id = ANY(%s) ORDER BY account_id FOR UPDATE
"""
_SUBSCRIPTIONS = "SELECT * FROM billing.subscriptions WHERE account_id = ANY(%s)"
# One row at least, so that the time comes with it.
_COUNTED = """
SELECT now, d.* FROM (SELECT clock_timestamp() AS now) AS moment
LEFT JOIN (
    unnest(%s::text[], %s::text[], %s::date[]) AS needed (account_id, payer_id, since)
    JOIN billing.daily_spending d USING (account_id, payer_id)
) ON d.day >= coalesce(since, (now AT TIME ZONE 'UTC')::date)
"""
_ENTRIES = """
SELECT e.*, ARRAY(
    SELECT ARRAY[t.debit::text, t.credit::text, t.credits::text] FROM billing.transfers t
    WHERE (t.charge_id, t.closes) = (e.charge_id, e.closes)
) AS moves
FROM billing.entries e WHERE e.charge_id = ANY(%s)
"""
_WRITE = """
WITH new_entries AS (
    INSERT INTO billing.entries (
        charge_id, action, account_id, kind, credits, reference,
        plan_credits, pack_credits, held_credits, expire_time, returned_credits, payer_id,
        expired_credits, paid_from, create_time
    ) SELECT *, %s::timestamptz FROM unnest(
        %s::uuid[], %s::billing.action[], %s::text[], %s::billing.charge_kind[], %s::bigint[],
        %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[],
        %s::text[], %s::bigint[], %s::billing.bucket[]
    )
), new_transfers AS (
    INSERT INTO billing.transfers (charge_id, closes, account_id, debit, credit, credits)
    SELECT * FROM unnest(
        %s::uuid[], %s::boolean[], %s::text[],
        %s::billing.bucket[], %s::billing.bucket[], %s::bigint[]
    )
), new_spending AS (
    INSERT INTO billing.daily_spending AS d (
        account_id, day, payer_id, credits, generations, cached_cards
    ) SELECT * FROM unnest(
        %s::text[], %s::date[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[]
    )
    ON CONFLICT (account_id, day, payer_id) DO UPDATE SET credits = excluded.credits,
        generations = excluded.generations, cached_cards = excluded.cached_cards
)
UPDATE billing.balances b
SET plan_credits = n.plan_credits, pack_credits = n.pack_credits, held_credits = n.held_credits
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS n (account_id, plan_credits, pack_credits, held_credits)
WHERE b.account_id = n.account_id
"""
_INSERT_RESERVATIONS = """
INSERT INTO billing.open_reservations (charge_id, expire_time)
SELECT * FROM unnest(%s::uuid[], %s::timestamptz[])
"""
_DELETE_RESERVATIONS = "DELETE FROM billing.open_reservations WHERE charge_id = ANY(%s)"
_UPSERT_SUBSCRIPTIONS = """
INSERT INTO billing.subscriptions (
    account_id, plan_id, next_plan_id, anchor_time, month, granted_credits, low_balance_credits,
    period_end_time
) SELECT * FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::integer[], %s::bigint[],
    %s::bigint[], %s::timestamptz[]
)
ON CONFLICT (account_id) DO UPDATE SET plan_id = excluded.plan_id,
    next_plan_id = excluded.next_plan_id, month = excluded.month,
    granted_credits = excluded.granted_credits,
    low_balance_credits = excluded.low_balance_credits, period_end_time = excluded.period_end_time
"""
_INSERT_NOTICES = """
INSERT INTO billing.notices (account_id, kind, available_credits, create_time)
SELECT * FROM unnest(%s::text[], %s::billing.notice_kind[], %s::bigint[], %s::timestamptz[])
"""
