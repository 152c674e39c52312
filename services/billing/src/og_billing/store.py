"""The ledger in PostgreSQL: what reads it, and what is deleted of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from og_billing.audit import Audit, add_up
from og_billing.entries import Entry
from og_billing.errors import LedgerUnavailableError
from og_billing.months import NOTHING, Standing
from og_billing.notices import Notice
from og_billing.rows import to_entry, to_notice, to_spending, to_standing
from og_billing.spending import RETENTION_DAYS, PayersDay, Spending
from og_service.postgres import Pool

VERIFY_TIMEOUT_MS = 300_000
MAX_PRUNE_ROWS = 10_000

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

    async def standing(self, account_id: str) -> Standing:
        """Tell what an account has and is on, as the next write will find it."""
        ...

    async def standings(self, after: str, limit: int) -> list[tuple[str, Standing]]:
        """List at most limit accounts after an account_id, by account_id."""
        ...

    async def statement(self, account_id: str, before: int | None, limit: int) -> list[Line]:
        """List at most limit entries before a position (None: the newest), newest first."""
        ...

    async def daily_spending(
        self, account_id: str, after: PayersDay | None, limit: int
    ) -> list[tuple[PayersDay, Spending]]:
        """List at most limit days after one (None: the newest), newest first, then by payer."""
        ...

    async def notices(
        self, account_id: str, before: int | None, limit: int
    ) -> list[tuple[int, Notice]]:
        """List at most limit notices before an id (None: the newest), newest first.

        The empty account_id stands for all accounts.
        """
        ...

    async def expired_reservations(self, limit: int) -> list[str]:
        """Name open reservations whose time is over, the oldest first."""
        ...

    async def ended_months(self, limit: int) -> list[str]:
        """Name accounts whose month is over and was not renewed yet, the oldest first."""
        ...

    async def prune(self) -> int:
        """Delete up to MAX_PRUNE_ROWS counts of days over RETENTION_DAYS ago; tell how many."""
        ...

    async def verify(self) -> Audit:
        """Add everything up again."""
        ...


class Reader:
    """What reads the schema `billing`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def _rows(self, query: LiteralString, params: Mapping[str, object]) -> list[DictRow]:
        async with self._connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            return await (await cursor.execute(query, params)).fetchall()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise LedgerUnavailableError from error


class PostgresLedgerStore(Reader):
    """LedgerStore in the schema `billing`."""

    async def standing(self, account_id: str) -> Standing:
        """Read one account."""
        found = await self._rows(_STANDING, {"id": account_id})
        return to_standing(found[0]) if found else NOTHING

    async def standings(self, after: str, limit: int) -> list[tuple[str, Standing]]:
        """Read a page of accounts."""
        found = await self._rows(_STANDINGS, {"after": after, "limit": limit})
        return [(row["account_id"], to_standing(row)) for row in found]

    async def statement(self, account_id: str, before: int | None, limit: int) -> list[Line]:
        """Read a page of a statement."""
        params = {"id": account_id, "before": before, "limit": limit}
        return [
            Line(row["entry_id"], to_entry(row)) for row in await self._rows(_STATEMENT, params)
        ]

    async def daily_spending(
        self, account_id: str, after: PayersDay | None, limit: int
    ) -> list[tuple[PayersDay, Spending]]:
        """Read a page of days."""
        params = {
            "id": account_id,
            "day": after.day if after else None,
            "payer_id": after.payer_id if after else None,
            "limit": limit,
        }
        return [to_spending(row) for row in await self._rows(_DAILY_SPENDING, params)]

    async def notices(
        self, account_id: str, before: int | None, limit: int
    ) -> list[tuple[int, Notice]]:
        """Read a page of notices."""
        query = _NOTICES_OF_ONE if account_id else _NOTICES
        found = await self._rows(query, {"id": account_id, "before": before, "limit": limit})
        return [(row["notice_id"], to_notice(row)) for row in found]

    async def expired_reservations(self, limit: int) -> list[str]:
        """Read the sweeper's work."""
        found = await self._rows(_EXPIRED, {"limit": limit})
        return [str(row["charge_id"]) for row in found]

    async def ended_months(self, limit: int) -> list[str]:
        """Read the sweeper's other work."""
        found = await self._rows(_ENDED_MONTHS, {"limit": limit})
        return [row["account_id"] for row in found]

    async def prune(self) -> int:
        """Delete old counts."""
        async with self._connection() as connection:
            params = {"days": RETENTION_DAYS, "limit": MAX_PRUNE_ROWS}
            return (await connection.execute(_PRUNE, params)).rowcount

    async def verify(self) -> Audit:
        """Add everything up, in one snapshot."""
        async with self._connection() as connection, connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            await connection.execute(f"SET LOCAL statement_timeout = {VERIFY_TIMEOUT_MS}")
            return await add_up(connection)


_ACCOUNTS = """
SELECT clock_timestamp() AS now, b.account_id, plan_credits, pack_credits, held_credits,
    plan_id, next_plan_id, anchor_time, month, granted_credits, low_balance_credits,
    anchor_month, invoice_id, period_end_time
FROM billing.balances b LEFT JOIN billing.subscriptions USING (account_id)
"""
_STANDING = _ACCOUNTS + "WHERE account_id = %(id)s"
_STANDINGS = _ACCOUNTS + "WHERE account_id > %(after)s ORDER BY account_id LIMIT %(limit)s"
_STATEMENT = """
SELECT * FROM billing.entries
WHERE account_id = %(id)s AND (%(before)s::bigint IS NULL OR entry_id < %(before)s)
ORDER BY entry_id DESC LIMIT %(limit)s
"""
_DAILY_SPENDING = """
SELECT * FROM billing.daily_spending
WHERE account_id = %(id)s AND (
    %(day)s::date IS NULL OR day < %(day)s OR (day = %(day)s AND payer_id > %(payer_id)s)
) ORDER BY day DESC, payer_id LIMIT %(limit)s
"""
_NOTICES = """
SELECT * FROM billing.notices WHERE %(before)s::bigint IS NULL OR notice_id < %(before)s
ORDER BY notice_id DESC LIMIT %(limit)s
"""
_NOTICES_OF_ONE = """
SELECT * FROM billing.notices
WHERE account_id = %(id)s AND (%(before)s::bigint IS NULL OR notice_id < %(before)s)
ORDER BY notice_id DESC LIMIT %(limit)s
"""
_EXPIRED = """
SELECT charge_id FROM billing.open_reservations
WHERE expire_time <= clock_timestamp() ORDER BY expire_time LIMIT %(limit)s
"""
_ENDED_MONTHS = """
SELECT account_id FROM billing.subscriptions
WHERE period_end_time <= clock_timestamp() ORDER BY period_end_time LIMIT %(limit)s
"""
_PRUNE = """
DELETE FROM billing.daily_spending WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM billing.daily_spending
    WHERE day < (clock_timestamp() AT TIME ZONE 'UTC')::date - %(days)s LIMIT %(limit)s
))
"""
