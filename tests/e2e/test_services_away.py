"""Each service falls silent, as on a frozen machine: what is still served, and that all comes back.

The table "When a part is away" of docs/architecture.md, row by row; the stores are in
test_stores_away.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import credits_of, wait_for_credits
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.processes import stopped, with_descendants

ANSWER_WITHIN_S = 20.0
BACK_WITHIN_S = 60.0


@pytest.fixture
async def known(api: Api, site: LocalSite, customer: Customer) -> AsyncIterator[str]:
    """A page whose card exists, of a system that works again after the test by itself."""
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    yield url
    deadline = time.monotonic() + BACK_WITHIN_S
    while (await api.ask(url, customer, title="Afterwards")).status_code != 200:
        assert time.monotonic() < deadline
    check_card(await api.ask(url, customer), "HIT", 1)


def check_come_back(response: httpx.Response, *codes: str) -> None:
    """Check that this is an error of ours, that no cache keeps and that says when to come back."""
    assert response.elapsed.total_seconds() < ANSWER_WITHIN_S
    code = response.json()["error"]["code"]
    assert code in codes
    check_error(response, 500, code)
    assert int(response.headers["retry-after"]) >= 1


def pids_of(stack: Stack, service: str) -> list[int]:
    names = stack.services.names(service)
    return [pid for name in names for pid in with_descendants(stack.process(name).pid)]


@pytest.mark.parametrize("service", ["render", "extract"])
async def test_without_what_makes_cards_those_that_exist_are_served_and_nothing_is_charged(
    api: Api, stack: Stack, known: str, customer: Customer, service: str
) -> None:
    before = await credits_of(stack, customer)
    with stopped(pids_of(stack, service)):
        card = check_card(await api.ask(known, customer), "HIT", 1)
        new = await api.ask(known, customer, title="New", refresh="true")
        check_come_back(new, "internal_error")
        assert check_card(await api.ask(known, customer), "HIT", 1) == card
    await wait_for_credits(stack, customer, before - 2)


async def test_without_billing_what_costs_nothing_is_answered(
    api: Api, stack: Stack, known: str, customer: Customer
) -> None:
    before = await credits_of(stack, customer)
    card = await api.ask(known, customer, method="HEAD")
    with stopped(pids_of(stack, "billing")):
        buying = [asyncio.create_task(api.ask(known, customer)) for _ in range(20)]
        asked, mistake = await asyncio.gather(
            api.ask(known, customer, method="HEAD"), api.ask(known, customer, theme="blue")
        )
        assert not any(each.done() for each in buying)
        assert asked.status_code == 200
        check_error(mistake, 400, "invalid_parameter")
        for each in await asyncio.gather(*buying):
            check_come_back(each, "internal_error")
        same = await api.ask(known, customer, headers={"If-None-Match": card.headers["etag"]})
        assert same.status_code == 304
        check_come_back(await api.ask(known, customer), "internal_error")
        check_come_back(await api.ask(known, customer, title="New"), "internal_error")
    # What was on its way when billing fell silent may have been charged: that is not told here.
    assert before - 1 - len(buying) <= await credits_of(stack, customer) <= before


async def test_without_auth_nobody_is_known_and_mistakes_are_told_all_the_same(
    api: Api, stack: Stack, known: str, customer: Customer
) -> None:
    before = await credits_of(stack, customer)
    with stopped(pids_of(stack, "auth")):
        check_come_back(await api.ask(known, customer), "internal_error")
        check_come_back(await api.ask(known, customer, title="New"), "internal_error")
        mistake = await api.ask(known, customer, theme="blue")
        check_error(mistake, 400, "invalid_parameter")
    await wait_for_credits(stack, customer, before)
