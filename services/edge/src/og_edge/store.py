"""The index of cards and the history of generations, in Postgres."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Protocol

from psycopg import AsyncConnection, Error
from psycopg.types.json import Jsonb

from og_edge.ai import AiStatus
from og_edge.billing import ChargeKind
from og_edge.cards import TOUCH_INTERVAL, Card, Generation
from og_edge.lease_store import END_WITH_CARD, END_WITH_DELETION, TELL
from og_edge.leases import Lease, LeaseLostError
from og_service.postgres import BY_INDEX, Pool, open_pool

PUBLISHED_WITHIN: Final = dt.timedelta(hours=1)
"""Longer than any request: an object that is stored and is no card's by then will be none's."""
TAKEN_FOR: Final = dt.timedelta(minutes=1)
"""How long nobody else deletes an orphan that somebody has taken; then it is anybody's again."""
CARD_COLUMNS = (
    "key, account_id, object_name, digest, size_bytes, charge_id::text, settled, redraw_time,"
    " missing_glyphs, ai_status, charge_kind, use_time"
)
"""What card_of reads, in the order of Card's fields."""

_PUBLISH = f"""
WITH ended AS ({END_WITH_CARD}),
adopted AS (DELETE FROM edge.orphans USING ended WHERE object_name = %(object_name)s),
orphaned AS (
  INSERT INTO edge.orphans (object_name, due_time)
  SELECT object_name, now() FROM edge.cards
  WHERE key = (SELECT key FROM ended) AND object_name <> %(object_name)s
  ON CONFLICT DO NOTHING
),
published AS (
  INSERT INTO edge.cards (key, account_id, object_name, digest, size_bytes, charge_id, settled,
                          redraw_time, missing_glyphs, ai_status, charge_kind)
  SELECT key, %(account_id)s, %(object_name)s, %(digest)s, %(size_bytes)s, %(charge_id)s::uuid,
         %(settled)s, %(redraw_time)s::timestamptz, %(missing_glyphs)s, %(ai_status)s,
         %(charge_kind)s
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
                                failed_images, price_credits, ai_status)
  SELECT %(generation_id)s::uuid, %(account_id)s, key, %(page_url)s, %(template_id)s, %(options)s,
         %(sources)s, %(failed_images)s, %(price_credits)s, %(drawing_ai_status)s
  FROM ended
)
SELECT FROM ended
"""  # noqa: S608 - constants
_FORGET: Final = """
WITH forgotten AS (DELETE FROM edge.cards WHERE {which} RETURNING object_name),
orphaned AS (
  INSERT INTO edge.orphans (object_name, due_time) SELECT object_name, now() FROM forgotten
  ON CONFLICT DO NOTHING
)
SELECT FROM forgotten
"""
_DELETE: Final = _FORGET.format(which="key = %s AND account_id = %s AND settled")
_REMOVE_UNUSED: Final = _FORGET.format(
    which="""key = ANY(ARRAY(
  SELECT key FROM edge.cards WHERE use_time < %s
  ORDER BY use_time LIMIT %s FOR UPDATE SKIP LOCKED))"""
)
_TAKE_ORPHANS: Final = """
UPDATE edge.orphans SET due_time = now() + %s WHERE object_name = ANY(ARRAY(
  SELECT object_name FROM edge.orphans WHERE due_time <= now()
  ORDER BY due_time LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING object_name
"""


class CardStore(Protocol):
    """What is known of cards, and of objects that are no card's: not yet, or not any more."""

    async def find(self, key: str) -> Card | None:
        """Give the card kept under key."""

    async def expect(self, object_name: str) -> None:
        """Note that an object is about to be stored for a card that will be published."""

    async def publish(
        self, card: Card, generation: Generation, lease: Lease, *, read_anew: bool
    ) -> None:
        """Put card in the place of what was kept under its key, and write the history line.

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

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, key: str) -> Card | None:
        """See CardStore."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                f"SELECT {CARD_COLUMNS} FROM edge.cards WHERE key = %s",  # noqa: S608 - constant
                (key,),
            )
            row = await cursor.fetchone()
            return card_of(row) if row else None

    async def expect(self, object_name: str) -> None:
        """See CardStore."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO edge.orphans (object_name, due_time) VALUES (%s, now() + %s)"
                " ON CONFLICT DO NOTHING",
                (object_name, PUBLISHED_WITHIN),
            )

    async def publish(
        self, card: Card, generation: Generation, lease: Lease, *, read_anew: bool
    ) -> None:
        """See CardStore."""
        values = {
            **_history_row(generation),
            **vars(card),
            **vars(lease),
            "read_anew": read_anew,
        }
        async with self._pool.connection() as connection:
            if not (await connection.execute(_PUBLISH, values)).rowcount:
                raise LeaseLostError
            await _tell(connection, card.key)

    async def delete(self, account_id: str, key: str) -> bool:
        """See CardStore."""
        async with self._pool.connection() as connection:
            # First the lease, then the card that it may just have brought. Not in one transaction:
            # a process that is stopped in its middle would hold the lease's row.
            await connection.execute(END_WITH_DELETION, (key,))
            deleted = (await connection.execute(_DELETE, (key, account_id))).rowcount
            await _tell(connection, key)
        return deleted > 0

    async def settle(self, card: Card) -> None:
        """See CardStore."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "UPDATE edge.cards SET settled = true WHERE key = %s AND charge_id = %s",
                (card.key, card.charge_id),
            )

    async def postpone(self, card: Card, redraw_time: dt.datetime) -> None:
        """See CardStore."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "UPDATE edge.cards SET redraw_time = %s WHERE key = %s AND object_name = %s",
                (redraw_time, card.key, card.object_name),
            )

    async def touch(self, key: str) -> None:
        """See CardStore."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "UPDATE edge.cards SET use_time = now() WHERE key = %s AND use_time < now() - %s",
                (key, TOUCH_INTERVAL),
            )

    async def remove_unused(self, before: dt.datetime, at_most: int) -> int:
        """See CardStore."""
        async with self._pool.connection() as connection:
            return (await connection.execute(_REMOVE_UNUSED, (before, at_most))).rowcount

    async def take_orphans(self, at_most: int) -> Sequence[str]:
        """See CardStore."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_TAKE_ORPHANS, (TAKEN_FOR, at_most))
            return [name for (name,) in await cursor.fetchall()]

    async def forget_orphans(self, object_names: Sequence[str]) -> None:
        """See CardStore."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "DELETE FROM edge.orphans WHERE object_name = ANY(%s)", (list(object_names),)
            )


@asynccontextmanager
async def open_card_pool(dsn: str) -> AsyncIterator[Pool]:
    """Open connections for all that is kept of cards and pages, and close them after use.

    Every statement finds its rows by an index. Of rows that a subquery names that holds only for
    `= ANY (ARRAY (...))` or `= (SELECT ...)`: a join or IN may read the whole index instead.
    """
    async with open_pool(dsn, settings=BY_INDEX) as pool:
        yield pool


def card_of(row: tuple[Any, ...]) -> Card:
    """Read CARD_COLUMNS."""
    *columns, ai_status, charge_kind, use_time = row
    columns.append(None if ai_status is None else AiStatus(ai_status))
    columns.append(ChargeKind(charge_kind))
    columns.append(use_time)
    return Card(*columns)


def _history_row(generation: Generation) -> dict[str, Any]:
    return {
        **vars(generation),
        "drawing_ai_status": generation.ai_status,
        "options": Jsonb(dict(generation.options)),
        "sources": Jsonb(dict(generation.sources)),
        "failed_images": list(generation.failed_images),
    }


async def _tell(connection: AsyncConnection[Any], key: str) -> None:
    """Tell those who wait for key; without it they see for themselves a moment later."""
    with suppress(Error):
        await connection.execute(TELL, (key,))
