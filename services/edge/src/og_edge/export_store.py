"""What the edge keeps of an account, read for its owner from Postgres."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from og_service.fast_pool import FastPool, open_fast_pool
from og_service.postgres import BY_INDEX

MAX_CONNECTIONS: Final = 2

_END_OF_TIME: Final = dt.datetime.max.replace(tzinfo=dt.UTC)
_LAST_ID: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"

_GENERATIONS: Final = """
SELECT
  (to_jsonb(lines) || jsonb_build_object(
    'card', (SELECT to_jsonb(cards) FROM edge.cards WHERE key = card_key),
    'is_blocked', EXISTS (SELECT FROM edge.blocks WHERE blocks.card_key = lines.card_key)
  ))::text,
  create_time, id::text
FROM (
  SELECT * FROM edge.generations WHERE account_id = $1 AND (create_time, id) < ($2, $3::uuid)
  ORDER BY create_time DESC, id DESC LIMIT $4
) AS lines ORDER BY create_time DESC, id DESC
"""
_LOOKS: Final = """
SELECT (to_jsonb(looks) - 'page_digest')::text, site_id, page_digest
FROM edge.page_looks AS looks
WHERE account_id = $1 AND (site_id, page_digest) > ($2, $3)
ORDER BY site_id, page_digest LIMIT $4
"""
_BRAND_CARDS: Final = """
SELECT (to_jsonb(cards) - 'look_digest')::text, site_id, size, format
FROM edge.brand_cards AS cards
WHERE account_id = $1 AND (site_id, size, format) > ($2, $3, $4)
ORDER BY site_id, size, format LIMIT $5
"""


class PostgresRows:
    """Rows of the exports, from the schema `edge`."""

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool

    def generations(self, account_id: str, page_rows: int) -> AsyncIterator[Sequence[str]]:
        """See Rows."""
        return self._pages(_GENERATIONS, account_id, (_END_OF_TIME, _LAST_ID), page_rows)

    def page_looks(self, account_id: str, page_rows: int) -> AsyncIterator[Sequence[str]]:
        """See Rows."""
        return self._pages(_LOOKS, account_id, ("", b""), page_rows)

    def brand_cards(self, account_id: str, page_rows: int) -> AsyncIterator[Sequence[str]]:
        """See Rows."""
        return self._pages(_BRAND_CARDS, account_id, ("", "", ""), page_rows)

    async def _pages(
        self, query: str, account_id: str, after: Sequence[object], page_rows: int
    ) -> AsyncIterator[Sequence[str]]:
        """Read a row's text, then what it is ordered by, from where the page before ended."""
        while True:
            rows = await self._pool.read(query, account_id, *after, page_rows)
            yield [row[0] for row in rows]
            if len(rows) < page_rows:
                return
            after = rows[-1][1:]


@asynccontextmanager
async def open_rows(dsn: str) -> AsyncIterator[PostgresRows]:
    """Open a store on connections of its own, and close them after use."""
    async with open_fast_pool(
        dsn, max_connections=MAX_CONNECTIONS, settings=BY_INDEX, name="exports"
    ) as pool:
        yield PostgresRows(pool)
