"""The way to Valkey: bounded, with a deadline, and given up at once while Valkey is away."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from og_auth.deadlines import within
from og_auth.metrics import VALKEY_AWAY

log = structlog.get_logger()

MAX_CONNECTIONS: Final = 16
CALL_TIMEOUT_S: Final = 0.25
# A loop that was busy for CALL_TIMEOUT_S finds its timers due before it reads answers that have
# long arrived: they get this much more, so that we never take our own load for an outage.
READ_GRACE_S: Final = 0.25
# redis-py's own deadlines know no such grace; they are here only to end what we gave up.
SOCKET_TIMEOUT_S: Final = 1.0
PROBE_INTERVAL_S: Final = 0.25

T = TypeVar("T")


class ValkeyAwayError(Exception):
    """Valkey cannot be used now."""


class Valkey:
    """Runs work on a connection, or raises ValkeyAwayError.

    After the first failure nothing waits for Valkey until a probe in the background has got an
    answer, so that an outage is waited for once.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
        self._probe: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """Whether the last use failed and no probe was answered since."""
        return self._probe is not None

    async def run(self, work: Callable[[Redis], Awaitable[T]]) -> T:
        """Do work, which may be repeated by nobody: it may have taken effect when this raises."""
        async with self._slots:
            if self.is_away:
                raise ValkeyAwayError
            try:
                return await within(work(self._client), CALL_TIMEOUT_S, READ_GRACE_S)
            except (RedisError, OSError, TimeoutError) as error:
                self._give_up(error)
                raise ValkeyAwayError from error

    def _give_up(self, error: Exception) -> None:
        if self._probe is None:
            log.warning("valkey is away", cause=repr(error))
            VALKEY_AWAY.set(1)
            self._probe = asyncio.create_task(self._probe_until_back())

    async def _probe_until_back(self) -> None:
        while not await self._answers():  # noqa: ASYNC110 - nobody could set an event
            await asyncio.sleep(PROBE_INTERVAL_S)
        log.warning("valkey is back")
        VALKEY_AWAY.set(0)
        self._probe = None

    async def _answers(self) -> bool:
        try:
            await within(self._client.ping(), CALL_TIMEOUT_S, READ_GRACE_S)
        except (RedisError, OSError, TimeoutError):
            return False
        return True

    async def stop_probing(self) -> None:
        """End the background probe, if one runs."""
        if self._probe is not None:
            self._probe.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._probe


@asynccontextmanager
async def open_valkey(url: str) -> AsyncIterator[Valkey]:
    """Open the way to the server that url names and close it after use."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS + 1,  # one for the probe
        timeout=CALL_TIMEOUT_S,
        socket_timeout=SOCKET_TIMEOUT_S,
        socket_connect_timeout=SOCKET_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    async with Redis(connection_pool=pool) as client:
        valkey = Valkey(client)
        try:
            yield valkey
        finally:
            await valkey.stop_probing()
            await pool.aclose()
