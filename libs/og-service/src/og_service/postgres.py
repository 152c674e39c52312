from __future__ import annotations

import asyncio
import select
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any, Self, TypeVar

from psycopg import AsyncConnection, AsyncCursor, OperationalError
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.waiting import wait_async
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from og_service.pool_metrics import PoolMeter
from og_service.statements import statement_span

MAIN_POOL = "main"
"""What a pool's metrics are named by where a process has no other of its kind."""
POOL_MIN_CONNECTIONS = 1
POOL_MAX_CONNECTIONS = 8
POOL_MAX_WAITING = 500
POOL_TIMEOUT_S = 2.0
RECONNECT_TIMEOUT_S = 2.0
CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 5_000
UNANSWERED_TIMEOUT_MS = 5_000
"""How long sent data may go unacknowledged before a connection counts as lost (tcp(7))."""

ANSWER_TIMEOUT_S = STATEMENT_TIMEOUT_MS / 1000 + 1
"""How long a server that took a statement may be silent. It ends statements itself by then, so the
way to it is stuck: what acknowledges bytes and passes nothing on looks alive to TCP for hours."""
CHECK_TIMEOUT_S = 1.0
UNCHECKED_S = 0.005
"""A connection that answered within this time, and whose server has not hung up since, is used
without asking whether it is alive, which takes 0.1 ms of our CPU. That is for where one statement
follows another, so that what falls silent does it within one. Where nothing is repeated a second
is too long: left half open under fifty charges a second, it failed all of five seconds, and none if
it is asked."""
POLL_INTERVAL_S = 0.1
BY_INDEX: Mapping[str, str] = MappingProxyType({"enable_seqscan": "off"})
"""Settings for connections whose queries all find rows by an index. A plan that is kept from when a
table had a few rows would read all of them for as long as nobody has analyzed the table since."""


class StoreAwayError(OperationalError):
    """PostgreSQL cannot be asked now; whatever was under way may have been done or not."""


Pool = AsyncConnectionPool[AsyncConnection[Any]]
T = TypeVar("T")


class TracedCursor(AsyncCursor[Any]):
    """A cursor whose statements are spans, for who is sampled."""

    async def execute(self, query: Any, *args: Any, **options: Any) -> Self:
        """Ask a statement."""
        with statement_span(query):
            return await super().execute(query, *args, **options)


class BoundedConnection(AsyncConnection[Any]):
    """A connection that is given up when its server falls silent, and at once when cancelled.

    psycopg's own asks the server to cancel and waits for that, up to ten seconds where the server
    is silent: longer than a request may take. The server ends what was given up by its
    statement timeout.
    """

    answer_timeout_s = ANSWER_TIMEOUT_S
    answered_s = -UNCHECKED_S
    """When it answered last, by the monotonic clock."""

    async def wait(
        self,
        gen: PQGen[T],
        interval: float = POLL_INTERVAL_S,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's signature
    ) -> T:
        """Wait for the server; raises OperationalError after answer_timeout_s."""
        try:
            async with asyncio.timeout(self.answer_timeout_s):
                answer = await wait_async(gen, self.pgconn.socket, interval, timeout)
        except TimeoutError:
            self._give_up()
            raise OperationalError(f"no answer within {self.answer_timeout_s:g} s") from None
        except asyncio.CancelledError:
            self._give_up()
            raise
        self.answered_s = time.monotonic()
        return answer

    @property
    def is_fresh(self) -> bool:
        """Whether it answered within UNCHECKED_S and its server has not ended it since."""
        if time.monotonic() - self.answered_s >= UNCHECKED_S:
            return False
        poll = select.poll()
        poll.register(self.pgconn.socket, select.POLLIN)
        return not poll.poll(0)

    def _give_up(self) -> None:
        if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
            self.pgconn.finish()


class _MeteredPool(AsyncConnectionPool[AsyncConnection[Any]]):
    """Counts who gets no connection."""

    meter: PoolMeter

    async def getconn(self, timeout: float | None = None) -> AsyncConnection[Any]:  # noqa: ASYNC109
        """Lend a connection."""
        try:
            return await super().getconn(timeout)
        except (PoolTimeout, TooManyRequests):
            self.meter.refuse()
            raise

    def told(self, what: str) -> int:
        """Give one of psycopg's statistics."""
        return self.get_stats().get(what, 0)


@asynccontextmanager
async def open_pool(
    dsn: str,
    *,
    max_connections: int = POOL_MAX_CONNECTIONS,
    answer_timeout_s: float = ANSWER_TIMEOUT_S,
    flushes: bool = True,
    settings: Mapping[str, str] = MappingProxyType({}),
    name: str = MAIN_POOL,
) -> AsyncIterator[Pool]:
    """Open a pool of autocommit connections and close it after use.

    It opens without waiting for the server, so that a service starts, and recovers, while its
    store is away; a caller then gets psycopg.OperationalError (PoolTimeout, TooManyRequests are
    kinds of it) within POOL_TIMEOUT_S. A statement is cancelled after STATEMENT_TIMEOUT_MS, and a
    server that says nothing for answer_timeout_s is an OperationalError too. Without flushes a
    commit waits for no disk, and those of the last moments before a crash of the server are lost,
    each as a whole. `settings` are PostgreSQL's for these connections. Metrics go by `name`.
    """
    options = {"statement_timeout": str(STATEMENT_TIMEOUT_MS), **settings}
    if not flushes:
        options["synchronous_commit"] = "off"

    async def configure(connection: AsyncConnection[Any]) -> None:
        if isinstance(connection, BoundedConnection):
            connection.answer_timeout_s = answer_timeout_s

    async def check(connection: AsyncConnection[Any]) -> None:
        if isinstance(connection, BoundedConnection) and connection.is_fresh:
            return
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_S):
                await AsyncConnectionPool.check_connection(connection)
        except (OperationalError, TimeoutError) as error:
            # The others died with it, most likely: without this a restart of the server costs a
            # second for each (2.0 s and a failed request measured, 0.1 s and none with it).
            await pool.drain()
            raise OperationalError("a connection that was lost") from error

    pool = _MeteredPool(
        dsn,
        min_size=POOL_MIN_CONNECTIONS,
        max_size=max_connections,
        max_waiting=POOL_MAX_WAITING,
        timeout=POOL_TIMEOUT_S,
        reconnect_timeout=RECONNECT_TIMEOUT_S,
        check=check,
        configure=configure,
        connection_class=BoundedConnection,
        kwargs={
            "autocommit": True,
            "cursor_factory": TracedCursor,
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": UNANSWERED_TIMEOUT_MS,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
        open=False,
    )
    pool.meter = PoolMeter(name, max_connections)
    pool.meter.watch(
        used=lambda: pool.told("pool_size") - pool.told("pool_available"),
        idle=lambda: pool.told("pool_available"),
        waiting=lambda: pool.told("requests_waiting"),
    )
    async with pool:
        yield pool
