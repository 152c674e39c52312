"""The ledger in PostgreSQL: all SQL that serves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass
from typing import Any, LiteralString, Protocol
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, errors
from psycopg.rows import DictRow, dict_row, scalar_row

from og_billing.audit import Audit, add_up
from og_billing.book import Book
from og_billing.commands import Capture, Command, Grant, Release
from og_billing.entries import Action, Balance, Bucket, ChargeKind, Entry, Transfer
from og_billing.errors import LedgerUnavailableError, ServiceError
from og_billing.writer import Outcome
from og_service.postgres import Pool

# Another replica may write the same charge_id, or meet us in another order: whoever loses sees
# what the other wrote when it tries again.
MAX_ATTEMPTS = 3
VERIFY_TIMEOUT_MS = 300_000

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry and its place in the statement."""

    position: int
    entry: Entry


class LedgerStore(Protocol):
    """What the service needs of its database.

    Every method raises LedgerUnavailableError when the database is away.
    """

    async def post(self, commands: Sequence[Command]) -> list[Outcome]:
        """Do the commands in one transaction, each for itself; one outcome each, in order."""
        ...

    async def balance(self, account_id: str) -> Balance:
        """Tell what an account has."""
        ...

    async def statement(self, account_id: str, before: int | None, limit: int) -> list[Line]:
        """List at most limit entries before a position (None: the newest), newest first."""
        ...

    async def expired_reservations(self, limit: int) -> list[UUID]:
        """Name open reservations whose time is over, the oldest first."""
        ...

    async def verify(self) -> Audit:
        """Add everything up again."""
        ...


class PostgresLedgerStore:
    """LedgerStore in the schema `billing`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def post(self, commands: Sequence[Command]) -> list[Outcome]:
        """Write a batch."""
        for _ in range(MAX_ATTEMPTS):
            try:
                async with self._connection() as connection, connection.transaction():
                    return await _post(connection, commands)
            except (errors.UniqueViolation, errors.DeadlockDetected):
                continue
        raise LedgerUnavailableError

    async def balance(self, account_id: str) -> Balance:
        """Read a balance."""
        async with self._connection() as connection:
            found = await _rows(connection, _BALANCES, [account_id])
        return _balance(found[0]) if found else Balance()

    async def statement(self, account_id: str, before: int | None, limit: int) -> list[Line]:
        """Read a page of a statement."""
        async with self._connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(_STATEMENT, {"id": account_id, "before": before, "limit": limit})
            return [Line(row["entry_id"], _entry(row)) async for row in cursor]

    async def expired_reservations(self, limit: int) -> list[UUID]:
        """Read the sweeper's work."""
        async with self._connection() as connection:
            cursor = connection.cursor(row_factory=scalar_row)
            return await (await cursor.execute(_EXPIRED, (limit,))).fetchall()

    async def verify(self) -> Audit:
        """Add everything up, in one snapshot."""
        async with self._connection() as connection, connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            await connection.execute(f"SET LOCAL statement_timeout = {VERIFY_TIMEOUT_MS}")
            return await add_up(connection)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (errors.UniqueViolation, errors.DeadlockDetected):
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise LedgerUnavailableError from error


async def _post(connection: Connection, commands: Sequence[Command]) -> list[Outcome]:
    book = await _open_book(connection, commands)
    outcomes = [_outcome(book, command) for command in commands]
    if book.written:
        await _write(connection, book)
    return outcomes


def _outcome(book: Book, command: Command) -> Outcome:
    try:
        return book.post(command)
    except ServiceError as refusal:
        return refusal


async def _open_book(connection: Connection, commands: Sequence[Command]) -> Book:
    account_ids = {c.account_id for c in commands if not isinstance(c, Capture | Release)}
    if closing := [c.charge_id for c in commands if isinstance(c, Capture | Release)]:
        # Before the lock, to know what to lock: whose a reservation is never changes.
        account_ids |= {row["account_id"] for row in await _rows(connection, _OWNERS, closing)}
    if granted := {c.account_id for c in commands if isinstance(c, Grant)}:
        await connection.execute(_NEW_BALANCES, (sorted(granted),))
    locked = await _rows(connection, _LOCKED_BALANCES, list(account_ids))
    # After the lock, or what another replica has just committed would be missed.
    found = await _rows(connection, _ENTRIES, [c.charge_id for c in commands])
    return Book(
        now=found[0]["now"],
        balances={row["account_id"]: _balance(row) for row in locked},
        entries=[_entry(row) for row in found if row["charge_id"]],
    )


async def _write(connection: Connection, book: Book) -> None:
    entries = book.written
    opened = [e for e in entries if e.action is Action.RESERVE]
    closed = [e.charge_id for e in entries if e.action.closes]
    # One statement, one journey: the account stays locked for as short as can be.
    await connection.execute(
        _WRITE,
        _columns(map(_entry_row, entries))
        + _columns(_transfer_rows(entries))
        + _columns(_balance_rows(book)),
    )
    if opened:
        rows = ((e.charge_id, e.expire_time) for e in opened)
        await connection.execute(_INSERT_RESERVATIONS, _columns(rows))
    if closed:
        await connection.execute(_DELETE_RESERVATIONS, (closed,))


async def _rows(connection: Connection, query: LiteralString, ids: list[Any]) -> list[DictRow]:
    cursor = connection.cursor(row_factory=dict_row)
    return await (await cursor.execute(query, (ids,))).fetchall()


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _entry_row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.charge_id,
        entry.action.value,
        entry.account_id,
        entry.kind.value if entry.kind else None,
        entry.credits,
        entry.reference,
        *astuple(entry.balance),
        entry.create_time,
        entry.expire_time,
        entry.returned_credits,
    )


def _transfer_rows(entries: Iterable[Entry]) -> Iterator[tuple[object, ...]]:
    for e in entries:
        for t in e.transfers:
            yield (
                e.charge_id,
                e.action.closes,
                e.account_id,
                t.debit.value,
                t.credit.value,
                t.credits,
            )


def _balance_rows(book: Book) -> Iterator[tuple[object, ...]]:
    for account_id in {entry.account_id for entry in book.written}:
        yield account_id, *astuple(book.balance(account_id))


def _balance(row: DictRow) -> Balance:
    return Balance(row["plan_credits"], row["pack_credits"], row["held_credits"])


def _entry(row: DictRow) -> Entry:
    return Entry(
        charge_id=row["charge_id"],
        action=Action(row["action"]),
        account_id=row["account_id"],
        kind=ChargeKind(row["kind"]) if row["kind"] else None,
        credits=row["credits"],
        reference=row["reference"],
        create_time=row["create_time"],
        expire_time=row["expire_time"],
        transfers=tuple(
            Transfer(Bucket(debit), Bucket(credit), int(moved))
            for debit, credit, moved in row.get("moves", ())
        ),
        balance=_balance(row),
        returned_credits=row["returned_credits"],
    )


_BALANCES = """
SELECT account_id, plan_credits, pack_credits, held_credits
FROM billing.balances WHERE account_id = ANY(%s)
"""
_LOCKED_BALANCES = _BALANCES + "ORDER BY account_id FOR UPDATE"
_NEW_BALANCES = """
INSERT INTO billing.balances (account_id) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING
"""
_OWNERS = """
SELECT account_id FROM billing.entries WHERE charge_id = ANY(%s) AND action = 'reserve'
"""
# One row at least, so that the time comes with it.
_ENTRIES = """
SELECT clock_timestamp() AS now, e.*, ARRAY(
    SELECT ARRAY[t.debit::text, t.credit::text, t.credits::text] FROM billing.transfers t
    WHERE (t.charge_id, t.closes) = (e.charge_id, e.closes)
) AS moves
FROM (SELECT) AS one LEFT JOIN billing.entries e ON e.charge_id = ANY(%s)
"""
_WRITE = """
WITH new_entries AS (
    INSERT INTO billing.entries (
        charge_id, action, account_id, kind, credits, reference,
        plan_credits, pack_credits, held_credits, create_time, expire_time, returned_credits
    ) SELECT * FROM unnest(
        %s::uuid[], %s::billing.action[], %s::text[], %s::billing.charge_kind[], %s::bigint[],
        %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[],
        %s::bigint[]
    )
), new_transfers AS (
    INSERT INTO billing.transfers (charge_id, closes, account_id, debit, credit, credits)
    SELECT * FROM unnest(
        %s::uuid[], %s::boolean[], %s::text[],
        %s::billing.bucket[], %s::billing.bucket[], %s::bigint[]
    )
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
_EXPIRED = """
SELECT charge_id FROM billing.open_reservations
WHERE expire_time <= clock_timestamp() ORDER BY expire_time LIMIT %s
"""
_STATEMENT = """
SELECT * FROM billing.entries
WHERE account_id = %(id)s AND (%(before)s::bigint IS NULL OR entry_id < %(before)s)
ORDER BY entry_id DESC LIMIT %(limit)s
"""
