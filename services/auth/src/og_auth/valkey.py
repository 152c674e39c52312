"""The way to Valkey: bounded, with a deadline, and given up at once while Valkey is away."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import hiredis
import structlog
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ClusterCrossSlotError, NoScriptError, RedisError, ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from og_auth.deadlines import within
from og_auth.metrics import VALKEY_AWAY
from og_service import tracing
from og_service.background import kept_going
from og_service.tracing import SpanKind

log = structlog.get_logger()

MAX_CONNECTIONS: Final = 16
"""And one more for the probe."""
CALL_TIMEOUT_S: Final = 0.25
# A loop that was busy for CALL_TIMEOUT_S finds its timers due before it reads answers that have
# long arrived: they get this much more, so that we never take our own load for an outage.
READ_GRACE_S: Final = 0.25
CONNECT_TIMEOUT_S: Final = 1.0
PROBE_INTERVAL_S: Final = 0.25

REFUSALS: Final = (ClusterCrossSlotError, NoScriptError)
"""Replies that say that a command was not done, which callers mend."""

Command: TypeAlias = tuple[str | int | bytes, ...]
_PING: Final[Command] = ("PING",)


class ValkeyAwayError(Exception):
    """Valkey cannot be used now."""


class Valkey:
    """Has commands done, or raises ValkeyAwayError.

    After the first failure nothing waits for Valkey until a probe in the background has got an
    answer, so that an outage is waited for once.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._idle: list[AbstractConnection] = []
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
        self._probe: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """Whether the last use failed and no probe was answered since."""
        return self._probe is not None

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """Give the replies to commands, in their order; REFUSALS are replies, too.

        They leave together and are repeated by nobody: they may have taken effect when this raises.
        """
        async with self._slots:
            if self.is_away:
                raise ValkeyAwayError
            try:
                with _span_of(commands):
                    return await within(self._exchange(commands), CALL_TIMEOUT_S, READ_GRACE_S)
            except (RedisError, OSError, TimeoutError) as error:
                self._give_up(error)
                raise ValkeyAwayError from error

    async def _exchange(self, commands: Sequence[Command]) -> list[Any]:
        """Do what redis-py's pipeline does, whose way for each command costs 20 µs.

        A connection that is given up in the middle is closed by redis-py, and opened by whoever has
        it next. Lent here, and not by redis-py's pool, it is back without waiting for anything: who
        is cancelled meanwhile cannot lose it, and it costs a tenth.
        """
        connection = self._idle.pop() if self._idle else self._new_connection()
        try:
            await self._pool.ensure_connection(connection)
            await connection.send_packed_command(b"".join(map(_packed, commands)))
            replies = [await _reply(connection) for _ in commands]
        finally:
            self._idle.append(connection)
        for reply in replies:
            if isinstance(reply, ResponseError) and not isinstance(reply, REFUSALS):
                raise reply
        return replies

    def _new_connection(self) -> AbstractConnection:
        made: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        return made

    def _give_up(self, error: Exception) -> None:
        if self._probe is None:
            log.warning("valkey is away", cause=repr(error))
            VALKEY_AWAY.set(1)
            self._probe = asyncio.create_task(kept_going(self._probe_until_back))

    async def _probe_until_back(self) -> None:
        while not await self._answers():  # noqa: ASYNC110 - nobody could set an event
            await asyncio.sleep(PROBE_INTERVAL_S)
        log.warning("valkey is back")
        VALKEY_AWAY.set(0)
        self._probe = None

    async def _answers(self) -> bool:
        try:
            await within(self._exchange([_PING]), CALL_TIMEOUT_S, READ_GRACE_S)
        except (RedisError, OSError, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """End the background probe, if one runs, and the connections."""
        if self._probe is not None:
            self._probe.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._probe
        for connection in self._idle:
            await connection.disconnect(nowait=True)


def _span_of(commands: Sequence[Command]) -> tracing.Spanned:
    """Make a span that names commands, and nothing of what they are about."""
    if tracing.current() is None:
        return tracing.NOT_SAMPLED
    name = str(commands[0][0]) if commands else "nothing"
    said: dict[str, str | int] = {"db.system.name": "redis", "db.operation.name": name}
    if len(commands) > 1:
        said["db.operation.batch.size"] = len(commands)
    return tracing.span(name, SpanKind.CLIENT, said)


def _packed(command: Command) -> bytes:
    packed: bytes = hiredis.pack_command(command)  # type: ignore[arg-type] # its stub knows one
    return packed


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error


@asynccontextmanager
async def open_valkey(url: str) -> AsyncIterator[Valkey]:
    """Open the way to the server that url names and close it after use."""
    pool: ConnectionPool = ConnectionPool.from_url(
        url,
        # Ours ends calls: one of redis-py's own would not know READ_GRACE_S.
        socket_timeout=None,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        # With them, redis-py hands out connections that the server has closed meanwhile.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    valkey = Valkey(pool)
    try:
        yield valkey
    finally:
        await valkey.close()
