"""What changes holds at once on every edge, also on one that served the old a moment ago.

Nothing here waits: whoever asks after a change was acknowledged sees it.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio
from starlette.responses import HTMLResponse, Response

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_plans import PLANS
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import create_site, managing, revoke_keys
from tests.e2e.pages import tag
from tests.e2e.replicas import edge_replica, grpc_replica
from tests.support.customers import CALL_TIMEOUT_S, Customer, create_customer, operator_token
from tests.support.local_site import LocalSite

if TYPE_CHECKING:
    from og.auth.v1.auth_pb2_grpc import AccountServiceAsyncStub as Accounts

Edges = tuple[Api, Api]
TIMES = 6


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def edges(stack: Stack, api: Api) -> AsyncIterator[Edges]:
    """Two edges, each with an auth of its own."""
    async with (
        grpc_replica(stack, "auth", {}) as auth,
        edge_replica(stack, {"OG_AUTH_TARGET": auth}) as other,
    ):
        yield api, other.api


@pytest_asyncio.fixture(loop_scope="session")
async def accounts(stack: Stack) -> AsyncIterator[Accounts]:
    """What operators change accounts by, at the first auth."""
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        yield auth_pb2_grpc.AccountServiceStub(channel)


@pytest.fixture
def page(site: LocalSite) -> str:
    """A page that is another each time it is fetched."""
    numbers = itertools.count(1)

    def answer() -> Response:
        return HTMLResponse(f"<!doctype html><title>Fetched {next(numbers)} times</title>")

    return site.put(answer)


class HeldPage:
    """A page that counts; its first answer comes when the test says so."""

    def __init__(self, site: LocalSite) -> None:
        self.asked, self.may_come = asyncio.Event(), asyncio.Event()
        self.head = ""
        self._numbers = itertools.count(1)
        self.url = site.put(self._answer)

    def title(self, number: int) -> str:
        return f"Fetched {number} times"

    async def _answer(self) -> Response:
        number = next(self._numbers)
        self.asked.set()
        if number == 1:
            await self.may_come.wait()
        return HTMLResponse(f"<!doctype html><title>{self.title(number)}</title>{self.head}")


def in_turns(edges: Edges) -> Iterator[tuple[Api, Api]]:
    """Give both edges again and again, each time the other first."""
    for number in range(TIMES):
        yield edges if number % 2 else edges[::-1]


async def warm(edges: Edges, customer: Customer, url: str) -> bytes:
    """Have every edge serve a card that it served before; give the card."""
    first = check_card(await edges[0].ask(url, customer))
    for edge in (*edges, *edges):
        assert check_card(await edge.ask(url, customer), "HIT", 1) == first
    return first


async def test_a_card_that_was_refreshed_is_served_by_the_other_edge(
    edges: Edges, customer: Customer, page: str
) -> None:
    for one, other in in_turns(edges):
        old = await warm(edges, customer, page)
        new = check_card(await one.ask(page, customer, refresh="true"), "MISS", 10)
        assert new != old
        head = await other.ask(page, customer, method="HEAD")
        assert check_card(await other.ask(page, customer), "HIT", 1) == new
        known = await other.ask(page, customer, headers={"If-None-Match": head.headers["etag"]})
        assert known.status_code == 304


async def test_a_card_that_was_deleted_is_drawn_anew_by_the_other_edge(
    edges: Edges, stack: Stack, customer: Customer, page: str
) -> None:
    manager = await managing(stack, customer)
    for one, other in in_turns(edges):
        old = await warm(edges, customer, page)
        deleted = await one.ask(page, manager, method="DELETE")
        assert deleted.status_code == 204, deleted.text
        new = check_card(await other.ask(page, customer), "MISS", 10)
        assert new != old
        assert check_card(await one.ask(page, customer), "HIT", 1) == new


async def test_no_card_is_kept_of_a_page_that_was_read_before_a_deletion(
    edges: Edges, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    manager = await managing(stack, customer)
    one, other = edges
    held = HeldPage(site)
    held.head = tag(stack, site_id, held.url)
    by_site = asyncio.create_task(one.ask(held.url, site=site_id))
    await held.asked.wait()  # for its tags: this first reading is what is held
    check_card(await other.ask(held.url, customer, refresh="true"), "MISS", 10)
    assert (await other.ask(held.url, manager, method="DELETE")).status_code == 204
    held.may_come.set()
    check_card(await by_site)
    for edge in edges:
        card = check_card(await edge.ask(held.url, customer), "HIT", 1)
        assert card == check_card(await edge.ask(site.put_page(held.title(3)), customer))


async def test_a_key_that_was_revoked_is_refused_by_both(
    edges: Edges, stack: Stack, page: str
) -> None:
    customer = await create_customer(stack)
    await warm(edges, customer, page)
    await revoke_keys(stack, customer)
    for edge in edges:
        check_error(await edge.ask(page, customer), 401, "invalid_api_key")


async def test_an_account_that_was_suspended_is_refused_by_both_until_it_is_resumed(
    edges: Edges, accounts: Accounts, customer: Customer, page: str
) -> None:
    for one, other in in_turns(edges):
        await warm(edges, customer, page)
        request = auth_pb2.SetSuspensionRequest(
            account_id=customer.account_id, suspended=True, reason="floods us"
        )
        await accounts.SetSuspension(request, timeout=CALL_TIMEOUT_S)
        for edge in (other, one):
            check_error(await edge.ask(page, customer), 401, "suspended")
        request = auth_pb2.SetSuspensionRequest(account_id=customer.account_id)
        await accounts.SetSuspension(request, timeout=CALL_TIMEOUT_S)


async def test_a_host_that_is_no_more_of_a_site_is_refused_by_both(
    edges: Edges, stack: Stack, site: LocalSite, accounts: Accounts, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, f"{customer.account_id[5:]}.example.com")
    url = site.put_page("A page")
    site.put_page("A page", tag(stack, site_id, url), url)
    for one, other in in_turns(edges):
        await accounts.UpdateSite(_hosts(site_id, site.address), timeout=CALL_TIMEOUT_S)
        for edge in (other, one, other, one):
            check_card(await edge.ask(url, site=site_id))
        await accounts.UpdateSite(_hosts(site_id), timeout=CALL_TIMEOUT_S)
        for edge in (other, one):
            check_error(await edge.ask(url, site=site_id), 401, "site_domain_mismatch")


def _hosts(site_id: str, *hosts: str) -> auth_pb2.UpdateSiteRequest:
    request = auth_pb2.UpdateSiteRequest(site_id=site_id, further_hosts=hosts)
    request.update_mask.paths.append("further_hosts")
    return request


async def test_a_site_that_was_suspended_is_refused_by_both(
    edges: Edges, stack: Stack, site: LocalSite, accounts: Accounts, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    site.put_page("A page", tag(stack, site_id, url), url)
    for edge in (*edges, *edges):
        check_card(await edge.ask(url, site=site_id))
    request = auth_pb2.SetSuspensionRequest(site_id=site_id, suspended=True, reason="floods us")
    await accounts.SetSuspension(request, timeout=CALL_TIMEOUT_S)
    for edge in edges:
        check_error(await edge.ask(url, site=site_id), 401, "suspended")


async def test_a_plan_that_was_changed_holds_on_both(
    edges: Edges, stack: Stack, accounts: Accounts, page: str
) -> None:
    customer = await create_customer(stack, plan="free", rate_limit=0)
    await warm(edges, customer, page)
    for plan in ("pro", "free", "business", "free"):
        request = auth_pb2.UpdateAccountRequest(account_id=customer.account_id, plan_id=plan)
        request.update_mask.paths.append("plan_id")
        await accounts.UpdateAccount(request, timeout=CALL_TIMEOUT_S)
        for edge in edges:
            answer = await edge.ask(page, customer)
            check_card(answer, "HIT", 1)
            assert limit_of(answer) == PLANS[plan].rate_limit_per_minute
            refusal = await edge.ask(page, customer, mode="ai")  # no model is set up here
            if PLANS[plan].ai_allowed:
                check_error(refusal, 500, "ai_not_configured")
            else:
                check_error(refusal, 402, "plan_required")


def limit_of(answer: httpx.Response) -> int:
    return int(answer.headers["x-ratelimit-limit"])
