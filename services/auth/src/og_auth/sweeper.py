from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final, Protocol

import structlog

from og_auth.errors import StoreUnavailableError

log = structlog.get_logger()

SWEEP_INTERVAL_S: Final = 600.0


class Sweepable(Protocol):
    """Where expired verifications are kept."""

    async def delete_expired(self) -> int:
        """Delete some and tell how many; 0 when none is left."""


async def sweep(store: Sweepable) -> int:
    """Delete all expired verifications, in parts that hold no lock for long."""
    total = 0
    while deleted := await store.delete_expired():
        total += deleted
    return total


@contextlib.asynccontextmanager
async def sweeping(store: Sweepable, interval_s: float = SWEEP_INTERVAL_S) -> AsyncIterator[None]:
    """Sweep every interval_s for the length of the context."""
    task = asyncio.create_task(_sweep_for_ever(store, interval_s))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _sweep_for_ever(store: Sweepable, interval_s: float) -> None:
    while True:
        await asyncio.sleep(interval_s)
        try:
            log.info("swept verifications", deleted=await sweep(store))
        except StoreUnavailableError:
            log.warning("verifications not swept", retry_after_s=interval_s)
