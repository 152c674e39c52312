from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

POOL_MIN_CONNECTIONS = 1
POOL_MAX_CONNECTIONS = 8
POOL_MAX_WAITING = 500
POOL_TIMEOUT_S = 2.0
RECONNECT_TIMEOUT_S = 2.0
CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 5_000
UNANSWERED_TIMEOUT_MS = 5_000
"""How long sent data may go unacknowledged before a connection counts as lost (tcp(7))."""

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

    async def check(connection: AsyncConnection[Any]) -> None:
        try:
            await AsyncConnectionPool.check_connection(connection)
        except OperationalError:
            # The others died with it, most likely: without this a restart of the server costs a
            # second for each (2.0 s and a failed request measured, 0.1 s and none with it).
            await pool.drain()
            raise

    pool: Pool = AsyncConnectionPool(
        dsn,
        min_size=POOL_MIN_CONNECTIONS,
        max_size=max_connections,
        max_waiting=POOL_MAX_WAITING,
        timeout=POOL_TIMEOUT_S,
        reconnect_timeout=RECONNECT_TIMEOUT_S,
        check=check,
        kwargs={
            "autocommit": True,
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": UNANSWERED_TIMEOUT_MS,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
        },
        open=False,
    )
    async with pool:
        yield pool
