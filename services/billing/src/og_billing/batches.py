"""A batch of commands as one transaction: what is locked and read for it, and what is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from og_billing.book import Book
from og_billing.commands import (
    Capture,
    Charge,
    Command,
    Grant,
    Posting,
    Release,
    Reserve,
    SetPlan,
    Settle,
)
from og_billing.entries import Action, Entry
from og_billing.errors import ServiceError
from og_billing.months import Standing
from og_billing.notices import Notice
from og_billing.rows import (
    array,
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
from og_billing.settlement_statements import (
    invoice_charge_ids,
    read_settlements,
    settles_of,
    write_plan_grants,
    write_settlements,
)
from og_billing.settling import Settlements
from og_billing.spending import day_of
from og_billing.writer import Outcome
from og_service.fast_connection import FastConnection, Row


@dataclass(frozen=True, slots=True)
class Posted:
    """One outcome for each command, in their order, and what was written: entries, notices."""

    outcomes: list[Outcome]
    entries: list[Entry]
    notices: list[Notice]


class OvertakenError(Exception):
    """Another replica has just written what had to be known before locking: do it again."""


async def post_batch(
    connection: FastConnection, commands: Sequence[Command], *, is_repeated: bool
) -> Posted:
    """Do the commands in one transaction.

    What was written under their ids before is read where something closes, is granted, is refused
    or is repeated; the primary key tells of all else. Raises OvertakenError, or the store's
    UniqueViolationError or DeadlockDetectedError, where it must be repeated to see what was
    written before, or by another replica meanwhile.
    """
    closing = [command.charge_id for command in commands if isinstance(command, Capture | Release)]
    async with connection.transaction():
        # Before the lock, to know what to lock: whose a reservation is never changes.
        reserved = await connection.fetch(_RESERVED, array(closing)) if closing else []
        settles = settles_of(commands)
        new = {each.account_id for each in commands if isinstance(each, Grant | SetPlan | Settle)}
        if new:
            await connection.fetch(_NEW_BALANCES, array(sorted(new)))
        found = await connection.fetch(_LOCK_AND_READ, *columns(_asked(commands, reserved), 3))
        entries: list[Entry] = []
        if closing or new or is_repeated:  # grants are often repeated, by who cannot remember
            entries = await _entries(connection, commands)
            if _opened(entries).intersection(closing) - {str(row["charge_id"]) for row in reserved}:
                raise OvertakenError
        book = _book(found, entries, await read_settlements(connection, settles))
        outcomes = _outcomes(book, commands)
        if not entries and any(isinstance(each, ServiceError) for each in outcomes):
            # What was paid once stays paid, though there be no credits left by now.
            entries = await _entries(connection, commands)
            book = _book(found, entries, await read_settlements(connection, settles))
            outcomes = _outcomes(book, commands)
        if book.changed:
            await _write(connection, book)
    return Posted(outcomes, book.written, book.notices)


def _outcomes(book: Book, commands: Sequence[Command]) -> list[Outcome]:
    """Post them all, what may begin a month first: a month has all that happens at its moment."""
    order = sorted(range(len(commands)), key=lambda n: not isinstance(commands[n], Settle))
    outcomes = {n: _outcome(book, commands[n]) for n in order}
    return [outcomes[n] for n in range(len(commands))]


def _outcome(book: Book, command: Command) -> Outcome:
    try:
        return book.post(command)
    except ServiceError as refusal:
        return refusal


def _asked(commands: Sequence[Command], reserved: Sequence[Row]) -> set[tuple[object, ...]]:
    """Say what to read: whose account, what through which payer, since when (None: today)."""
    asked: set[tuple[object, ...]] = {
        (row["account_id"], row["payer_id"], day_of(row["create_time"])) for row in reserved
    }
    for command in commands:
        match command:
            case Charge() | Reserve():
                asked.add((command.account_id, command.payer_id, None))
            case Capture() | Release():
                pass  # what was reserved says it
            case _:
                asked.add((command.account_id, None, None))
    return asked


async def _entries(connection: FastConnection, commands: Sequence[Command]) -> list[Entry]:
    charge_ids = {each.charge_id for each in commands if isinstance(each, Posting)}
    charge_ids.update(invoice_charge_ids(settles_of(commands)))
    return [to_entry(row) for row in await connection.fetch(_ENTRIES, array(list(charge_ids)))]


def _opened(entries: Iterable[Entry]) -> set[str]:
    return {entry.charge_id for entry in entries if entry.action is Action.RESERVE}


def _book(found: Sequence[Row], entries: Iterable[Entry], settlements: Settlements) -> Book:
    return Book(
        now=found[0]["now"],
        standings={
            row["account_id"]: Standing(
                to_balance(row), to_subscription(row) if row["plan_id"] else None
            )
            for row in found
            if row["plan_credits"] is not None
        },
        entries=entries,
        spending=dict(to_spending(row) for row in found if row["day"]),
        settlements=settlements,
    )


async def _write(connection: FastConnection, book: Book) -> None:
    entries = book.written
    transfers = list(from_transfers(entries))
    opened = [(e.charge_id, e.expire_time) for e in entries if e.action is Action.RESERVE]
    closed = [e.charge_id for e in entries if e.action.closes]
    if entries:
        await connection.fetch(
            _INSERT_ENTRIES,
            book.now,
            *columns(map(from_entry, entries), 14),
            *columns(_spending_rows(book), 6),
            *columns(_balance_rows(book), 4),
        )
    if transfers:
        await connection.fetch(_INSERT_TRANSFERS, *columns(transfers, 6))
    if opened:
        await connection.fetch(_INSERT_RESERVATIONS, *columns(opened, 2))
    if closed:
        await connection.fetch(_DELETE_RESERVATIONS, array(closed))
    if book.subscribed:
        rows = map(from_subscription, book.subscribed.values())
        await connection.fetch(_UPSERT_SUBSCRIPTIONS, *columns(rows, 10))
    await write_plan_grants(connection, book.plan_grants)
    await write_settlements(connection, book.settlements, book.now)
    if book.notices:
        await connection.fetch(_INSERT_NOTICES, *columns(map(from_notice, book.notices), 4))


def _balance_rows(book: Book) -> Iterator[tuple[object, ...]]:
    for account_id in {entry.account_id for entry in book.written}:
        yield account_id, *book.balance(account_id)


def _spending_rows(book: Book) -> Iterator[tuple[object, ...]]:
    for day, spending in book.spending.changed.items():
        yield *day, *spending


# Parameters are arrays as PostgreSQL reads them: see rows.columns.
_RESERVED = """
SELECT charge_id, account_id, payer_id, create_time FROM billing.entries
WHERE charge_id = ANY($1::text::uuid[]) AND action = 'reserve'
"""
_NEW_BALANCES = """
INSERT INTO billing.balances (account_id) SELECT unnest($1::text::text[]) ON CONFLICT DO NOTHING
"""
_LOCK_AND_READ = """
SELECT * FROM billing.lock_and_read($1::text::text[], $2::text::text[], $3::text::date[])
"""
_ENTRIES = """
SELECT charge_id, action, account_id, kind, credits, reference, create_time, expire_time,
    plan_credits, pack_credits, held_credits, returned_credits, payer_id, expired_credits,
    paid_from, ARRAY(
        SELECT ARRAY[t.debit::text, t.credit::text, t.credits::text] FROM billing.transfers t
        WHERE (t.charge_id, t.closes) = (e.charge_id, e.closes)
    ) AS moves
FROM billing.entries e WHERE charge_id = ANY($1::text::uuid[])
"""
_INSERT_ENTRIES = """
WITH new_spending AS (
    INSERT INTO billing.daily_spending AS d (
        account_id, day, payer_id, credits, generations, cached_cards
    ) SELECT * FROM unnest(
        $16::text::text[], $17::text::date[], $18::text::text[],
        $19::text::bigint[], $20::text::bigint[], $21::text::bigint[]
    )
    ON CONFLICT (account_id, day, payer_id) DO UPDATE SET credits = excluded.credits,
        generations = excluded.generations, cached_cards = excluded.cached_cards
), new_balances AS (
    INSERT INTO billing.balances AS b (account_id, plan_credits, pack_credits, held_credits)
    SELECT * FROM unnest(
        $22::text::text[], $23::text::bigint[], $24::text::bigint[], $25::text::bigint[]
    )
    ON CONFLICT (account_id) DO UPDATE SET plan_credits = excluded.plan_credits,
        pack_credits = excluded.pack_credits, held_credits = excluded.held_credits
)
INSERT INTO billing.entries (
    charge_id, action, account_id, kind, credits, reference,
    plan_credits, pack_credits, held_credits, expire_time, returned_credits, payer_id,
    expired_credits, paid_from, create_time
) SELECT *, $1::timestamptz FROM unnest(
    $2::text::uuid[], $3::text::billing.action[], $4::text::text[],
    $5::text::billing.charge_kind[], $6::text::bigint[], $7::text::text[],
    $8::text::bigint[], $9::text::bigint[], $10::text::bigint[],
    $11::text::timestamptz[], $12::text::bigint[], $13::text::text[],
    $14::text::bigint[], $15::text::billing.bucket[]
)
"""
_INSERT_TRANSFERS = """
INSERT INTO billing.transfers (charge_id, closes, account_id, debit, credit, credits)
SELECT * FROM unnest(
    $1::text::uuid[], $2::text::boolean[], $3::text::text[],
    $4::text::billing.bucket[], $5::text::billing.bucket[], $6::text::bigint[]
)
"""
_INSERT_RESERVATIONS = """
INSERT INTO billing.open_reservations (charge_id, expire_time)
SELECT * FROM unnest($1::text::uuid[], $2::text::timestamptz[])
"""
_DELETE_RESERVATIONS = """
DELETE FROM billing.open_reservations WHERE charge_id = ANY($1::text::uuid[])
"""
_UPSERT_SUBSCRIPTIONS = """
INSERT INTO billing.subscriptions (
    account_id, plan_id, next_plan_id, anchor_time, month, granted_credits, low_balance_credits,
    anchor_month, invoice_id, period_end_time
) SELECT * FROM unnest(
    $1::text::text[], $2::text::text[], $3::text::text[], $4::text::timestamptz[],
    $5::text::integer[], $6::text::bigint[], $7::text::bigint[], $8::text::integer[],
    $9::text::text[], $10::text::timestamptz[]
)
ON CONFLICT (account_id) DO UPDATE SET plan_id = excluded.plan_id,
    next_plan_id = excluded.next_plan_id, anchor_time = excluded.anchor_time,
    month = excluded.month, anchor_month = excluded.anchor_month, invoice_id = excluded.invoice_id,
    granted_credits = excluded.granted_credits,
    low_balance_credits = excluded.low_balance_credits, period_end_time = excluded.period_end_time
"""
_INSERT_NOTICES = """
INSERT INTO billing.notices (account_id, kind, available_credits, create_time)
SELECT * FROM unnest(
    $1::text::text[], $2::text::billing.notice_kind[], $3::text::bigint[], $4::text::timestamptz[]
)
"""
