from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

import structlog

from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.errors import ApiError, InternalError, OverloadedError
from og_edge.failures import public_failure
from og_service import context, tracing
from og_service.postgres import StoreAwayError
from og_service.queue_metrics import QueueMeter
from og_service.status import RemoteError
from og_service.tracing import Span

log = structlog.get_logger()

T = TypeVar("T")

MAX_FLIGHTS: Final = 500
MAX_WAITING: Final = 1_000
"""Who wait for all flights together: a third of what a process answers at the same time, so that
cards that exist are served beside new ones and looks, however slow those are."""
FLIGHT_TIMEOUT_S: Final = 12.0
"""Longer than any request, so that what was begun for one is ended for the next."""
RETRY_AFTER_S: Final = 2


class Flights(Generic[T]):
    """Work that is done once for all who ask for it at the same time.

    The work belongs to the flight, not to who asked first: a client that hangs up cancels
    nothing. But it has the time of who asked first: where that ran out, the next one begins anew.
    Who wait are the queue that `name` names.
    """

    def __init__(self, name: str) -> None:
        self._tasks: dict[Hashable, asyncio.Task[T]] = {}
        self._leaders: dict[Hashable, Span] = {}
        """The spans of who asked first, if they are sampled."""
        self._waiting = 0
        self._meter = QueueMeter(name, MAX_WAITING, lambda: self._waiting)

    def is_under_way(self, key: Hashable) -> bool:
        """Whether work for key would be waited for rather than started."""
        return key in self._tasks

    async def join(
        self, key: Hashable, work: Callable[[], Awaitable[T]], deadline: Deadline
    ) -> tuple[T, bool]:
        """Start work for key, or wait for the one under way; tell whether this call started it.

        Raises ApiError, RemoteError and TimeoutError of the work, and InternalError for all else
        it raises; OutOfTimeError at the deadline, and where the work that this call started raises
        it; OverloadedError when MAX_FLIGHTS are under way or MAX_WAITING wait.
        """
        while True:
            task, leading = await self._landed(key, work, deadline)
            try:
                return task.result(), leading
            except OutOfTimeError:
                if leading:
                    raise
            except InternalError as error:
                if error.logged_under != context.request_id.get():
                    cause = f"as request {error.logged_under}"
                    log.error("request failed", cause=cause)  # noqa: TRY400
                raise

    async def _landed(
        self, key: Hashable, work: Callable[[], Awaitable[T]], deadline: Deadline
    ) -> tuple[asyncio.Task[T], bool]:
        """Wait for the end of a flight; tell whether it was started for this."""
        if self._waiting >= MAX_WAITING:
            raise self._overloaded()
        task = self._tasks.get(key)
        leading = task is None
        if task is None:
            task = self._start(key, work)
        waiting = tracing.NOT_SAMPLED
        if not leading:
            waiting = tracing.awaited("wait for who asked first", self._leaders.get(key))
        self._waiting += 1
        try:
            with waiting:
                done, _ = await asyncio.wait({task}, timeout=deadline.remaining_s())
        finally:
            self._waiting -= 1
        if not done:
            raise OutOfTimeError
        return task, leading

    def _start(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        if len(self._tasks) >= MAX_FLIGHTS:
            raise self._overloaded()

        async def run() -> T:
            try:
                async with asyncio.timeout(FLIGHT_TIMEOUT_S):
                    return await work()
            except (ApiError, RemoteError, StoreAwayError, TimeoutError):
                raise
            except Exception as error:
                # Once, by the id of who began it, rather than by each who waits.
                log.exception("request failed")
                raise public_failure(error) from error

        task = asyncio.create_task(run())
        self._tasks[key] = task
        if (span := tracing.current()) is not None:
            self._leaders[key] = span
        task.add_done_callback(lambda _: self._land(key, task))
        return task

    def _land(self, key: Hashable, task: asyncio.Task[T]) -> None:
        del self._tasks[key]
        self._leaders.pop(key, None)
        if not task.cancelled():
            task.exception()  # mark it as seen even if everybody who asked is gone

    async def finish(self) -> None:
        """Wait for all flights under way."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _overloaded(self) -> OverloadedError:
        self._meter.refuse()
        return OverloadedError(
            "Too many new cards and pages are waited for. Try again soon.",
            retry_after_s=RETRY_AFTER_S,
        )
