"""Forgetting cards that nobody has used for long, where the operator wants that, and who drew."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from og_edge.cards import TOUCH_INTERVAL
from og_edge.leases import Leases
from og_edge.pictures import PictureStore
from og_edge.store import CardStore

log = structlog.get_logger()

SWEEP_INTERVAL_S: Final = 600.0
SWEEP_ROWS_MAX: Final = 1_000


async def sweep(store: CardStore, pictures: PictureStore, retention: dt.timedelta) -> int:
    """Forget at most SWEEP_ROWS_MAX cards, least recently used first; tell how many."""
    before = dt.datetime.now(dt.UTC) - retention - TOUCH_INTERVAL
    names = await store.remove_unused(before, SWEEP_ROWS_MAX)
    await pictures.delete(names)
    return len(names)


async def keep_sweeping(store: CardStore, pictures: PictureStore, retention: dt.timedelta) -> None:
    """Sweep again and again, until cancelled; without a retention there is nothing to do."""
    if retention:
        await _keep_removing("cards", lambda: sweep(store, pictures, retention))


async def keep_removing_drawings(leases: Leases) -> None:
    """Forget who drew what, an hour later, until cancelled."""
    await _keep_removing("drawings", lambda: leases.remove_unused(SWEEP_ROWS_MAX))


async def _keep_removing(what: str, remove: Callable[[], Awaitable[int]]) -> None:
    while True:
        try:
            removed = await remove()
        except Exception as error:  # noqa: BLE001 - whatever it was, the next sweep may succeed
            log.warning("not swept", what=what, cause=repr(error))
            removed = 0
        if removed < SWEEP_ROWS_MAX:
            await asyncio.sleep(SWEEP_INTERVAL_S)
