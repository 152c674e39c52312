from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

POOL_MIN_CONNECTIONS = 1
POOL_MAX_CONNECTIONS = 8
POOL_MAX_WAITING = 500
POOL_TIMEOUT_S = 2.0
RECONNECT_TIMEOUT_S = 2.0
CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 5_000

Pool = AsyncConnectionPool[AsyncConnection[Any]]


@asynccontextmanager
async def open_pool(
    dsn: str, *, max_connections: int = POOL_MAX_CONNECTIONS
) -> AsyncIterator[Pool]:
    """Open a pool of autocommit connections and close it after use.

    It opens without waiting for the server, so that a service starts, and recovers, while its
    store is away; a caller then gets psycopg.OperationalError (PoolTimeout, TooManyRequests are
    kinds of it) within POOL_TIMEOUT_S. A statement is cancelled after STATEMENT_TIMEOUT_MS.
    """
    pool: Pool = AsyncConnectionPool(
        dsn,
        min_size=POOL_MIN_CONNECTIONS,
        max_size=max_connections,
        max_waiting=POOL_MAX_WAITING,
        timeout=POOL_TIMEOUT_S,
        reconnect_timeout=RECONNECT_TIMEOUT_S,
        check=AsyncConnectionPool.check_connection,
        kwargs={
            "autocommit": True,
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
        },
        open=False,
    )
    async with pool:
        yield pool
