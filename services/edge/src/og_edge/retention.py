"""Forgetting cards that nobody has used for long, where the operator wants that."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Final

import structlog

from og_edge.cards import TOUCH_INTERVAL
from og_edge.pictures import PictureStore
from og_edge.store import CardStore

log = structlog.get_logger()

SWEEP_INTERVAL_S: Final = 600.0
SWEEP_CARDS_MAX: Final = 1_000


async def sweep(store: CardStore, pictures: PictureStore, retention: dt.timedelta) -> int:
    """Forget at most SWEEP_CARDS_MAX cards, least recently used first; tell how many."""
    before = dt.datetime.now(dt.UTC) - retention - TOUCH_INTERVAL
    names = await store.remove_unused(before, SWEEP_CARDS_MAX)
    await pictures.delete(names)
    return len(names)


async def keep_sweeping(store: CardStore, pictures: PictureStore, retention: dt.timedelta) -> None:
    """Sweep again and again, until cancelled; without a retention there is nothing to do."""
    while retention:
        try:
            removed = await sweep(store, pictures, retention)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next sweep may succeed
            log.warning("cards not swept", cause=repr(error))
            removed = 0
        if removed < SWEEP_CARDS_MAX:
            await asyncio.sleep(SWEEP_INTERVAL_S)
