"""Edge's own tables, read for an audit: one snapshot of an account, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

from psycopg import AsyncConnection

from og_edge.audit.records import HistoryLine, IndexLine
from og_service.postgres import Pool

PAGE_ROWS: Final = 5_000
STATEMENT_TIMEOUT_MS: Final = 300_000


class CardRecords:
    """The index of cards and the history of generations, read only."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def account_ids(self) -> AsyncIterator[list[str]]:
        """Name every account that has a card or a line in the history, in pages."""
        query = "SELECT account_id FROM edge.generations UNION SELECT account_id FROM edge.cards"
        async with self._snapshot() as connection:
            async for page in _pages(connection, query, ()):
                yield [account_id for (account_id,) in page]

    async def history(self, account_id: str) -> AsyncIterator[list[HistoryLine]]:
        """Give an account's history, in pages."""
        query = (
            "SELECT id::text, price_credits, create_time FROM edge.generations"
            " WHERE account_id = %s"
        )
        async with self._snapshot() as connection:
            async for page in _pages(connection, query, (account_id,)):
                yield [HistoryLine(*row) for row in page]

    async def cards(self, account_id: str) -> AsyncIterator[list[IndexLine]]:
        """Give the charges of an account's cards that are kept, in pages."""
        query = "SELECT charge_id::text, settled, draw_time FROM edge.cards WHERE account_id = %s"
        async with self._snapshot() as connection:
            async for page in _pages(connection, query, (account_id,)):
                yield [IndexLine(*row) for row in page]

    async def owner_of(self, generation_id: str) -> str | None:
        """Tell in whose history a generation is."""
        async with self._pool.connection() as connection:
            query = "SELECT account_id FROM edge.generations WHERE id = %s"
            row = await (await connection.execute(query, (generation_id,))).fetchone()
        return row[0] if row else None

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[AsyncConnection[Any]]:
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SET TRANSACTION READ ONLY")
            await connection.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
            yield connection


async def _pages(
    connection: AsyncConnection[Any], query: str, values: tuple[object, ...]
) -> AsyncIterator[list[tuple[Any, ...]]]:
    async with connection.cursor(name=f"audit_{uuid4().hex}") as cursor:
        await cursor.execute(query.encode(), values)
        while page := await cursor.fetchmany(PAGE_ROWS):
            yield page
