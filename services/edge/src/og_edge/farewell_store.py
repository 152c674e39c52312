"""What the edge keeps of an account, forgotten in batches, in Postgres."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from og_edge.farewells import DUE_AGAIN_AFTER, OVER_AFTER, Farewell
from og_service.fast_connection import Row
from og_service.fast_pool import FastPool, open_fast_pool
from og_service.postgres import BY_INDEX

MAX_CONNECTIONS: Final = 2

_BEGIN: Final = """
INSERT INTO edge.farewells (account_id, due_time) VALUES ($1, now() + $2)
ON CONFLICT (account_id) DO UPDATE SET due_time = excluded.due_time
"""
_TAKE: Final = """
UPDATE edge.farewells SET due_time = now() + $1 WHERE account_id = ANY(ARRAY(
  SELECT account_id FROM edge.farewells WHERE due_time <= now()
  ORDER BY due_time LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING account_id, begin_time < now() - $3::interval AS is_over
"""
_END: Final = "DELETE FROM edge.farewells WHERE account_id = $1"
_SOME: Final = "ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE account_id = $1 LIMIT $2))"
_WITH_OBJECTS: Final = """
WITH forgotten AS (DELETE FROM {table} WHERE {some} RETURNING object_name),
orphaned AS (
  INSERT INTO edge.orphans (object_name, due_time) SELECT object_name, now() FROM forgotten
  ON CONFLICT DO NOTHING
)
SELECT FROM forgotten
"""
_PLAIN: Final = "DELETE FROM {table} WHERE {some} RETURNING 1"


def _forget(query: str, table: str) -> str:
    return query.format(table=table, some=_SOME.format(table=table))


_ALL: Final = (
    _forget(_WITH_OBJECTS, "edge.cards"),
    _forget(_WITH_OBJECTS, "edge.brand_cards"),
    _forget(_PLAIN, "edge.blocks"),
    _forget(_PLAIN, "edge.generations"),
    _forget(_PLAIN, "edge.page_looks"),
    _forget(_PLAIN, "edge.previews"),
)
"""Cards first: a drawing is looked up by them. Their objects become orphans (decision 39)."""


class PostgresFarewells:
    """FarewellStore on the schema `edge`."""

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool

    async def begin(self, account_id: str) -> None:
        """See FarewellStore."""
        await self._ask(_BEGIN, account_id, DUE_AGAIN_AFTER)

    async def take_due(self, at_most: int) -> Sequence[Farewell]:
        """See FarewellStore."""
        rows = await self._ask(_TAKE, DUE_AGAIN_AFTER, at_most, OVER_AFTER)
        return [Farewell(*row) for row in rows]

    async def end(self, account_id: str) -> None:
        """See FarewellStore."""
        await self._ask(_END, account_id)

    async def forget_some(self, account_id: str, at_most: int) -> int:
        """See FarewellStore."""
        for statement in _ALL:
            if rows := await self._ask(statement, account_id, at_most):
                return len(rows)
        return 0

    async def _ask(self, query: str, *args: str | int | dt.timedelta) -> list[Row]:
        async with self._pool.connection() as connection:
            return await connection.fetch(query, *args)


@asynccontextmanager
async def open_farewells(dsn: str) -> AsyncIterator[PostgresFarewells]:
    """Open a store on connections of its own, and close them after use."""
    async with open_fast_pool(
        dsn, max_connections=MAX_CONNECTIONS, settings=BY_INDEX, name="farewells"
    ) as pool:
        yield PostgresFarewells(pool)
