"""Work that goes on beside a service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, TypeAlias

import structlog
from prometheus_client import Counter

from og_service.metrics import REGISTRY

log = structlog.get_logger()

PAUSE_FIRST_S: Final = 0.1
"""After a fault; some work is waited for."""
PAUSE_MAX_S: Final = 30.0
"""A pause is twice as long as the one before, up to this; work that lasted longer begins anew."""

Work: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
"""Begins the work, which goes on until it is cancelled, or returns where there is nothing to do."""

_ENDED: Final = Counter(
    "og_background_ended",
    "Times that work beside the service ended by an error; it is begun anew after a pause.",
    ["work"],
    registry=REGISTRY,
)


@asynccontextmanager
async def running(*work: Work) -> AsyncIterator[None]:
    """Let the work run beside the context and end it with it.

    See kept_going; nothing else is touched by work that fails.
    """
    tasks = [asyncio.create_task(kept_going(each)) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def kept_going(work: Work) -> None:
    """Do the work, in a task of its own, until it returns or that is cancelled.

    Work that raises has a fault: that is logged and counted, and the work begun anew after a pause,
    as often as it takes.
    """
    name = _name_of(work)
    ended = _ENDED.labels(name)
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - it is one
    pause_s = PAUSE_FIRST_S
    while True:
        begun_s = time.monotonic()
        try:
            return await work()
        except asyncio.CancelledError as error:
            if task.cancelling():
                raise
            fault: BaseException = error  # what it waited for was cancelled, it was not
        except Exception as error:  # noqa: BLE001 - each is told of
            fault = error
        ended.inc()
        if time.monotonic() - begun_s > PAUSE_MAX_S:
            pause_s = PAUSE_FIRST_S
        log.error("background work ended", work=name, pause_s=pause_s, exc_info=fault)
        if task.cancelling():
            return None  # it failed as it was ended
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, PAUSE_MAX_S)


def _name_of(work: Work) -> str:
    while isinstance(work, partial):
        work = work.func
    return getattr(work, "__qualname__", type(work).__name__)
