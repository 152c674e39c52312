"""What no answer has to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class Chores:
    """Work beside the answers; a failure is logged and mended by later requests."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def later(self, chore: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do it beside what is under way; the task given never fails."""
        task = asyncio.create_task(_quietly(chore))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self) -> None:
        """Wait for all that is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _quietly(chore: Coroutine[Any, Any, None]) -> None:
    try:
        await chore
    except Exception as error:  # noqa: BLE001 - whatever it was, nobody waits for it
        log.warning("chore failed", cause=repr(error))
