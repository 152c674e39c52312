"""What every store does the same way: connections, rows and the lock on an account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, TypeAlias, TypeVar

import psycopg
import structlog
from psycopg import sql
from psycopg.rows import kwargs_row, scalar_row

from og_auth.errors import AccountNotFoundError, StoreUnavailableError
from og_service.postgres import Pool

log = structlog.get_logger()

Connection: TypeAlias = psycopg.AsyncConnection[Any]
Query: TypeAlias = LiteralString | sql.Composed
T = TypeVar("T")

IS_OWN: Final = "%s IN ('', account_id)"
"""Of rows that are an account's: whose it must be; empty: anybody's."""


class Database:
    """Lends connections; what they fail with becomes StoreUnavailableError."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend one that commits each statement by itself."""
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            log.warning("postgres failed", cause=repr(error))
            raise StoreUnavailableError from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend one for a transaction that commits at the end, or not at all."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def one(self, make: Callable[..., T], query: Query, *values: object) -> T | None:
        """Give the first row of a statement of its own."""
        async with self.connection() as connection:
            return await one(connection, make, query, *values)

    async def all(self, make: Callable[..., T], query: Query, *values: object) -> list[T]:
        """Give all rows of a statement of its own."""
        async with self.connection() as connection:
            cursor = connection.cursor(row_factory=kwargs_row(make))
            return await (await cursor.execute(query, values)).fetchall()


async def one(
    connection: Connection, make: Callable[..., T], query: Query, *values: object
) -> T | None:
    """Give the first row."""
    cursor = connection.cursor(row_factory=kwargs_row(make))
    return await (await cursor.execute(query, values)).fetchone()


async def added(connection: Connection, make: Callable[..., T], query: Query, *values: object) -> T:
    """Give the row that an INSERT with RETURNING added."""
    row = await one(connection, make, query, *values)
    assert row is not None  # noqa: S101 - it gives its row, or raises
    return row


async def scalar(connection: Connection, query: Query, *values: object) -> Any:
    """Give the only column of the first row, or None."""
    cursor = connection.cursor(row_factory=scalar_row)
    return await (await cursor.execute(query, values)).fetchone()


async def lock_account(connection: Connection, account_id: str) -> None:
    """Let nobody else add to the account before this transaction ends, or AccountNotFoundError."""
    cursor = await connection.execute(
        "SELECT FROM auth.accounts WHERE account_id = %s AND delete_time IS NULL FOR NO KEY UPDATE",
        (account_id,),
    )
    if cursor.rowcount == 0:
        raise AccountNotFoundError


def update_query(
    table: str, id_column: str, columns: Iterable[str], returning: LiteralString
) -> sql.Composed:
    """Write an UPDATE of one row of an account.

    It takes the columns' values in their order, then the row's id, and whose it must be; empty:
    anybody's.
    """
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = %s").format(sql.Identifier(column)) for column in columns
    )
    return sql.SQL("UPDATE {} SET {} WHERE {} = %s AND {} RETURNING {}").format(
        sql.Identifier("auth", table),
        assignments,
        sql.Identifier(id_column),
        sql.SQL(IS_OWN),
        sql.SQL(returning),
    )
