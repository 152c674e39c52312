from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from og_extract.errors import ExtractQueueFullError

RETRY_AFTER_S = 1.0


class Gate:
    """Lets running_max calls in; as many as waiting_max wait, the next is refused."""

    def __init__(self, running_max: int, waiting_max: int) -> None:
        self._slots = asyncio.Semaphore(running_max)
        self._waiting_max = waiting_max
        self._waiting = 0

    @asynccontextmanager
    async def entered(self, timeout_s: float) -> AsyncIterator[None]:
        """Hold a slot for the length of the context.

        Raises ExtractQueueFullError where too many wait, or none came free in timeout_s.
        """
        await self._enter(timeout_s)
        try:
            yield
        finally:
            self._slots.release()

    async def _enter(self, timeout_s: float) -> None:
        if self._slots.locked() and self._waiting >= self._waiting_max:
            raise ExtractQueueFullError(RETRY_AFTER_S)
        self._waiting += 1
        try:
            await asyncio.wait_for(self._slots.acquire(), timeout_s)
        except TimeoutError:
            raise ExtractQueueFullError(RETRY_AFTER_S) from None
        finally:
            self._waiting -= 1
