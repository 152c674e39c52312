"""Leases in Postgres, beside the index of cards, and the news of how they end."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen

from og_edge.errors import ApiError
from og_edge.failures import from_document, to_document
from og_edge.leases import LEASE_S, Claim, Lease, Standing
from og_service.fast_connection import Row
from og_service.fast_pool import FastPool, open_fast_pool
from og_service.postgres import BY_INDEX, CONNECT_TIMEOUT_S, UNANSWERED_TIMEOUT_MS

T = TypeVar("T")

FORGET_AFTER: Final = dt.timedelta(hours=1)
"""Longer than any request, and than anybody keeps the copy of a page."""
MAX_CONNECTIONS: Final = 2
ANSWER_TIMEOUT_S: Final = 2.0
"""Less than a lease lasts: a connection that hangs holds up whoever claims, looks or waits here."""
CHANNEL: Final = "edge_drawings"
PROBE_INTERVAL_S: Final = 10.0
PROBE_TIMEOUT_S: Final = 2.0
_LEASE: Final = dt.timedelta(seconds=LEASE_S)
_IS_MINE: Final = "key = $1 AND epoch = $2 AND use_time = $3 AND expire_time IS NOT NULL"
"""Of a lease's key, epoch and claim_time."""
_STANDING: Final = """
  key, epoch, COALESCE(expire_time > clock_timestamp(), false) AS is_held, changed, drawn_epoch,
  failed_epoch, failure
"""

# By the clock of each statement's end rather than its start: it may have waited for the row.
_CLAIM: Final = """
INSERT INTO edge.drawings AS mine (key, epoch, expire_time)
VALUES ($1, nextval('edge.epochs'), clock_timestamp() + $2)
ON CONFLICT (key) DO UPDATE SET
  epoch = nextval('edge.epochs'), expire_time = clock_timestamp() + $2,
  use_time = clock_timestamp(), awaited = false
WHERE mine.expire_time IS NULL OR mine.expire_time <= clock_timestamp()
RETURNING key, epoch, use_time, true AS is_held, changed, drawn_epoch, failed_epoch, failure
"""
_AWAIT: Final = f"UPDATE edge.drawings SET awaited = true WHERE key = $1 RETURNING {_STANDING}"  # noqa: S608 - constants
_LOOK: Final = f"SELECT {_STANDING} FROM edge.drawings WHERE key = ANY($1)"  # noqa: S608 - constants
_RENEW: Final = """
UPDATE edge.drawings SET expire_time = clock_timestamp() + $1
WHERE key = ANY($2) AND expire_time IS NOT NULL AND (key, epoch, use_time) IN (
  SELECT * FROM unnest($2::text[], $3::bigint[], $4::timestamptz[]))
"""
_RELEASE: Final = f"""
UPDATE edge.drawings SET
  expire_time = NULL,
  failed_epoch = CASE WHEN $4::jsonb IS NULL THEN failed_epoch ELSE epoch END,
  failure = COALESCE($4, failure)
WHERE {_IS_MINE}
RETURNING CASE WHEN awaited THEN pg_notify('{CHANNEL}', key) END
"""  # noqa: S608 - constants
END_WITH_CARD: Final = f"""
UPDATE edge.drawings SET
  expire_time = NULL, changed = true,
  drawn_epoch = CASE WHEN $4 THEN epoch ELSE drawn_epoch END
WHERE {_IS_MINE}
RETURNING key, awaited
"""  # noqa: S608 - constants
"""Ends a lease in the statement that publishes its card; gives no row where the lease was lost.

$1 to $3 are the lease's key, epoch and claim_time, $4 tells whether the page was read after it.
"""
END_WITH_DELETION: Final = """
INSERT INTO edge.drawings (key, changed) VALUES ($1, true)
ON CONFLICT (key) DO UPDATE SET
  expire_time = NULL, changed = true, use_time = clock_timestamp()
"""
"""Ends whatever lease there is, before a card is deleted."""
TELL: Final = f"SELECT pg_notify('{CHANNEL}', $1)"
"""Tells who waits. Not in the transaction that it tells of: those that tell commit one after
another, and would each wait for the disk."""
_REMOVE_UNUSED: Final = """
DELETE FROM edge.drawings WHERE key = ANY(ARRAY(
  SELECT key FROM edge.drawings WHERE use_time < now() - $1::interval
  ORDER BY use_time LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING key
"""


class PostgresLeases:
    """Leases on the table `edge.drawings`, best on connections that do not flush.

    A claim that a crash forgets publishes nothing, and a release that it forgets is one late. The
    end of a lease is told where a claim was made meanwhile, in vain.
    """

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool

    async def claim(self, key: str) -> Claim:
        """See Leases."""
        async with self._pool.connection() as connection:
            for row in await connection.fetch(_CLAIM, key, _LEASE):
                return Claim(Lease(key, row["epoch"], row["use_time"]), _standing(row))
            found = await connection.fetch(_AWAIT, key)
            return Claim(None, _standing(found[0]) if found else Standing())

    async def standings(self, keys: Sequence[str]) -> Sequence[Standing]:
        """See Leases."""
        async with self._pool.connection() as connection:
            found = {
                row["key"]: _standing(row) for row in await connection.fetch(_LOOK, list(keys))
            }
        return [found.get(key, Standing()) for key in keys]

    async def renew(self, leases: Sequence[Lease]) -> None:
        """See Leases."""
        keys = [lease.key for lease in leases]
        epochs = [lease.epoch for lease in leases]
        claim_times = [lease.claim_time for lease in leases]
        async with self._pool.connection() as connection:
            await connection.fetch(_RENEW, _LEASE, keys, epochs, claim_times)

    async def release(self, lease: Lease, failure: ApiError | None) -> None:
        """See Leases."""
        document = json.dumps(to_document(failure)) if failure else None
        async with self._pool.connection() as connection:
            await connection.fetch(_RELEASE, lease.key, lease.epoch, lease.claim_time, document)

    async def remove_unused(self, at_most: int) -> int:
        """See Leases."""
        async with self._pool.connection() as connection:
            return len(await connection.fetch(_REMOVE_UNUSED, FORGET_AFTER, at_most))


@asynccontextmanager
async def open_leases(dsn: str) -> AsyncIterator[PostgresLeases]:
    """Open leases on connections of their own, and close them after use.

    So a lease is renewed however many wait to publish.
    """
    async with open_fast_pool(
        dsn,
        max_connections=MAX_CONNECTIONS,
        answer_timeout_s=ANSWER_TIMEOUT_S,
        settings={**BY_INDEX, "synchronous_commit": "off"},
        name="leases",
    ) as pool:
        yield PostgresLeases(pool)


class _Listening(psycopg.AsyncConnection[Any]):
    """A connection on which little is said: psycopg would look up ten times a second."""

    async def wait(
        self,
        gen: PQGen[T],
        interval: float = PROBE_INTERVAL_S,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's signature
    ) -> T:
        """Wait for the server."""
        return await super().wait(gen, interval, timeout)


async def listen(dsn: str, on_start: Callable[[], None], on_key: Callable[[str], None]) -> None:
    """Call on_key with each key whose lease ended, and on_start once that has begun.

    Returns only by raising psycopg.Error or TimeoutError, when the connection is lost.
    """
    connection = await _Listening.connect(
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


def _standing(row: Row) -> Standing:
    return Standing(
        epoch=row["epoch"],
        is_held=row["is_held"],
        changed=row["changed"],
        drawn_epoch=row["drawn_epoch"],
        failed_epoch=row["failed_epoch"],
        failure=from_document(json.loads(row["failure"])) if row["failure"] else None,
    )
