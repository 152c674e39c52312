"""Leases in Postgres, beside the index of cards, and the news of how they end."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from og_edge.errors import ApiError
from og_edge.failures import from_document, to_document
from og_edge.leases import LEASE_S, Claim, Lease, Standing
from og_service.postgres import (
    BY_INDEX,
    CONNECT_TIMEOUT_S,
    UNANSWERED_TIMEOUT_MS,
    Pool,
    open_pool,
)

FORGET_AFTER: Final = dt.timedelta(hours=1)
"""Longer than any request, and than anybody keeps the copy of a page."""
MAX_CONNECTIONS: Final = 2
ANSWER_TIMEOUT_S: Final = 2.0
"""Less than a lease lasts: a connection that hangs holds up whoever claims, looks or waits here."""
CHANNEL: Final = "edge_drawings"
PROBE_INTERVAL_S: Final = 10.0
PROBE_TIMEOUT_S: Final = 2.0
_IS_MINE: Final = """
  key = %(key)s AND epoch = %(epoch)s AND use_time = %(claim_time)s AND expire_time IS NOT NULL
"""
_LEASE: Final = dt.timedelta(seconds=LEASE_S)

# By the clock of each statement's end rather than its start: it may have waited for the row.
_CLAIM: Final = """
INSERT INTO edge.drawings AS mine (key, epoch, expire_time)
VALUES (%(key)s, nextval('edge.epochs'), clock_timestamp() + %(lease)s)
ON CONFLICT (key) DO UPDATE SET
  epoch = nextval('edge.epochs'), expire_time = clock_timestamp() + %(lease)s,
  use_time = clock_timestamp()
WHERE mine.expire_time IS NULL OR mine.expire_time <= clock_timestamp()
RETURNING key, epoch, use_time, true AS is_held, changed, drawn_epoch, failed_epoch, failure
"""
_LOOK: Final = """
SELECT key, epoch, COALESCE(expire_time > clock_timestamp(), false) AS is_held, changed,
       drawn_epoch, failed_epoch, failure
FROM edge.drawings WHERE key = ANY(%s)
"""
_RENEW: Final = """
UPDATE edge.drawings SET expire_time = clock_timestamp() + %(lease)s
WHERE key = ANY(%(keys)s) AND expire_time IS NOT NULL AND (key, epoch, use_time) IN (
  SELECT * FROM unnest(%(keys)s::text[], %(epochs)s::bigint[], %(claim_times)s::timestamptz[]))
"""
_RELEASE: Final = f"""
UPDATE edge.drawings SET
  expire_time = NULL,
  failed_epoch = CASE WHEN %(failure)s::jsonb IS NULL THEN failed_epoch ELSE epoch END,
  failure = COALESCE(%(failure)s, failure)
WHERE {_IS_MINE}
RETURNING pg_notify('{CHANNEL}', key)
"""  # noqa: S608 - constants
END_WITH_CARD: Final = f"""
UPDATE edge.drawings SET
  expire_time = NULL, changed = true,
  drawn_epoch = CASE WHEN %(read_anew)s THEN epoch ELSE drawn_epoch END
WHERE {_IS_MINE}
RETURNING key
"""  # noqa: S608 - constants
"""Ends a lease in the statement that publishes its card; gives no row where the lease was lost."""
END_WITH_DELETION: Final = """
INSERT INTO edge.drawings (key, changed) VALUES (%s, true)
ON CONFLICT (key) DO UPDATE SET
  expire_time = NULL, changed = true, use_time = clock_timestamp()
"""
"""Ends whatever lease there is, before a card is deleted."""
TELL: Final = f"SELECT pg_notify('{CHANNEL}', %s)"
"""Tells who waits. Not in the transaction that it tells of: those that tell commit one after
another, and would each wait for the disk."""
_REMOVE_UNUSED: Final = """
DELETE FROM edge.drawings WHERE key = ANY(ARRAY(
  SELECT key FROM edge.drawings WHERE use_time < now() - %s
  ORDER BY use_time LIMIT %s FOR UPDATE SKIP LOCKED))
"""


class PostgresLeases:
    """Leases on the table `edge.drawings`, best on a pool that does not flush.

    A claim that a crash forgets publishes nothing, and a release that it forgets is one late.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, key: str) -> Claim:
        """See Leases."""
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(_CLAIM, {"key": key, "lease": _LEASE})
            if row := await cursor.fetchone():
                return Claim(Lease(key, row["epoch"], row["use_time"]), _standing(row))
            await cursor.execute(_LOOK, ([key],))
            row = await cursor.fetchone()
            return Claim(None, _standing(row) if row else Standing())

    async def standings(self, keys: Sequence[str]) -> Sequence[Standing]:
        """See Leases."""
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(_LOOK, (list(keys),))
            found = {row["key"]: _standing(row) for row in await cursor.fetchall()}
        return [found.get(key, Standing()) for key in keys]

    async def renew(self, leases: Sequence[Lease]) -> None:
        """See Leases."""
        values = {
            "lease": _LEASE,
            "keys": [lease.key for lease in leases],
            "epochs": [lease.epoch for lease in leases],
            "claim_times": [lease.claim_time for lease in leases],
        }
        async with self._pool.connection() as connection:
            await connection.execute(_RENEW, values)

    async def release(self, lease: Lease, failure: ApiError | None) -> None:
        """See Leases."""
        document = Jsonb(to_document(failure)) if failure else None
        async with self._pool.connection() as connection:
            await connection.execute(_RELEASE, {**vars(lease), "failure": document})

    async def remove_unused(self, at_most: int) -> int:
        """See Leases."""
        async with self._pool.connection() as connection:
            return (await connection.execute(_REMOVE_UNUSED, (FORGET_AFTER, at_most))).rowcount


@asynccontextmanager
async def open_leases(dsn: str) -> AsyncIterator[PostgresLeases]:
    """Open leases on connections of their own, and close them after use.

    So a lease is renewed however many wait to publish.
    """
    async with open_pool(
        dsn,
        max_connections=MAX_CONNECTIONS,
        answer_timeout_s=ANSWER_TIMEOUT_S,
        flushes=False,
        settings=BY_INDEX,
    ) as pool:
        yield PostgresLeases(pool)


async def listen(dsn: str, on_start: Callable[[], None], on_key: Callable[[str], None]) -> None:
    """Call on_key with each key whose lease ended, and on_start once that has begun.

    Returns only by raising psycopg.Error or TimeoutError, when the connection is lost.
    """
    connection = await psycopg.AsyncConnection.connect(
        dsn,
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_S,
        tcp_user_timeout=UNANSWERED_TIMEOUT_MS,
    )
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        on_start()
        while True:
            async for notice in connection.notifies(timeout=PROBE_INTERVAL_S):
                on_key(notice.payload)
            # A connection on which nothing is said may be gone without a word.
            await asyncio.wait_for(connection.execute("SELECT 1"), PROBE_TIMEOUT_S)


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(
        epoch=row["epoch"],
        is_held=row["is_held"],
        changed=row["changed"],
        drawn_epoch=row["drawn_epoch"],
        failed_epoch=row["failed_epoch"],
        failure=from_document(row["failure"]) if row["failure"] else None,
    )
