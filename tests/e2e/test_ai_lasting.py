"""mode=ai: cards for which AI did not deliver are tried again, and what keeps a card costs 1."""

from __future__ import annotations

import asyncio
import shutil

import pytest
from starlette.responses import Response

from og_stack.stack import Stack
from tests.e2e.ai import (
    DELIVERS,
    FAILURES,
    check_ai_card,
    history,
    kept_standard_card,
    let_15_minutes_pass,
    minutes_until_redrawn,
    page_for_ai,
    put_on_plan,
)
from tests.e2e.api import Api
from tests.e2e.books import credits_of, rows, statement
from tests.e2e.pages import picture
from tests.support.ai_endpoint import AiEndpoint, slowly, status
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.people import owner, words_of

CROWD = 8
REFUSES = status(400)


@pytest.fixture(autouse=True)
def failing_at_first(model: AiEndpoint) -> None:
    model.will(REFUSES)


async def test_ai_is_tried_again_after_15_minutes_and_costs_100_when_it_delivers(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url, before = page_for_ai(site), await credits_of(stack, customer)
    kept = await kept_standard_card(ai, stack, customer, url, due=False)
    model.will(DELIVERS)
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "failed", "HIT", 1) == kept
    assert not model.asked
    let_15_minutes_pass(stack, customer)
    card = check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)
    assert card != kept
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "HIT", 1) == card
    assert await credits_of(stack, customer) == before - 10 - 1 - 100 - 1
    assert history(stack, customer)[1] == ("delivered", 100, "ai")
    assert minutes_until_redrawn(stack, customer) is None


@pytest.mark.parametrize("failure", FAILURES)
async def test_where_ai_fails_again_the_card_is_kept_for_15_minutes_more_and_costs_1(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, failure: str
) -> None:
    customer, url = await create_customer(stack, credits=110), page_for_ai(site)
    kept = await kept_standard_card(ai, stack, customer, url)
    model.will(FAILURES[failure][0])
    answer = await ai.ask(url, customer, mode="ai")
    assert check_ai_card(answer, "failed", "HIT", 1) == kept
    assert answer.headers["x-credits-remaining"] == "99"
    assert model.asked
    assert 14 < (minutes_until_redrawn(stack, customer) or 0) <= 15
    assert len(history(stack, customer)) == 1
    assert (await statement(stack, customer))[3:] == [
        ("RESERVATION", -100, 0),
        ("CACHED_CARD", 99, 1),
    ]


async def test_a_page_that_went_away_does_not_take_the_kept_card_along(
    ai: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = page_for_ai(site)
    kept = await kept_standard_card(ai, stack, customer, url)
    site.remove(url)
    before = await credits_of(stack, customer)
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "failed", "HIT", 1) == kept
    assert await credits_of(stack, customer) == before - 1
    assert 0 < (minutes_until_redrawn(stack, customer) or 0) <= 1


@pytest.mark.parametrize("left", [1, 10, 99])
async def test_who_cannot_pay_for_a_new_try_is_served_the_kept_card(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, left: int
) -> None:
    customer, url = await create_customer(stack, credits=109), page_for_ai(site)
    kept = await kept_standard_card(ai, stack, customer, url)
    await leave_credits(ai, stack, customer, url, left)
    let_15_minutes_pass(stack, customer)
    model.will(DELIVERS)
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "failed", "HIT", 1) == kept
    assert not model.asked
    assert await credits_of(stack, customer) == left - 1


async def leave_credits(ai: Api, stack: Stack, customer: Customer, url: str, left: int) -> None:
    """Spend on another card until a customer has so many credits left."""
    while (more := await credits_of(stack, customer) - left) > 0:
        refresh = "true" if more >= 10 else "false"
        await ai.ask(url, customer, title="Another", refresh=refresh)


async def test_whose_plan_lost_ai_is_served_the_kept_card(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    kept = await kept_standard_card(ai, stack, customer, url)
    put_on_plan(stack, customer, "free")
    model.will(DELIVERS)
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "failed", "HIT", 1) == kept
    assert not model.asked
    assert 0 < (minutes_until_redrawn(stack, customer) or 0) <= 1


async def test_where_the_endpoint_is_gone_the_kept_card_is_served(
    ai: Api, api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = page_for_ai(site)
    kept = await kept_standard_card(ai, stack, customer, url)
    before = await credits_of(stack, customer)
    assert check_ai_card(await api.ask(url, customer, mode="ai"), "failed", "HIT", 1) == kept
    assert await credits_of(stack, customer) == before - 1
    assert 0 < (minutes_until_redrawn(stack, customer) or 0) <= 1


async def test_a_head_request_tries_nothing_and_costs_nothing(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    await kept_standard_card(ai, stack, customer, url)
    before = await credits_of(stack, customer)
    model.will(DELIVERS)
    head = await ai.ask(url, customer, mode="ai", method="HEAD")
    assert (head.status_code, head.headers["x-credits-charged"]) == (200, "0")
    assert head.headers["x-og-ai"] == "failed"
    assert not model.asked
    assert await credits_of(stack, customer) == before


async def test_who_knows_the_kept_card_pays_only_for_a_better_one(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    known = await ai.ask(url, customer, mode="ai")
    check_ai_card(known, "failed", "MISS", 10)
    if_new = {"If-None-Match": known.headers["etag"]}
    let_15_minutes_pass(stack, customer)
    before = await credits_of(stack, customer)
    same = await ai.ask(url, customer, mode="ai", headers=if_new)
    assert (same.status_code, same.headers["x-credits-charged"]) == (304, "0")
    assert same.headers["x-og-ai"] == "failed"
    assert model.asked
    assert await credits_of(stack, customer) == before
    let_15_minutes_pass(stack, customer)
    model.will(DELIVERS)
    new = await ai.ask(url, customer, mode="ai", headers=if_new)
    check_ai_card(new, "delivered", "MISS", 100)


async def test_a_crowd_that_asks_when_ai_is_tried_again_has_it_tried_once(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    await kept_standard_card(ai, stack, customer, url)
    before = await credits_of(stack, customer)
    model.will(slowly(DELIVERS, 0.5))
    answers = await asyncio.gather(*(ai.ask(url, customer, mode="ai") for _ in range(CROWD)))
    assert len({check_ai_card(answer, "delivered") for answer in answers}) == 1
    assert len(model.asked) == 1
    assert await credits_of(stack, customer) == before - 100 - (CROWD - 1)


async def test_a_card_by_ai_that_lacks_a_picture_is_drawn_again_by_ai_for_1(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    icon = site.put(lambda: Response(status_code=503))
    url = site.put_page("How to brew coffee at home", f'<link rel="icon" href="{icon}">')
    model.will(DELIVERS)
    without = check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)
    site.put_bytes(picture("blue"), "image/png", icon)
    put_on_plan(stack, customer, "free")
    let_15_minutes_pass(stack, customer)
    redrawn = check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 1)
    assert redrawn != without
    assert history(stack, customer) == [("delivered", 100, "ai"), ("delivered", 1, "ai")]


async def test_no_standard_card_takes_the_place_of_one_that_ai_was_paid_for(
    ai: Api, api: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    icon = site.put(lambda: Response(status_code=503))
    url = site.put_page("How to brew coffee at home", f'<link rel="icon" href="{icon}">')
    model.will(DELIVERS)
    card = check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)
    let_15_minutes_pass(stack, customer)
    assert check_ai_card(await api.ask(url, customer, mode="ai"), "delivered", "HIT", 1) == card
    assert 14 < (minutes_until_redrawn(stack, customer) or 0) <= 15


async def test_bytes_that_got_lost_come_back_at_the_cached_price(
    ai: Api, api: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    model.will(DELIVERS)
    card = check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)
    put_on_plan(stack, customer, "free")
    shutil.rmtree(stack.config.directory / "cards")
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 1) == card
    shutil.rmtree(stack.config.directory / "cards")
    standard = check_ai_card(await api.ask(url, customer, mode="ai"), "failed", "MISS", 1)
    assert standard != card
    let_15_minutes_pass(stack, customer)
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 1) == card


async def test_bytes_of_a_kept_card_that_got_lost_do_not_buy_ai(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    kept = await kept_standard_card(ai, stack, customer, url)
    model.will(DELIVERS)
    shutil.rmtree(stack.config.directory / "cards")
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "failed", "MISS", 1) == kept
    assert not model.asked
    let_15_minutes_pass(stack, customer)
    check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)


async def test_the_playground_tells_what_a_card_costs_that_ai_is_asked_for_again(
    ai: Api, stack: Stack, site: LocalSite
) -> None:
    query = f"template=generic/standard&mode=ai&url={page_for_ai(site)}"
    async with owner(str(ai.client.base_url)) as person:
        found = rows(stack, "SELECT account_id FROM auth.accounts WHERE email = %s", person.email)
        customer = Customer(found[0][0], "")
        put_on_plan(stack, customer, "pro")
        made = await person.post("/dashboard/playground/generate", {"state": query})
        assert made.status_code == 303, words_of(made)
        page = f"/dashboard/playground?{query}"
        assert "It is cached: 1 credit" in words_of(await person.get(page))
        let_15_minutes_pass(stack, customer)
        assert "A new card: 100 credits" in words_of(await person.get(page))
