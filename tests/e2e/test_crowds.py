"""Cards that exist, asked for by site, where the operator gives them a window of their own."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import create_site
from tests.e2e.pages import tag
from tests.e2e.replicas import edge_replica, grpc_replica
from tests.support.customers import create_customer
from tests.support.local_site import LocalSite

LIMIT = 2
FACTOR = 4


@pytest_asyncio.fixture(loop_scope="session")
async def crowded(stack: Stack) -> AsyncIterator[Api]:
    """Asks an edge whose auth has the factor set."""
    settings = {"OG_SITE_CARD_WINDOW_FACTOR": str(FACTOR)}
    async with (
        grpc_replica(stack, "auth", settings) as auth,
        edge_replica(stack, {"OG_AUTH_TARGET": auth}) as edge,
    ):
        yield edge.api


def window(response: httpx.Response) -> tuple[int, int]:
    headers = response.headers
    assert int(headers["x-ratelimit-reset"]) <= time.time() + 61
    return int(headers["x-ratelimit-limit"]), int(headers["x-ratelimit-remaining"])


async def test_a_crowd_gets_what_exists_and_new_cards_stay_within_the_limit(
    crowded: Api, stack: Stack, site: LocalSite
) -> None:
    customer = await create_customer(stack, rate_limit=LIMIT)
    site_id = await create_site(stack, customer, site.address)
    pages = [site.put_page(f"Page {n}") for n in range(3)]
    for url in pages:
        site.put_page("A page", tag(stack, site_id, url), url)
    larger = LIMIT * FACTOR

    for n, url in enumerate(pages[:LIMIT]):
        made = await crowded.ask(url, site=site_id)
        check_card(made, "MISS", 10)
        assert window(made) == (LIMIT, LIMIT - 1 - n)
    refused = await crowded.ask(pages[2], site=site_id)
    check_error(refused, 429, "rate_limit_exceeded")
    assert window(refused) == (LIMIT, 0)
    assert 1 <= int(refused.headers["retry-after"]) <= 61

    for n in range(larger - 3):
        known = await crowded.ask(pages[0], site=site_id)
        check_card(known, "HIT", 1)
        assert window(known) == (larger, larger - 4 - n)
    late = await crowded.ask(pages[0], site=site_id)
    check_error(late, 429, "rate_limit_exceeded")
    assert window(late) == (larger, 0)

    for n in range(LIMIT):
        by_key = await crowded.ask(pages[2 - n], customer)
        check_card(by_key, "HIT" if n else "MISS")
        assert window(by_key) == (LIMIT, LIMIT - 1 - n)
    check_error(await crowded.ask(pages[0], customer), 429, "rate_limit_exceeded")


async def test_a_crowd_that_comes_before_its_card_counts_as_one_new_card(
    crowded: Api, stack: Stack, site: LocalSite
) -> None:
    customer = await create_customer(stack, rate_limit=LIMIT)
    site_id, url = await create_site(stack, customer, site.address), site.put_page("A page")
    site.put_page("A page", tag(stack, site_id, url), url)
    larger = LIMIT * FACTOR

    answers = await asyncio.gather(*(crowded.ask(url, site=site_id) for _ in range(larger)))
    assert len({check_card(answer) for answer in answers}) == 1
    assert Counter(window(answer)[0] for answer in answers) == {LIMIT: 1, larger: larger - 1}
    charged = Counter(answer.headers["x-credits-charged"] for answer in answers)
    assert charged == {"10": 1, "1": larger - 1}


async def test_without_the_factor_every_request_by_site_counts_against_the_limit(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    customer = await create_customer(stack, rate_limit=LIMIT)
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    site.put_page("A page", tag(stack, site_id, url), url)
    made, known = [await api.ask(url, site=site_id) for _ in range(2)]
    check_card(made, "MISS", 10)
    check_card(known, "HIT", 1)
    assert [window(made), window(known)] == [(LIMIT, 1), (LIMIT, 0)]
    check_error(await api.ask(url, site=site_id), 429, "rate_limit_exceeded")
    by_key = await api.ask(url, customer)
    check_card(by_key, "HIT", 1)
    assert window(by_key) == (LIMIT, LIMIT - 1)
