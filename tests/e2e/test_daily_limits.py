"""What an API key or a site may spend on one day, to the credit and to the card."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest_asyncio

from og_plans import PLANS
from og_stack.stack import Stack
from tests.e2e.ai import DELIVERS, check_ai_card, kept_standard_card, page_for_ai
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import create_site, credits_of, key_with_limit, rows, statement
from tests.e2e.pages import page_of_a_site, tag
from tests.e2e.replicas import edge_replica
from tests.support.ai_endpoint import AiEndpoint, status
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite

PARALLEL = 50
DAY_S = 86_400
SITES_NEW_CARDS = PLANS["free"].daily_generations_per_site


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def edges(stack: Stack, api: Api) -> AsyncIterator[Sequence[Api]]:
    """Two processes on the same cards."""
    async with edge_replica(stack) as other:
        yield api, other.api


def let_the_day_end(stack: Stack, customer: Customer) -> None:
    """Make today's spending yesterday's."""
    rows(
        stack,
        "UPDATE billing.daily_spending SET day = day - 1 WHERE account_id = %s",
        customer.account_id,
    )


def outcomes(answers: Sequence[httpx.Response]) -> Counter[str]:
    return Counter(
        answer.json()["error"]["code"] if answer.status_code != 200 else "card"
        for answer in answers
    )


def check_daily_refusal(response: httpx.Response, status: int, code: str, daily_max: int) -> str:
    """Check that a refusal says which limit, how many, until when and where to change it."""
    message = check_error(response, status, code)
    assert 0 < int(response.headers["retry-after"]) <= DAY_S
    assert f"{daily_max:,}" in message
    assert re.search(r"next day starts at \d{4}-\d\d-\d\d 00:00 UTC", message)
    assert "Dashboard →" in message
    return message


async def pages_with_tags(stack: Stack, site: LocalSite, site_id: str, count: int) -> list[str]:
    """Put pages on the site, each with the tag of its own card."""
    urls = [site.put_page(f"Page {number}") for number in range(count)]
    for url in urls:
        site.put_page("A page", tag(stack, site_id, url), url)
    return urls


async def test_a_key_spends_its_day_to_the_credit_whoever_asks_at_once(
    edges: Sequence[Api], stack: Stack, site: LocalSite, customer: Customer
) -> None:
    key, url = await key_with_limit(stack, customer, 105), site.put_page("A page")
    before = await credits_of(stack, customer)
    answers = await asyncio.gather(
        *(
            edges[number % 2].ask(url, key, title=f"Title {number}", refresh="true")
            for number in range(PARALLEL)
        )
    )
    assert outcomes(answers) == {"card": 10, "spending_limit_reached": PARALLEL - 10}
    assert await credits_of(stack, customer) == before - 100
    [refused, *_] = [answer for answer in answers if answer.status_code != 200]
    assert "API key" in check_daily_refusal(refused, 402, "spending_limit_reached", 105)

    [made, *_] = [number for number, answer in enumerate(answers) if answer.status_code == 200]
    hits = await asyncio.gather(
        *(edges[n % 2].ask(url, key, title=f"Title {made}") for n in range(PARALLEL))
    )
    assert outcomes(hits) == {"card": 5, "spending_limit_reached": PARALLEL - 5}
    assert await credits_of(stack, customer) == before - 105
    head = await edges[0].ask(url, key, title=f"Title {made}", method="HEAD")
    assert head.status_code == 200, "what is free stays so"


async def test_the_limit_of_one_key_touches_no_other(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    key, url = await key_with_limit(stack, customer, 10), site.put_page("A page")
    check_card(await api.ask(url, key), "MISS", 10)
    check_daily_refusal(await api.ask(url, key), 402, "spending_limit_reached", 10)
    check_card(await api.ask(url, customer), "HIT", 1)
    check_card(await api.ask(url, await key_with_limit(stack, customer, 1)), "HIT", 1)
    check_daily_refusal(await api.ask(url, key), 402, "spending_limit_reached", 10)

    let_the_day_end(stack, customer)
    check_card(await api.ask(url, key), "HIT", 1)


async def test_who_asks_with_a_key_that_has_its_day_spent_keeps_nobody_from_the_card(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    spent, url = await key_with_limit(stack, customer, 1), site.put_page("A page")
    payers = [spent, customer] * 10
    answers = await asyncio.gather(*(api.ask(url, payer, title="The same") for payer in payers))
    for payer, answer in zip(payers, answers, strict=True):
        if payer is customer:
            check_card(answer)
    assert sum(answer.headers.get("x-credits-charged") == "10" for answer in answers) == 1


async def test_a_site_makes_its_new_cards_and_then_serves_what_exists(
    edges: Sequence[Api], stack: Stack, site: LocalSite
) -> None:
    customer = await create_customer(stack, plan="free")
    site_id = await create_site(stack, customer, site.address)
    urls = await pages_with_tags(stack, site, site_id, PARALLEL)
    before = await credits_of(stack, customer)
    answers = await asyncio.gather(
        *(edges[number % 2].ask(url, site=site_id) for number, url in enumerate(urls))
    )
    assert outcomes(answers) == {
        "card": SITES_NEW_CARDS,
        "daily_cards_reached": PARALLEL - SITES_NEW_CARDS,
    }
    assert await credits_of(stack, customer) == before - 10 * SITES_NEW_CARDS

    made = {url: answer.status_code == 200 for url, answer in zip(urls, answers, strict=True)}
    existing = next(url for url, is_made in made.items() if is_made)
    new = next(url for url, is_made in made.items() if not is_made)
    check_card(await edges[0].ask(existing, site=site_id), "HIT", 1)
    refused = await edges[1].ask(new, site=site_id)
    message = check_daily_refusal(refused, 429, "daily_cards_reached", SITES_NEW_CARDS)
    assert "site" in message
    assert "still served" in message
    check_card(await edges[0].ask(new, customer), "MISS", 10)
    check_card(await edges[1].ask(new, site=site_id), "HIT", 1)

    other = next(url for url, is_made in made.items() if not is_made and url != new)
    let_the_day_end(stack, customer)
    check_card(await edges[0].ask(other, site=site_id), "MISS", 10)


async def test_a_card_that_lacks_its_picture_is_drawn_again_beyond_the_new_cards_of_the_day(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    customer = await create_customer(stack, plan="free")
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    rows(
        stack,
        "UPDATE billing.daily_spending SET generations = %s WHERE account_id = %s",
        SITES_NEW_CARDS,
        customer.account_id,
    )
    rows(
        stack,
        "UPDATE edge.cards SET redraw_time = now() WHERE account_id = %s",
        customer.account_id,
    )
    check_card(await api.ask(url, site=site_id), credits=1)
    check_card(await api.ask(url, site=site_id), "HIT", 1)


async def test_a_kept_card_is_served_where_its_key_may_not_spend_on_ai(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    model.will(status(400))
    url = page_for_ai(site)
    kept = await kept_standard_card(ai, stack, customer, url)
    model.will(DELIVERS)
    key = await key_with_limit(stack, customer, 99)
    assert check_ai_card(await ai.ask(url, key, mode="ai"), "failed", "HIT", 1) == kept
    assert not model.asked
    refused = await ai.ask(url, key, mode="ai", title="Another", refresh="true")
    check_daily_refusal(refused, 402, "spending_limit_reached", 99)


async def test_a_refusal_leaves_nothing_in_the_statement(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    key, url = await key_with_limit(stack, customer, 9), site.put_page("A page")
    before = await statement(stack, customer)
    check_daily_refusal(await api.ask(url, key), 402, "spending_limit_reached", 9)
    assert await statement(stack, customer) == before
