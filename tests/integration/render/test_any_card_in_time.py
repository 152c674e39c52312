"""Whatever is asked for, the worker that draws it is there for the next card."""

from __future__ import annotations

import os
import random

from og_render.templates import TEMPLATES
from og_render.workers.pool import WorkerPool
from tests.support.any_card import any_card

SEED = int(os.environ.get("OG_TEST_SEED", "20261125"))


async def test_no_card_costs_a_worker_or_more_than_its_time() -> None:
    """A worker that takes longer than MAX_DRAWING_S, or dies, is replaced by another process."""
    rng = random.Random(SEED)
    pool = WorkerPool(workers=1, queue_length=1)
    async with pool.running():
        before = pool.process_ids
        for template in TEMPLATES.values():
            card = any_card(rng, template)
            told = f"OG_TEST_SEED={SEED}: {card!r:.2000}"
            print(told)  # noqa: T201 - shown when the test fails, also by an exception
            assert (await pool.draw(card)).image, told
            assert pool.process_ids == before, told
