from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from og_extract.errors import ExtractQueueFullError
from og_service.queue_metrics import QueueMeter
from og_urls import registrable_host

RETRY_AFTER_S = 1.0


class Gate:
    """Lets running_max in; as many as waiting_max wait, the next is refused.

    Who wait are shown as the queue that is named, if one is.
    """

    def __init__(self, running_max: int, waiting_max: int, queue: str = "") -> None:
        self._slots = asyncio.Semaphore(running_max)
        self._waiting_max = waiting_max
        self._waiting = 0
        self._inside = 0
        self._meter = QueueMeter(queue, waiting_max, lambda: self._waiting) if queue else None

    @property
    def is_idle(self) -> bool:
        """Whether nobody is inside or waits."""
        return self._waiting == self._inside == 0

    @asynccontextmanager
    async def entered(self, timeout_s: float | None = None) -> AsyncIterator[None]:
        """Hold a slot for the length of the context.

        Raises ExtractQueueFullError where too many wait, or none came free in timeout_s.
        """
        await self._enter(timeout_s)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._slots.release()

    async def _enter(self, timeout_s: float | None) -> None:
        if self._slots.locked() and self._waiting >= self._waiting_max:
            raise self._full()
        self._waiting += 1
        try:
            async with asyncio.timeout(timeout_s):
                await self._slots.acquire()
        except TimeoutError:
            raise self._full() from None
        finally:
            self._waiting -= 1

    def _full(self) -> ExtractQueueFullError:
        if self._meter is not None:
            self._meter.refuse()
        return ExtractQueueFullError(RETRY_AFTER_S)


class SiteGates:
    """A gate for each registrable host, so that a site that hangs keeps to its share."""

    def __init__(self, running_max: int, waiting_max: int) -> None:
        self._bounds = running_max, waiting_max
        self._gates: dict[str, Gate] = {}

    @asynccontextmanager
    async def entered(self, host: str, timeout_s: float | None = None) -> AsyncIterator[None]:
        """Hold one of the slots of host's owner. Raises ExtractQueueFullError, as Gate does."""
        site = registrable_host(host)
        gate = self._gates.setdefault(site, Gate(*self._bounds))
        try:
            async with gate.entered(timeout_s):
                yield
        finally:
            if gate.is_idle:
                self._gates.pop(site, None)
