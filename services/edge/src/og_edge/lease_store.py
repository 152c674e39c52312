"""Leases in Postgres, beside the index of cards, and the news of how they end."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from og_edge.errors import ApiError
from og_edge.failures import from_document, to_document
from og_edge.leases import LEASE_S, Claim, Lease, LeaseLostError, Standing
from og_service.postgres import CONNECT_TIMEOUT_S, UNANSWERED_TIMEOUT_MS, Pool

FORGET_AFTER: Final = dt.timedelta(hours=1)
"""Longer than any request, and than anybody keeps the copy of a page."""
CHANNEL: Final = "edge_drawings"
PROBE_INTERVAL_S: Final = 10.0
PROBE_TIMEOUT_S: Final = 2.0
_TELL: Final = f"pg_notify('{CHANNEL}', key)"
_LEASE: Final = dt.timedelta(seconds=LEASE_S)

# By the clock of each statement's end rather than its start: it may have waited for the row.
_CLAIM: Final = """
INSERT INTO edge.drawings AS mine (key, epoch, expire_time)
VALUES (%(key)s, nextval('edge.epochs'), clock_timestamp() + %(lease)s)
ON CONFLICT (key) DO UPDATE SET
  epoch = nextval('edge.epochs'), expire_time = clock_timestamp() + %(lease)s,
  use_time = clock_timestamp()
WHERE mine.expire_time IS NULL OR mine.expire_time <= clock_timestamp()
RETURNING key, epoch, true AS is_held, changed, drawn_epoch, failed_epoch, failure
"""
_LOOK: Final = """
SELECT key, epoch, COALESCE(expire_time > clock_timestamp(), false) AS is_held, changed,
       drawn_epoch, failed_epoch, failure
FROM edge.drawings WHERE key = ANY(%s)
"""
_RENEW: Final = """
UPDATE edge.drawings AS held SET expire_time = clock_timestamp() + %s
FROM unnest(%s::text[], %s::bigint[]) AS mine (key, epoch)
WHERE held.key = mine.key AND held.epoch = mine.epoch AND held.expire_time IS NOT NULL
"""
_RELEASE: Final = f"""
UPDATE edge.drawings SET
  expire_time = NULL,
  failed_epoch = CASE WHEN %(failure)s::jsonb IS NULL THEN failed_epoch ELSE epoch END,
  failure = COALESCE(%(failure)s, failure)
WHERE key = %(key)s AND epoch = %(epoch)s AND expire_time IS NOT NULL
RETURNING {_TELL}
"""  # noqa: S608 - constants
_PUBLISH: Final = f"""
UPDATE edge.drawings SET
  expire_time = NULL, changed = true,
  drawn_epoch = CASE WHEN %(read_anew)s THEN epoch ELSE drawn_epoch END
WHERE key = %(key)s AND epoch = %(epoch)s AND expire_time IS NOT NULL
RETURNING {_TELL}
"""  # noqa: S608 - constants
_DELETE: Final = f"""
INSERT INTO edge.drawings (key, changed) VALUES (%s, true)
ON CONFLICT (key) DO UPDATE SET
  expire_time = NULL, changed = true, use_time = clock_timestamp()
RETURNING {_TELL}
"""  # noqa: S608 - constants
_REMOVE_UNUSED: Final = """
DELETE FROM edge.drawings WHERE key IN (
  SELECT key FROM edge.drawings WHERE use_time < now() - %s
  ORDER BY use_time LIMIT %s FOR UPDATE SKIP LOCKED)
"""

Connection = psycopg.AsyncConnection[Any]


class PostgresLeases:
    """Leases on the table `edge.drawings`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, key: str) -> Claim:
        """See Leases."""
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(_CLAIM, {"key": key, "lease": _LEASE})
            if row := await cursor.fetchone():
                return Claim(Lease(key, row["epoch"]), _standing(row))
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
        keys, epochs = [lease.key for lease in leases], [lease.epoch for lease in leases]
        async with self._pool.connection() as connection:
            await connection.execute(_RENEW, (_LEASE, keys, epochs))

    async def release(self, lease: Lease, failure: ApiError | None) -> None:
        """See Leases."""
        document = Jsonb(to_document(failure)) if failure else None
        async with self._pool.connection() as connection:
            await connection.execute(_RELEASE, {**vars(lease), "failure": document})

    async def remove_unused(self, at_most: int) -> int:
        """See Leases."""
        async with self._pool.connection() as connection:
            return (await connection.execute(_REMOVE_UNUSED, (FORGET_AFTER, at_most))).rowcount


async def end_with_card(connection: Connection, lease: Lease, *, read_anew: bool) -> None:
    """End a lease in the transaction that publishes its card; raises LeaseLostError."""
    cursor = await connection.execute(_PUBLISH, {**vars(lease), "read_anew": read_anew})
    if cursor.rowcount == 0:
        raise LeaseLostError


async def end_with_deletion(connection: Connection, key: str) -> None:
    """End whatever lease there is in the transaction that deletes the card of key."""
    await connection.execute(_DELETE, (key,))


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
