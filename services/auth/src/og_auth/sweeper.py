from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

import structlog

from og_auth.errors import StoreUnavailableError
from og_service.background import running

log = structlog.get_logger()

SWEEP_INTERVAL_S: Final = 600.0

DeleteSome: TypeAlias = Callable[[], Awaitable[int]]
"""Deletes some of what has had its time and tells how many; 0 when none is left."""


async def sweep(delete_some: DeleteSome) -> int:
    """Delete all that has had its time, in parts that hold no lock for long."""
    total = 0
    while deleted := await delete_some():
        total += deleted
    return total


@contextlib.asynccontextmanager
async def sweeping(
    sweeps: Mapping[str, DeleteSome], interval_s: float = SWEEP_INTERVAL_S
) -> AsyncIterator[None]:
    """Sweep what each name stands for, every interval_s for the length of the context."""
    async with running(partial(_sweep_for_ever, sweeps, interval_s)):
        yield


async def _sweep_for_ever(sweeps: Mapping[str, DeleteSome], interval_s: float) -> None:
    while True:
        await asyncio.sleep(interval_s)
        for what, delete_some in sweeps.items():
            try:
                log.info("swept", what=what, deleted=await sweep(delete_some))
            except StoreUnavailableError:
                log.warning("not swept", what=what, retry_after_s=interval_s)
