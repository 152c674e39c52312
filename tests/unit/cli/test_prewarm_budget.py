from __future__ import annotations

import asyncio
import random

from og_cli.prewarm.budget import Budget
from og_plans import PRICES
from tests.support.seeds import rng

__all__ = ["rng"]

PRICE = PRICES.generation_credits


async def test_what_is_in_flight_counts_as_its_highest_price() -> None:
    budget = Budget(2 * PRICE + 5, PRICE)
    assert await budget.begin("a")
    assert await budget.begin("b")
    third = asyncio.ensure_future(budget.begin("c"))
    await asyncio.sleep(0)
    assert not third.done()
    await budget.end("a", 0)  # it existed
    assert await third
    await budget.end("b", PRICE, made=True)
    await budget.end("c", PRICE, made=True)
    assert not await budget.begin("d")
    assert budget.charged_credits == 2 * PRICE


async def test_a_page_in_doubt_counts_until_an_answer_made_its_card() -> None:
    budget = Budget(PRICE + PRICES.cached_card_credits, PRICE)
    assert await budget.begin("a")
    await budget.doubt("a")
    assert budget.doubtful_credits == PRICE
    assert not await budget.begin("b")
    assert await budget.begin("a")
    await budget.end("a", PRICE, made=True)
    assert (budget.charged_credits, budget.doubtful_credits) == (PRICE, 0)


async def test_no_order_of_events_spends_more(rng: random.Random) -> None:
    """Answers get lost at random; what was really charged is compared with the limit."""
    for _ in range(200):
        await _random_run(rng)


async def _random_run(rng: random.Random) -> None:
    limit = rng.randrange(120)
    budget = Budget(limit, PRICE)
    really = 0
    made: set[str] = set()

    async def page(url: str) -> None:
        nonlocal really
        for _ in range(3):
            if not await budget.begin(url):
                return
            await asyncio.sleep(0)
            exists = url in made
            cost = rng.choice((0, PRICES.cached_card_credits)) if exists else PRICE
            cost = cost if exists or rng.random() < 0.8 else 0
            if cost == PRICE:
                made.add(url)
            if exists and cost and not budget.doubts(url):
                cost = 0  # nobody else asks for it
            really += cost
            assert really <= limit
            if rng.random() < 0.4 and not (exists and cost):
                await budget.doubt(url)
                continue
            await budget.end(url, cost, made=cost == PRICE)
            return

    await asyncio.gather(*(page(str(number)) for number in range(15)))
    assert budget.charged_credits <= really <= budget.charged_credits + budget.doubtful_credits
