"""The index of cards and the history of generations, in Postgres."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol

from og_edge.ai import AiStatus
from og_edge.billing import ChargeKind
from og_edge.cards import TOUCH_INTERVAL, Card, Generation
from og_edge.lease_store import END_WITH_CARD, END_WITH_DELETION, TELL
from og_edge.leases import Lease, LeaseLostError
from og_service.fast_connection import STORE_ERRORS, FastConnection, Row
from og_service.fast_pool import FastPool, open_fast_pool
from og_service.postgres import BY_INDEX, POOL_MAX_CONNECTIONS

PUBLISHED_WITHIN: Final = dt.timedelta(hours=1)
"""Longer than any request: an object that is stored and is no card's by then will be none's."""
TAKEN_FOR: Final = dt.timedelta(minutes=1)
"""How long nobody else deletes an orphan that somebody has taken; then it is anybody's again."""
CARD_COLUMNS = (
    "key, account_id, object_name, digest, size_bytes, charge_id::text, settled, redraw_time,"
    " missing_glyphs, ai_status, charge_kind, use_time"
)
"""What card_of reads, in the order of Card's fields."""

_FIND: Final = f"SELECT {CARD_COLUMNS} FROM edge.cards WHERE key = $1"  # noqa: S608 - constant
_EXPECT: Final = """
INSERT INTO edge.orphans (object_name, due_time) VALUES ($1, now() + $2) ON CONFLICT DO NOTHING
"""
_PUBLISH: Final = f"""
WITH ended AS ({END_WITH_CARD}),
adopted AS (DELETE FROM edge.orphans USING ended WHERE object_name = $5),
orphaned AS (
  INSERT INTO edge.orphans (object_name, due_time)
  SELECT object_name, now() FROM edge.cards
  WHERE key = (SELECT key FROM ended) AND object_name <> $5
  ON CONFLICT DO NOTHING
),
published AS (
  INSERT INTO edge.cards (key, object_name, account_id, digest, size_bytes, charge_id, settled,
                          redraw_time, missing_glyphs, ai_status, charge_kind)
  SELECT key, $5, $6, $7, $8::integer, $9::uuid, $10::boolean, $11::timestamptz, $12, $13, $14
  FROM ended
  ON CONFLICT (key) DO UPDATE SET
    object_name = excluded.object_name, digest = excluded.digest,
    size_bytes = excluded.size_bytes, charge_id = excluded.charge_id, settled = excluded.settled,
    redraw_time = excluded.redraw_time, missing_glyphs = excluded.missing_glyphs,
    ai_status = excluded.ai_status, charge_kind = excluded.charge_kind,
    draw_time = now(), use_time = now()
),
remembered AS (
  INSERT INTO edge.generations (id, account_id, card_key, page_url, template_id, options, sources,
                                failed_images, price_credits, ai_status, payer_id, duration_ms,
                                missing_glyphs, texts)
  SELECT $15::uuid, $16, key, $17, $18, $19::jsonb, $20::jsonb, $21::text[], $22::integer, $23,
         $24, $25::integer, $26, $27::jsonb
  FROM ended
)
SELECT awaited FROM ended
"""  # noqa: S608 - constants
_SETTLE: Final = "UPDATE edge.cards SET settled = true WHERE key = $1 AND charge_id = $2::uuid"
_POSTPONE: Final = "UPDATE edge.cards SET redraw_time = $1 WHERE key = $2 AND object_name = $3"
_TOUCH: Final = """
UPDATE edge.cards SET use_time = now() WHERE key = $1 AND use_time < now() - $2::interval
"""
_FORGET: Final = """
WITH forgotten AS (DELETE FROM edge.cards WHERE {which} RETURNING object_name),
orphaned AS (
  INSERT INTO edge.orphans (object_name, due_time) SELECT object_name, now() FROM forgotten
  ON CONFLICT DO NOTHING
)
SELECT FROM forgotten
"""
_DELETE: Final = _FORGET.format(which="key = $1 AND account_id = $2 AND settled")
_REMOVE_UNUSED: Final = _FORGET.format(
    which="""key = ANY(ARRAY(
  SELECT key FROM edge.cards WHERE use_time < $1
  ORDER BY use_time LIMIT $2 FOR UPDATE SKIP LOCKED))"""
)
_TAKE_ORPHANS: Final = """
UPDATE edge.orphans SET due_time = now() + $1 WHERE object_name = ANY(ARRAY(
  SELECT object_name FROM edge.orphans WHERE due_time <= now()
  ORDER BY due_time LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING object_name
"""
_FORGET_ORPHANS: Final = "DELETE FROM edge.orphans WHERE object_name = ANY($1)"


class CardStore(Protocol):
    """What is known of cards, and of objects that are no card's: not yet, or not any more."""

    async def find(self, key: str) -> Card | None:
        """Give the card kept under key."""

    async def expect(self, object_name: str) -> None:
        """Note that an object is about to be stored for a card that will be published."""

    async def publish(
        self, card: Card, generation: Generation, lease: Lease, *, read_anew: bool
    ) -> None:
        """Put card in the place of what was kept under its key, and write the history connection.

        It ends the lease; raises LeaseLostError where that was lost, and then does nothing.
        read_anew tells whether the page was asked for after the lease was claimed.
        """

    async def delete(self, account_id: str, key: str) -> bool:
        """Forget the account's card kept under key, once it is settled; end whatever lease is held.

        Tells whether there was a settled card.
        """

    async def settle(self, card: Card) -> None:
        """Note that the charge which bought card is durable."""

    async def postpone(self, card: Card, redraw_time: dt.datetime) -> None:
        """Put off drawing card again."""

    async def touch(self, key: str) -> None:
        """Note that the card was used, at most once in TOUCH_INTERVAL."""

    async def remove_unused(self, before: dt.datetime, at_most: int) -> int:
        """Forget the cards least recently used before a moment; tell how many."""

    async def take_orphans(self, at_most: int) -> Sequence[str]:
        """Give names of objects that are no card's; for TAKEN_FOR nobody else is given them."""

    async def forget_orphans(self, object_names: Sequence[str]) -> None:
        """Note that objects are there no more."""


class PostgresCardStore:
    """CardStore on the schema `edge`."""

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool

    async def find(self, key: str) -> Card | None:
        """See CardStore."""
        rows = await self._ask(_FIND, key)
        return card_of(rows[0]) if rows else None

    async def expect(self, object_name: str) -> None:
        """See CardStore."""
        await self._ask(_EXPECT, object_name, PUBLISHED_WITHIN)

    async def publish(
        self, card: Card, generation: Generation, lease: Lease, *, read_anew: bool
    ) -> None:
        """See CardStore."""
        values = (
            *(lease.key, lease.epoch, lease.claim_time, read_anew),
            *_columns_of(card),
            *_columns_of_history(generation),
        )
        async with self._pool.connection() as connection:
            published = await connection.fetch(_PUBLISH, *values)
            if not published:
                raise LeaseLostError
            if published[0]["awaited"]:
                await _tell(connection, card.key)

    async def delete(self, account_id: str, key: str) -> bool:
        """See CardStore."""
        async with self._pool.connection() as connection:
            # First the lease, then the card that it may just have brought. Not in one transaction:
            # a process that is stopped in its middle would hold the lease's row.
            await connection.fetch(END_WITH_DELETION, key)
            deleted = await connection.fetch(_DELETE, key, account_id)
            await _tell(connection, key)
        return bool(deleted)

    async def settle(self, card: Card) -> None:
        """See CardStore."""
        await self._ask(_SETTLE, card.key, card.charge_id)

    async def postpone(self, card: Card, redraw_time: dt.datetime) -> None:
        """See CardStore."""
        await self._ask(_POSTPONE, redraw_time, card.key, card.object_name)

    async def touch(self, key: str) -> None:
        """See CardStore."""
        await self._ask(_TOUCH, key, TOUCH_INTERVAL)

    async def remove_unused(self, before: dt.datetime, at_most: int) -> int:
        """See CardStore."""
        return len(await self._ask(_REMOVE_UNUSED, before, at_most))

    async def take_orphans(self, at_most: int) -> Sequence[str]:
        """See CardStore."""
        return [name for (name,) in await self._ask(_TAKE_ORPHANS, TAKEN_FOR, at_most)]

    async def forget_orphans(self, object_names: Sequence[str]) -> None:
        """See CardStore."""
        await self._ask(_FORGET_ORPHANS, list(object_names))

    async def _ask(self, query: str, *args: object) -> list[Row]:
        async with self._pool.connection() as connection:
            return await connection.fetch(query, *args)


@asynccontextmanager
async def open_card_store(dsn: str) -> AsyncIterator[PostgresCardStore]:
    """Open a store on connections of its own, and close them after use.

    Every statement finds its rows by an index. Of rows that a subquery names that holds only for
    `= ANY (ARRAY (...))` or `= (SELECT ...)`: a join or IN may read the whole index instead.
    """
    async with open_fast_pool(
        dsn, max_connections=POOL_MAX_CONNECTIONS, settings=BY_INDEX, name="cards"
    ) as pool:
        yield PostgresCardStore(pool)


def card_of(row: Row) -> Card:
    """Read CARD_COLUMNS."""
    *columns, ai_status, charge_kind, use_time = row
    columns.append(None if ai_status is None else AiStatus(ai_status))
    columns.append(ChargeKind(charge_kind))
    columns.append(use_time)
    return Card(*columns)


def _columns_of(card: Card) -> tuple[object, ...]:
    return (
        card.object_name,
        card.account_id,
        card.digest,
        card.size_bytes,
        card.charge_id,
        card.settled,
        card.redraw_time,
        card.missing_glyphs,
        card.ai_status,
        card.charge_kind,
    )


def _columns_of_history(generation: Generation) -> tuple[object, ...]:
    return (
        generation.generation_id,
        generation.account_id,
        generation.page_url,
        generation.template_id,
        json.dumps(dict(generation.options)),
        json.dumps(dict(generation.sources)),
        list(generation.failed_images),
        generation.price_credits,
        generation.ai_status,
        generation.payer_id,
        generation.duration_ms,
        generation.missing_glyphs,
        json.dumps(dict(generation.texts)),
    )


async def _tell(connection: FastConnection, key: str) -> None:
    """Tell those who wait for key; without it they see for themselves a moment later."""
    with suppress(*STORE_ERRORS):
        await connection.fetch(TELL, key)
