"""Work that goes on beside a service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from prometheus_client import Counter

from og_service.metrics import REGISTRY

log = structlog.get_logger()

_ENDED: Final = Counter(
    "og_background_ended",
    "Work beside the service that ended by an error, which it is not meant to.",
    ["work"],
    registry=REGISTRY,
)


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let the work run beside the context and end it with it.

    Work that raises ends by itself, which is logged when it happens; all else goes on.
    """
    tasks = [asyncio.create_task(each, name=_name_of(each)) for each in work]
    for task in tasks:
        _ENDED.labels(task.get_name())
        task.add_done_callback(_tell_of_failure)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _name_of(work: Coroutine[Any, Any, None]) -> str:
    return getattr(work, "__qualname__", type(work).__name__)


def _tell_of_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        _ENDED.labels(task.get_name()).inc()
        log.error("background work ended", work=task.get_name(), exc_info=error)
