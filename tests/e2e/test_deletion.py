"""DELETE /api/og: what was forgotten is served by no edge, and costs nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import httpx
import pytest
import pytest_asyncio

from og_stack.stack import Stack
from tests.e2e.api import RATE_LIMIT_HEADERS, TEMPLATE, Api, check_card, check_error
from tests.e2e.books import credits_of, managing, rows, statement
from tests.e2e.pages import SlowPage
from tests.e2e.replicas import edge_replica
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.waiting import eventually


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def edges(stack: Stack, api: Api) -> AsyncIterator[Sequence[Api]]:
    """Two processes on the same cards."""
    async with edge_replica(stack) as other:
        yield api, other.api


@pytest_asyncio.fixture(loop_scope="session")
async def owner(stack: Stack, customer: Customer) -> Customer:
    return await managing(stack, customer)


def check_deleted(response: httpx.Response) -> None:
    assert response.status_code == 204, response.text
    assert not response.content
    assert response.headers["cache-control"] == "no-store"
    for name in RATE_LIMIT_HEADERS:
        assert response.headers[name].isdigit(), name


async def asked_to_delete(
    api: Api, who: Customer | None, query: Mapping[str, str]
) -> httpx.Response:
    """Ask to delete a card of generic/standard, unless the query names another template."""
    return await api.ask_raw(
        httpx.QueryParams({"template": TEMPLATE, **query}), who, method="DELETE"
    )


async def test_a_deleted_card_is_served_by_no_edge_and_made_anew(
    edges: Sequence[Api], stack: Stack, site: LocalSite, customer: Customer, owner: Customer
) -> None:
    url = site.put_page("Old")
    before = await credits_of(stack, customer)
    old = check_card(await edges[0].ask(url, customer), "MISS", 10)
    assert check_card(await edges[1].ask(url, customer), "HIT", 1) == old
    site.put_page("New", url=url)
    check_deleted(await edges[1].ask(url, owner, method="DELETE"))
    new = check_card(await edges[0].ask(url, customer), "MISS", 10)
    assert new != old
    assert check_card(await edges[1].ask(url, customer), "HIT", 1) == new
    assert await credits_of(stack, customer) == before - 22


async def test_deleting_what_is_not_there_is_no_error(
    api: Api, site: LocalSite, owner: Customer, customer: Customer
) -> None:
    url = site.put_page("A page")
    for _ in range(2):
        check_deleted(await api.ask(url, owner, method="DELETE"))
    check_card(await api.ask(url, customer), "MISS", 10)


async def test_only_the_card_that_is_named_is_deleted(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, owner: Customer
) -> None:
    url, stranger = site.put_page("A page"), await create_customer(stack)
    for who, theme in ((customer, "light"), (customer, "dark"), (stranger, "light")):
        check_card(await api.ask(url, who, theme=theme), "MISS", 10)
    check_deleted(await api.ask(url, owner, method="DELETE"))
    check_card(await api.ask(url, customer, theme="dark"), "HIT", 1)
    check_card(await api.ask(url, stranger), "HIT", 1)
    check_card(await api.ask(url, customer), "MISS", 10)


async def test_the_file_of_a_card_is_deleted_by_its_path(
    api: Api, site: LocalSite, customer: Customer, owner: Customer
) -> None:
    url = site.put_page("A page")
    path, query = "/api/og/v1/generic/standard.png", f"url={url}"
    check_card(await api.ask_raw(query, customer, path=path), "MISS", 10)
    check_deleted(await api.ask_raw(query, owner, method="DELETE", path=path))
    check_card(await api.ask(url, customer), "MISS", 10)


async def test_the_bytes_of_a_deleted_card_go_too(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, owner: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    [(name,)] = rows(
        stack, "SELECT object_name FROM edge.cards WHERE account_id = %s", customer.account_id
    )
    file = stack.config.directory / "cards" / name
    assert file.exists()
    check_deleted(await api.ask(url, owner, method="DELETE"))
    await eventually(lambda: not file.exists())


async def test_a_card_that_is_being_drawn_is_begun_again(
    edges: Sequence[Api], stack: Stack, site: LocalSite, customer: Customer, owner: Customer
) -> None:
    page = SlowPage(site)
    before = await credits_of(stack, customer)
    ask = asyncio.create_task(edges[0].ask(page.url, customer))
    await page.asked_for(1)
    check_deleted(await edges[1].ask(page.url, owner, method="DELETE"))
    page.may_come.set()
    card = check_card(await ask, "MISS", 10)
    assert page.visits == 2
    assert check_card(await edges[1].ask(page.url, customer), "HIT", 1) == card
    assert await credits_of(stack, customer) == before - 11
    lines = "SELECT 1 FROM edge.generations WHERE account_id = %s"
    assert len(rows(stack, lines, customer.account_id)) == 1


async def test_a_card_whose_making_was_cut_off_is_paid_before_it_is_deleted(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, owner: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    paid = await statement(stack, customer)
    unsettle = "UPDATE edge.cards SET settled = false WHERE account_id = %s"
    rows(stack, unsettle, customer.account_id)
    check_deleted(await api.ask(url, owner, method="DELETE"))
    assert await statement(stack, customer) == paid
    check_card(await api.ask(url, customer), "MISS", 10)


async def test_who_may_not_delete_is_told_why(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    refused = await api.ask(url, customer, method="DELETE")
    check_error(refused, 401, "insufficient_scope")
    for query in ({"url": url}, {"url": url, "site": "site_of_somebody"}):
        refused = await asked_to_delete(api, None, query)
        assert "manage" in check_error(refused, 401, "missing_credentials")
    check_card(await api.ask(url, customer), "HIT", 1)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"refresh": "true"}, "invalid_parameter"),
        ({"theme": "blue"}, "invalid_parameter"),
        ({"template": "no/such"}, "unknown_template"),
    ],
)
async def test_a_mistake_deletes_nothing(
    api: Api,
    site: LocalSite,
    customer: Customer,
    owner: Customer,
    parameters: dict[str, str],
    code: str,
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    refused = await asked_to_delete(api, owner, {"url": url, **parameters})
    check_error(refused, 400, code)
    check_card(await api.ask(url, customer), "HIT", 1)


async def test_a_deletion_counts_against_the_rate_limit(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    owner = await managing(stack, await create_customer(stack, rate_limit=1))
    url = site.put_page("A page")
    check_deleted(await api.ask(url, owner, method="DELETE"))
    check_error(await api.ask(url, owner, method="DELETE"), 429, "rate_limit_exceeded")
