"""Brand cards, and the newest cards of pages, in Postgres."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from og_edge.brands import KEPT_UNUSED, TOUCH_INTERVAL, BrandCard, BrandName
from og_edge.cards import Card
from og_edge.options import CardSize, ImageFormat
from og_edge.store import CARD_COLUMNS, card_of
from og_service.fast_connection import Row
from og_service.fast_pool import FastPool, open_fast_pool
from og_service.postgres import BY_INDEX

MAX_CONNECTIONS: Final = 2
"""What fails asks here, and must not take connections from what succeeds."""
SERVER_TIMEOUT_MS: Final = 1_000
LINES_READ_MAX: Final = 20
"""Of a page's history, newest first, in search of a card that is still kept."""

_FIND: Final = """
WITH touched AS (
  UPDATE edge.brand_cards SET use_time = now()
  WHERE site_id = $1 AND size = $2 AND format = $3 AND use_time < now() - $4::interval
)
SELECT account_id, look_digest, object_name, digest, size_bytes, redraw_time
FROM edge.brand_cards WHERE site_id = $1 AND size = $2 AND format = $3
"""
# What it took the place of is read from the row as it is when it is changed, so that of two who
# publish at once the second one names the first one's object.
_PUBLISH: Final = """
WITH adopted AS (DELETE FROM edge.orphans WHERE object_name = $6),
published AS (
  INSERT INTO edge.brand_cards AS kept
    (site_id, size, format, account_id, look_digest, object_name, digest, size_bytes, redraw_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (site_id, size, format) DO UPDATE SET
    account_id = excluded.account_id, look_digest = excluded.look_digest,
    object_name = excluded.object_name, digest = excluded.digest,
    size_bytes = excluded.size_bytes, redraw_time = excluded.redraw_time, use_time = now(),
    replaced_object = kept.object_name
  RETURNING object_name, replaced_object
)
INSERT INTO edge.orphans (object_name, due_time)
SELECT replaced_object, now() FROM published
WHERE replaced_object NOT IN ('', object_name)
ON CONFLICT DO NOTHING
"""
_FORGET: Final = """
WITH forgotten AS (DELETE FROM edge.brand_cards WHERE {which} RETURNING object_name),
orphaned AS (
  INSERT INTO edge.orphans (object_name, due_time) SELECT object_name, now() FROM forgotten
  ON CONFLICT DO NOTHING
)
SELECT FROM forgotten
"""
_SOME: Final = """ctid = ANY(ARRAY(
  SELECT ctid FROM edge.brand_cards WHERE {which} LIMIT $2 FOR UPDATE SKIP LOCKED))"""
_FORGET_SITE: Final = _FORGET.format(which="account_id = $1 AND site_id = $2")
_FORGET_OF: Final = _FORGET.format(which=_SOME.format(which="account_id = $1"))
_FORGET_UNUSED: Final = _FORGET.format(which=_SOME.format(which="use_time < now() - $1::interval"))
_NEWEST: Final = f"""
SELECT {CARD_COLUMNS} FROM edge.cards WHERE settled AND key = (
  SELECT card_key FROM (
    SELECT card_key, create_time FROM edge.generations
    WHERE account_id = $1 AND md5(page_url) = md5($2) AND page_url = $2
      AND coalesce(options->>'size', 'wide') = $3 AND coalesce(options->>'format', 'png') = $4
    ORDER BY create_time DESC LIMIT {LINES_READ_MAX}
  ) AS lines
  WHERE EXISTS (SELECT FROM edge.cards WHERE key = lines.card_key AND settled)
    AND NOT EXISTS (SELECT FROM edge.blocks WHERE blocks.card_key = lines.card_key)
  ORDER BY create_time DESC LIMIT 1)
"""  # noqa: S608 - constants


class PostgresBrandStore:
    """BrandStore, and NewestCards of the fallback, on the schema `edge`."""

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool

    async def find(self, name: BrandName) -> BrandCard | None:
        """See BrandStore."""
        rows = await self._ask(_FIND, name.site_id, name.size, name.format, TOUCH_INTERVAL)
        if not rows or rows[0]["account_id"] != name.account_id:
            return None
        _, *kept = rows[0]
        return BrandCard(name, *kept)

    async def publish(self, card: BrandCard) -> None:
        """See BrandStore."""
        name = card.name
        await self._ask(
            _PUBLISH,
            *(name.site_id, name.size, name.format, name.account_id),
            *(card.look_digest, card.object_name, card.digest, card.size_bytes, card.redraw_time),
        )

    async def forget_site(self, account_id: str, site_id: str) -> None:
        """See BrandStore."""
        await self._ask(_FORGET_SITE, account_id, site_id)

    async def forget_of(self, account_id: str, at_most: int) -> int:
        """See BrandStore."""
        return len(await self._ask(_FORGET_OF, account_id, at_most))

    async def forget_unused(self, at_most: int) -> int:
        """See BrandStore."""
        return len(await self._ask(_FORGET_UNUSED, KEPT_UNUSED, at_most))

    async def newest_of(
        self, account_id: str, page_url: str, size: CardSize, image_format: ImageFormat
    ) -> Card | None:
        """See NewestCards."""
        rows = await self._ask(_NEWEST, account_id, page_url, size, image_format)
        return card_of(rows[0]) if rows else None

    async def _ask(self, query: str, *args: object) -> list[Row]:
        async with self._pool.connection() as connection:
            return await connection.fetch(query, *args)


@asynccontextmanager
async def open_brand_store(dsn: str) -> AsyncIterator[PostgresBrandStore]:
    """Open a store on connections of its own, and close them after use."""
    settings = {**BY_INDEX, "statement_timeout": str(SERVER_TIMEOUT_MS)}
    async with open_fast_pool(
        dsn, max_connections=MAX_CONNECTIONS, settings=settings, name="brands"
    ) as pool:
        yield PostgresBrandStore(pool)
