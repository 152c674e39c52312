"""Group commit: what arrives while one batch commits leaves together in the next."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, overload

import structlog

from og_billing.commands import Command, Posting, Terms
from og_billing.entries import Entry
from og_billing.errors import (
    InternalError,
    LedgerQueueFullError,
    LedgerUnavailableError,
    ServiceError,
)
from og_billing.metrics import BATCH_COMMANDS, QUEUED_SECONDS
from og_billing.months import Standing
from og_service import tracing
from og_service.queue_metrics import QueueMeter
from og_service.tracing import Span

log = structlog.get_logger()

MAX_QUEUED_COMMANDS = 10_000
MAX_BATCH_COMMANDS = 2_000

Outcome = Entry | Standing | ServiceError


class Poster(Protocol):
    """Where batches go."""

    async def post(self, commands: Sequence[Command]) -> list[Outcome]:
        """Do the commands in one transaction; one outcome for each, in their order."""
        ...


@dataclass(eq=False, slots=True)
class _Group:
    """Commands that came together and stay in one transaction."""

    commands: Sequence[Command]
    outcomes: asyncio.Future[list[Outcome]]
    came_monotonic_s: float = field(default_factory=time.monotonic)
    span: Span | None = None


class Writer:
    """The one coroutine of a process that writes to the ledger.

    There is no timer: with nothing in the way a command is written at once. Several processes
    may write at the same time, their batches wait for each other only where they share accounts.
    """

    def __init__(self, poster: Poster, *, max_queued_commands: int = MAX_QUEUED_COMMANDS) -> None:
        self._poster = poster
        self._max_queued_commands = max_queued_commands
        self._queue: deque[_Group] = deque()
        self._queued_commands = 0
        self._arrived = asyncio.Event()
        self._meter = QueueMeter("ledger", max_queued_commands, lambda: self._queued_commands)
        QUEUED_SECONDS.set_function(lambda: self.oldest_wait_s)

    @property
    def oldest_wait_s(self) -> float:
        """How long the first of those has waited that are not being written yet."""
        try:
            return time.monotonic() - self._queue[0].came_monotonic_s
        except IndexError:  # asked from another thread, so not looked at beforehand
            return 0.0

    @overload
    async def write(self, command: Posting) -> Entry: ...
    @overload
    async def write(self, command: Terms) -> Standing: ...
    async def write(self, command: Command) -> Entry | Standing:
        """Write one command and give its entry or how things stand, or raise what refused it."""
        [outcome] = await self.write_all([command])
        if isinstance(outcome, ServiceError):
            raise outcome
        return outcome

    @overload
    async def write_all(self, commands: Sequence[Posting]) -> Sequence[Entry | ServiceError]: ...
    @overload
    async def write_all(self, commands: Sequence[Command]) -> Sequence[Outcome]: ...
    async def write_all(self, commands: Sequence[Command]) -> Sequence[Outcome]:
        """Write commands in one transaction, each for itself: one refused touches no other.

        Raises LedgerQueueFullError when nothing was begun, and LedgerUnavailableError when the
        outcome is unknown.
        """
        if self._queued_commands + len(commands) > self._max_queued_commands:
            self._meter.refuse()
            raise LedgerQueueFullError
        group = _Group(commands, asyncio.get_running_loop().create_future(), span=tracing.current())
        self._queue.append(group)
        self._queued_commands += len(commands)
        self._arrived.set()
        return await group.outcomes

    async def run(self) -> None:
        """Write batch after batch until cancelled."""
        while True:
            await self._arrived.wait()
            if batch := self._take_batch():
                await self._write_batch(batch)

    def _take_batch(self) -> list[_Group]:
        batch: list[_Group] = []
        room = MAX_BATCH_COMMANDS
        while self._queue and (not batch or len(self._queue[0].commands) <= room):
            group = self._queue.popleft()
            self._queued_commands -= len(group.commands)
            # Whoever gave up waiting has not been charged yet, and is not going to be.
            if not group.outcomes.done():
                batch.append(group)
                room -= len(group.commands)
        if not self._queue:
            self._arrived.clear()
        return batch

    async def _write_batch(self, batch: Sequence[_Group]) -> None:
        commands = [command for group in batch for command in group.commands]
        BATCH_COMMANDS.observe(len(commands))
        try:
            with tracing.shared(
                "ledger batch", (group.span for group in batch), {"og.commands": len(commands)}
            ):
                outcomes = await self._poster.post(commands)
            self._hand_out(batch, outcomes)
        except Exception as error:  # noqa: BLE001 - every caller is told, and the writer goes on
            _log_failure(error, len(commands))
            for group in batch:
                if not group.outcomes.done():
                    group.outcomes.set_exception(_told_of(error))

    def _hand_out(self, batch: Sequence[_Group], outcomes: Sequence[Outcome]) -> None:
        end = 0
        for group in batch:
            begin, end = end, end + len(group.commands)
            if end > len(outcomes):
                msg = f"{len(outcomes)} outcomes of more commands"
                raise ValueError(msg)
            if not group.outcomes.done():
                group.outcomes.set_result(list(outcomes[begin:end]))


def _log_failure(error: Exception, commands: int) -> None:
    if isinstance(error, LedgerUnavailableError):
        log.warning("ledger unavailable", commands=commands, cause=repr(error.__cause__))
    else:
        log.error("batch failed", commands=commands, exc_info=error)


def _told_of(error: Exception) -> ServiceError:
    """Give what one caller is told; each an error of its own, for raising one adds to it."""
    if isinstance(error, LedgerUnavailableError):
        return LedgerUnavailableError()
    return InternalError("Something went wrong on our end.")
