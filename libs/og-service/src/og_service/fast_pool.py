"""Fast connections to PostgreSQL, for statements that are asked for every card (decision 36)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

import asyncpg
from psycopg.conninfo import conninfo_to_dict

from og_service import tracing
from og_service.expiry import Expiry
from og_service.fast_connection import STORE_ERRORS, FastConnection, Row
from og_service.pool_metrics import PoolMeter
from og_service.postgres import (
    ANSWER_TIMEOUT_S,
    CHECK_TIMEOUT_S,
    CONNECT_TIMEOUT_S,
    MAIN_POOL,
    POOL_MAX_WAITING,
    POOL_TIMEOUT_S,
    STATEMENT_TIMEOUT_MS,
    UNCHECKED_S,
    StoreAwayError,
)

UNCHECKED_WHERE_REPEATED_S = 1.0
"""How long after an answer nobody asks whether a connection lives, where a statement that finds it
dead is repeated: with a hundred groups a second, asking is one journey more for each."""
KEPT_PLANS: Mapping[str, str] = MappingProxyType({"plan_cache_mode": "force_generic_plan"})
"""Settings where each row is found by its key: left to itself, PostgreSQL plans what is called with
a short array anew each time, for four times what it costs."""
DIAL_PAUSE_S = 0.1
"""Between attempts to connect, of which there is one at a time."""

WAITING: Final = "wait for a connection"
"""Name of the span, where none was at hand."""

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalClientError,
)
"""What psycopg calls operational too, but for deadlocks: those are the caller's to repeat."""
_LIBPQ_ONLY = {"connect_timeout", "keepalives", "keepalives_idle", "tcp_user_timeout"}


class UnansweredError(StoreAwayError):
    """Something was asked and its answer is lost: it may have been done or not."""


class FastPool:
    """At most so many connections, each for one caller at a time; see open_fast_pool."""

    def __init__(
        self,
        dsn: str,
        max_connections: int,
        settings: Mapping[str, str],
        answer_timeout_s: float,
        unchecked_s: float,
        name: str,
    ) -> None:
        self._url = _url(dsn)
        self._settings = dict(settings)
        self._answer_timeout_s = answer_timeout_s
        self._unchecked_s = unchecked_s
        self._turns = asyncio.Semaphore(max_connections)
        self._waiting = 0
        self._lent = 0
        self._idle: list[FastConnection] = []  # the last used is the next used
        self._dialing = asyncio.Lock()
        self._dial_error: Exception | None = None
        self._silence = Expiry[FastConnection](answer_timeout_s, FastConnection.end_silence)
        self._checks = Expiry[FastConnection](CHECK_TIMEOUT_S, FastConnection.end_silence)
        self._meter = PoolMeter(name, max_connections)
        self._meter.watch(
            used=lambda: self._lent, idle=lambda: len(self._idle), waiting=lambda: self._waiting
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[FastConnection]:
        """Lend a connection for the length of the context.

        Raises StoreAwayError where none is to be had within POOL_TIMEOUT_S, and its UnansweredError
        where it ends amid the context, or a statement is ended, or not answered in time.
        """
        connection = await self._take()
        self._lent += 1
        try:
            yield connection
        except STORE_ERRORS as error:
            if connection.was_silent:
                self._meter.lose()
                raise UnansweredError(f"no answer within {self._answer_timeout_s:g} s") from error
            if connection.is_closed or isinstance(error, _AWAY):
                connection.hang_up()
                self._meter.lose()
                raise UnansweredError(str(error)) from error
            raise
        finally:
            self._lent -= 1
            self._put_back(connection)
            self._turns.release()

    async def read(self, query: str, *args: object) -> list[Row]:
        """Ask a statement that changes nothing, once more where nobody answers; raises as above."""
        try:
            return await self._read(query, *args)
        except UnansweredError:
            self.hang_up()  # the others died with it, most likely
            return await self._read(query, *args)

    async def _read(self, query: str, *args: object) -> list[Row]:
        async with self.connection() as connection:
            return await connection.fetch(query, *args)

    def hang_up(self) -> None:
        """End the connections that nobody has."""
        while self._idle:
            self._idle.pop().hang_up()

    async def _take(self) -> FastConnection:
        if self._idle and self._idle[-1].is_fresh(self._unchecked_s) and not self._turns.locked():
            await self._turns.acquire()  # which takes no turn of the loop
            return self._idle.pop()
        if self._waiting >= POOL_MAX_WAITING:
            self._meter.refuse()
            raise StoreAwayError(f"{self._waiting} wait for a connection already")
        self._waiting += 1
        try:
            with tracing.span(WAITING):
                async with asyncio.timeout(POOL_TIMEOUT_S):
                    return await self._wait()
        except TimeoutError:
            self._meter.refuse()
            raise StoreAwayError(f"no connection within {POOL_TIMEOUT_S:g} s") from self._dial_error
        finally:
            self._waiting -= 1

    async def _wait(self) -> FastConnection:
        await self._turns.acquire()
        try:
            return await self._living() or await self._dial()
        except BaseException:
            self._turns.release()
            raise

    async def _living(self) -> FastConnection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_fresh(self._unchecked_s) or await self._answers(connection):
                return connection
            # The others died with it, most likely.
            self.hang_up()
        return None

    async def _answers(self, connection: FastConnection) -> bool:
        self._checks.watch(connection)
        try:
            await connection.execute("SELECT 1")
        except STORE_ERRORS:
            connection.hang_up()
            return False
        finally:
            self._checks.forget(connection)
        # A loop that was busy finds the time over before it reads an answer that is there.
        return not connection.is_closed

    async def _dial(self) -> FastConnection:
        """Connect, again and again until whoever waits has no more time."""
        async with self._dialing:
            if found := await self._living():  # it came back while another connected
                return found
            while True:
                try:
                    connection = await asyncpg.connect(
                        self._url,
                        timeout=CONNECT_TIMEOUT_S,
                        server_settings=self._settings,
                        max_cached_statement_lifetime=0,
                    )
                except (*STORE_ERRORS, OSError) as error:
                    self._dial_error = error
                else:
                    self._dial_error = None
                    return FastConnection(connection, self._silence)
                await asyncio.sleep(DIAL_PAUSE_S)

    def _put_back(self, connection: FastConnection) -> None:
        if connection.is_in_order:
            self._idle.append(connection)
        else:
            connection.hang_up()


@asynccontextmanager
async def open_fast_pool(
    dsn: str,
    *,
    max_connections: int,
    settings: Mapping[str, str] = MappingProxyType({}),
    answer_timeout_s: float = ANSWER_TIMEOUT_S,
    unchecked_s: float = UNCHECKED_S,
    name: str = MAIN_POOL,
) -> AsyncIterator[FastPool]:
    """Open a pool and hang up after use. The promises are those of open_pool.

    It opens without waiting for the server. Whoever asks for a connection waits for POOL_TIMEOUT_S
    at most, with POOL_MAX_WAITING others. A connection that ended is not handed out, nor one that
    has not answered for unchecked_s and says nothing when asked; one on which a statement waits
    for answer_timeout_s is ended. With every wait bounded here, TCP's own timeouts have nothing to
    add. A statement is cancelled after STATEMENT_TIMEOUT_MS; `settings` are PostgreSQL's for these
    connections. The dsn is libpq's.
    """
    settings = {"statement_timeout": str(STATEMENT_TIMEOUT_MS), **settings}
    pool = FastPool(dsn, max_connections, settings, answer_timeout_s, unchecked_s, name)
    try:
        yield pool
    finally:
        pool.hang_up()
        await asyncio.sleep(0)  # the loop closes what was hung up in its next turn


def _url(dsn: str) -> str:
    """Write libpq's connection string, of either form, as the URL that asyncpg reads."""
    found = {key: str(value) for key, value in conninfo_to_dict(dsn).items() if value}
    if hosts := found.get("host"):
        found["host"] = ",".join(f"[{each}]" if ":" in each else each for each in hosts.split(","))
    return "postgresql://?" + urlencode({k: v for k, v in found.items() if k not in _LIBPQ_ONLY})
