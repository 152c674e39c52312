"""What no answer has to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from og_service.queue_metrics import QueueMeter

log = structlog.get_logger()

MAX_CHORES: Final = 1_000
"""Under way at the same time."""
CHORE_TIMEOUT_S: Final = 10.0


class Chores:
    """Work beside the answers; a failure is logged and mended by later requests.

    So is what is left undone where MAX_CHORES are under way: a store that is slow must not be what
    fills this process.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._meter = QueueMeter("chores", MAX_CHORES, lambda: len(self._tasks))

    def later(self, chore: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do it beside what is under way; the task given never fails."""
        if len(self._tasks) >= MAX_CHORES:
            self._meter.refuse()
            log.warning("chore left undone", under_way=len(self._tasks))
            chore.close()
            chore = _nothing()
        task = asyncio.create_task(_quietly(chore))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self) -> None:
        """Wait for all that is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _quietly(chore: Coroutine[Any, Any, None]) -> None:
    try:
        async with asyncio.timeout(CHORE_TIMEOUT_S):
            await chore
    except Exception as error:  # noqa: BLE001 - whatever it was, nobody waits for it
        log.warning("chore failed", cause=repr(error))


async def _nothing() -> None:
    pass
