"""Forgetting what is of no use any more: cards, who drew them, objects that are no card's."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from og_edge.brands import BrandStore
from og_edge.cards import TOUCH_INTERVAL
from og_edge.leases import Leases
from og_edge.pictures import PictureStore
from og_edge.store import CardStore

log = structlog.get_logger()

SWEEP_INTERVAL_S: Final = 600.0
SWEEP_ROWS_MAX: Final = 1_000
COLLECT_INTERVAL_S: Final = 2.0
COLLECT_OBJECTS_MAX: Final = 16
"""At the same time: a quarter of what the object store is asked at once."""


async def sweep(store: CardStore, retention: dt.timedelta) -> int:
    """Forget at most SWEEP_ROWS_MAX cards, least recently used first; tell how many."""
    before = dt.datetime.now(dt.UTC) - retention - TOUCH_INTERVAL
    return await store.remove_unused(before, SWEEP_ROWS_MAX)


async def collect(store: CardStore, pictures: PictureStore) -> int:
    """Delete at most COLLECT_OBJECTS_MAX objects that are no card's; tell how many.

    What is not deleted, whatever cut it off, is taken again a minute later, by any edge.
    """
    names = await store.take_orphans(COLLECT_OBJECTS_MAX)
    outcomes = await asyncio.gather(*map(pictures.delete, names), return_exceptions=True)
    gone = [name for name, failure in zip(names, outcomes, strict=True) if failure is None]
    if gone:
        await store.forget_orphans(gone)
    if failure := next(filter(None, outcomes), None):
        raise failure
    return len(gone)


async def keep_sweeping(store: CardStore, retention: dt.timedelta) -> None:
    """Sweep again and again, until cancelled; without a retention there is nothing to do."""
    if retention:
        await _keep_removing(
            "cards", lambda: sweep(store, retention), SWEEP_ROWS_MAX, SWEEP_INTERVAL_S
        )


async def keep_removing_drawings(leases: Leases) -> None:
    """Forget who drew what, an hour later, until cancelled."""
    await _keep_removing(
        "drawings", lambda: leases.remove_unused(SWEEP_ROWS_MAX), SWEEP_ROWS_MAX, SWEEP_INTERVAL_S
    )


async def keep_removing_brand_cards(store: BrandStore) -> None:
    """Forget the brand cards of sites that seem to be gone, until cancelled."""
    await _keep_removing(
        "brand cards",
        lambda: store.forget_unused(SWEEP_ROWS_MAX),
        SWEEP_ROWS_MAX,
        SWEEP_INTERVAL_S,
    )


async def keep_collecting(store: CardStore, pictures: PictureStore) -> None:
    """Delete objects that are no card's, a moment after they are not, until cancelled."""
    await _keep_removing(
        "objects", lambda: collect(store, pictures), COLLECT_OBJECTS_MAX, COLLECT_INTERVAL_S
    )


async def _keep_removing(
    what: str, remove: Callable[[], Awaitable[int]], at_most: int, interval_s: float
) -> None:
    while True:
        try:
            removed = await remove()
        except Exception as error:  # noqa: BLE001 - whatever it was, the next sweep may succeed
            log.warning("not swept", what=what, cause=repr(error))
            removed = 0
        if removed < at_most:
            await asyncio.sleep(interval_s)
