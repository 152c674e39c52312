"""Cards of who is signed in: previews, generations, and what the history does with them."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import httpx
import pytest_asyncio

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import create_site, credits_of, rows
from tests.e2e.pages import SlowPage, tag
from tests.e2e.replicas import Replica, edge_replica
from tests.support.customers import CALL_TIMEOUT_S, PLENTY, Customer, grant, operator_token
from tests.support.local_site import LocalSite
from tests.support.people import Person, owner, words_of

CREDITS = 10_000


class Ada(NamedTuple):
    """Somebody who is signed in, and has an API key of the same account."""

    person: Person
    customer: Customer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def replica(stack: Stack) -> AsyncIterator[Replica]:
    """A second process on the same cards."""
    async with edge_replica(stack) as replica:
        yield replica


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def edges(api: Api, replica: Replica) -> Sequence[Api]:
    return api, replica.api


@pytest_asyncio.fixture(loop_scope="session")
async def ada(stack: Stack) -> AsyncIterator[Ada]:
    async with owner(stack.base_url) as person:
        [(account_id,)] = rows(
            stack, "SELECT account_id FROM auth.accounts WHERE email = %s", person.email
        )
        customer = await with_key(stack, account_id)
        await grant(stack, account_id, CREDITS)
        yield Ada(person, customer)


async def with_key(stack: Stack, account_id: str) -> Customer:
    """Give an account a key, whose name a spreadsheet would take for a formula, and requests."""
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        key = await accounts.CreateApiKey(
            auth_pb2.CreateApiKeyRequest(account_id=account_id, display_name="=laptop"),
            timeout=CALL_TIMEOUT_S,
        )
        update = auth_pb2.UpdateAccountRequest(account_id=account_id, rate_limit_override=PLENTY)
        update.update_mask.paths.append("rate_limit_override")
        await accounts.UpdateAccount(update, timeout=CALL_TIMEOUT_S)
    return Customer(account_id, key.secret)


def generation_ids(stack: Stack, customer: Customer) -> list[str]:
    """Name the generations of an account, newest first."""
    found = rows(
        stack,
        "SELECT id::text FROM edge.generations WHERE account_id = %s ORDER BY create_time DESC",
        customer.account_id,
    )
    return [generation_id for (generation_id,) in found]


async def act(ada: Ada, generation_id: str, action: str) -> httpx.Response:
    """Press a button on the page of a generation."""
    path = f"/dashboard/history/{generation_id}"
    return await ada.person.post(f"{path}/{action}", {}, at=path)


async def picture(ada: Ada, generation_id: str) -> httpx.Response:
    return await ada.person.client.get(f"/dashboard/history/{generation_id}/card")


async def test_the_history_shows_what_was_drawn_and_from_what(
    api: Api, stack: Stack, site: LocalSite, ada: Ada
) -> None:
    url = site.put_page("Bread", '<meta property="og:description" content="How to bake it.">')
    card = check_card(await api.ask(url, ada.customer, siteName="The bakery"), "MISS", 10)
    [generation_id] = generation_ids(stack, ada.customer)
    assert "Bread" in words_of(await ada.person.get("/dashboard"))
    listed = words_of(await ada.person.get("/dashboard/history"))
    assert all(words in listed for words in ("Bread", "generic/standard", "=laptop", "10 credits"))
    shown = words_of(await ada.person.get(f"/dashboard/history/{generation_id}"))
    for words in ("How to bake it. og:description", "The bakery given in the request", "=laptop"):
        assert words in shown
    assert "Regenerate for 10 credits" in shown
    answer = await picture(ada, generation_id)
    assert (answer.content, answer.headers["content-type"]) == (card, "image/png")
    assert answer.headers["cache-control"] == "private, no-cache"
    known = {"If-None-Match": answer.headers["etag"]}
    again = await ada.person.client.get(str(answer.url), headers=known)
    assert (again.status_code, again.content) == (304, b"")


async def test_another_account_finds_none_of_it(
    api: Api, stack: Stack, site: LocalSite, ada: Ada
) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, ada.customer), "MISS", 10)
    [generation_id] = generation_ids(stack, ada.customer)
    path = f"/dashboard/history/{generation_id}"
    async with owner(stack.base_url) as stranger:
        for page in (path, f"{path}/card"):
            assert (await stranger.get(page)).status_code == 404
        for action in ("regenerate", "delete", "block", "unblock"):
            refused = await stranger.post(f"{path}/{action}", {})
            assert refused.status_code == 404, action
    assert check_card(await api.ask(url, ada.customer), "HIT", 1) == card


async def test_a_regeneration_is_a_new_card_of_the_page_as_it_is_now(
    edges: Sequence[Api], stack: Stack, site: LocalSite, ada: Ada
) -> None:
    url = site.put_page("Old")

    async def asked(edge: Api) -> httpx.Response:
        return await edge.ask(
            url, ada.customer, theme="dark", accentColor="#16a34a", description="as I say"
        )

    old = check_card(await asked(edges[0]), "MISS", 10)
    [first] = generation_ids(stack, ada.customer)
    site.put_page("New", url=url)
    before = await credits_of(stack, ada.customer)
    done = await act(ada, first, "regenerate")
    second, _ = generation_ids(stack, ada.customer)
    assert done.headers["location"] == f"/dashboard/history/{second}"
    assert await credits_of(stack, ada.customer) == before - 10
    new = check_card(await asked(edges[1]), "HIT", 1)
    assert new != old
    # The line of the old drawing shows the card as it is now, and says so.
    assert (await picture(ada, first)).content == new
    assert "drawn again since" in words_of(await ada.person.get(f"/dashboard/history/{first}"))
    assert "Dashboard" in words_of(await ada.person.get(f"/dashboard/history/{second}"))


async def test_a_card_that_cannot_be_regenerated_stays_and_costs_nothing(
    api: Api, stack: Stack, site: LocalSite, ada: Ada
) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, ada.customer), "MISS", 10)
    [generation_id] = generation_ids(stack, ada.customer)
    site.remove(url)
    before = await credits_of(stack, ada.customer)
    refused = await act(ada, generation_id, "regenerate")
    assert refused.status_code == 400
    assert "404" in words_of(refused)
    await eventually_has(stack, ada, before)
    assert check_card(await api.ask(url, ada.customer), "HIT", 1) == card


async def eventually_has(stack: Stack, ada: Ada, credits: int) -> None:
    async with asyncio.timeout(10):
        while await credits_of(stack, ada.customer) != credits:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


async def test_a_deleted_card_is_drawn_again_by_who_asks_for_it(
    edges: Sequence[Api], stack: Stack, site: LocalSite, ada: Ada
) -> None:
    url = site.put_page("A page")
    check_card(await edges[0].ask(url, ada.customer), "MISS", 10)
    [generation_id] = generation_ids(stack, ada.customer)
    assert (await act(ada, generation_id, "delete")).status_code == 303
    assert (await picture(ada, generation_id)).status_code == 404
    assert "Deleted" in words_of(await ada.person.get(f"/dashboard/history/{generation_id}"))
    check_card(await edges[1].ask(url, ada.customer), "MISS", 10)


async def test_a_blocked_card_is_an_error_on_every_edge_and_costs_nothing(
    edges: Sequence[Api], stack: Stack, site: LocalSite, ada: Ada
) -> None:
    url = site.put_page("A page")
    site_id = await create_site(stack, ada.customer, site.address)
    site.put_page("A page", tag(stack, site_id, url), url)
    check_card(await edges[0].ask(url, site=site_id), "MISS", 10)
    [generation_id] = generation_ids(stack, ada.customer)
    before = await credits_of(stack, ada.customer)
    assert (await act(ada, generation_id, "block")).status_code == 303
    shown = words_of(await ada.person.get(f"/dashboard/history/{generation_id}"))
    assert "Lift the block" in shown
    assert "Regenerate" not in shown
    file = "/api/og/v1/generic/standard.png"
    for edge in edges:
        for answer in (
            await edge.ask(url, ada.customer),
            await edge.ask(url, ada.customer, refresh="true"),
            await edge.ask(url, site=site_id),
            await edge.ask(url, ada.customer, headers={"If-None-Match": "*"}),
            await edge.ask_raw(f"url={url}", ada.customer, path=file),
        ):
            assert "History" in check_error(answer, 400, "card_blocked")
        head = await edge.ask(url, ada.customer, method="HEAD")
        assert (head.status_code, head.content) == (400, b"")
        check_card(await edge.ask(url, ada.customer, theme="dark"))
    assert await credits_of(stack, ada.customer) == before - 11
    refused = await act(ada, generation_id, "regenerate")
    assert (refused.status_code, "blocked" in words_of(refused)) == (400, True)

    assert (await act(ada, generation_id, "unblock")).status_code == 303
    check_card(await edges[1].ask(url, site=site_id), "MISS", 10)


async def test_a_card_that_is_blocked_while_it_is_drawn_is_not_published(
    edges: Sequence[Api], stack: Stack, site: LocalSite, ada: Ada
) -> None:
    page = SlowPage(site)
    page.may_come.set()
    check_card(await edges[0].ask(page.url, ada.customer), "MISS", 10)
    [generation_id] = generation_ids(stack, ada.customer)
    before = await credits_of(stack, ada.customer)
    page.may_come.clear()
    asks = [
        asyncio.create_task(edge.ask(page.url, ada.customer, refresh="true"))
        for edge in (*edges, edges[1])
    ]
    await page.asked_for(2)
    assert (await act(ada, generation_id, "block")).status_code == 303
    page.may_come.set()
    for answer in await asyncio.gather(*asks):
        check_error(answer, 400, "card_blocked")
    kept = "SELECT 1 FROM edge.cards WHERE account_id = %s"
    assert not rows(stack, kept, ada.customer.account_id)
    assert generation_ids(stack, ada.customer) == [generation_id]
    await eventually_has(stack, ada, before)


async def test_a_card_that_is_deleted_while_it_is_regenerated_is_begun_again(
    edges: Sequence[Api], stack: Stack, site: LocalSite, ada: Ada
) -> None:
    page = SlowPage(site)
    page.may_come.set()
    check_card(await edges[0].ask(page.url, ada.customer), "MISS", 10)
    [first] = generation_ids(stack, ada.customer)
    page.may_come.clear()
    regeneration = asyncio.create_task(act(ada, first, "regenerate"))
    await page.asked_for(2)
    assert (await act(ada, first, "delete")).status_code == 303
    page.may_come.set()
    assert (await regeneration).status_code == 303
    assert page.visits == 3
    second, _ = generation_ids(stack, ada.customer)
    new = (await picture(ada, second)).content
    assert check_card(await edges[1].ask(page.url, ada.customer), "HIT", 1) == new


async def test_a_statement_has_one_line_for_a_card_and_no_formula(
    api: Api, site: LocalSite, ada: Ada
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, ada.customer), "MISS", 10)
    check_card(await api.ask(url, ada.customer), "HIT", 1)
    answer = await ada.person.client.get("/dashboard/usage/statement.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert "\r\n" in answer.text
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["what"], line["change"], line["balance"]) for line in lines] == [
        ("cached card", "-1", "10089"),
        ("new card", "-10", "10090"),
        ("added", "10000", "10100"),
        ("plan's month", "100", "100"),
    ]
    assert [line["through"] for line in lines] == ["'=laptop", "'=laptop", "", ""]
    assert {line["reference"] for line in lines[:2]} == {f"generic/standard {url}"}
    shown = words_of(await ada.person.get("/dashboard/usage?days=90"))
    for words in ("Credits spent 11", "New cards 1", "=laptop API key 11 1 1", "+10,000"):
        assert words in shown


async def test_a_filter_of_the_history_finds_what_it_names(
    api: Api, site: LocalSite, ada: Ada
) -> None:
    for title, theme in (("Shoes", "light"), ("Hats", "dark")):
        check_card(await api.ask(site.put_page(title), ada.customer, theme=theme), "MISS", 10)

    async def found(query: str) -> tuple[bool, bool]:
        listed = words_of(await ada.person.get(f"/dashboard/history?{query}"))
        return "Shoes" in listed, "Hats" in listed

    assert await found("by=dashboard") == (False, False)
    assert await found("state=served&template=generic/standard") == (True, True)
    assert await found("state=deleted") == (False, False)
    assert await found("text=%00&from=2026-01-01&to=9998-12-31") == (True, True)
    wrong = await ada.person.get("/dashboard/history?from=yesterday&to=9999-12-31&state=odd")
    assert wrong.status_code == 422
    assert "Write a day as" in words_of(wrong)
    assert (await ada.person.get("/dashboard/history?after=nonsense")).status_code == 200
    assert (await ada.person.get("/dashboard/usage?after=nonsense")).status_code == 404


async def test_a_newcomer_is_shown_the_way(stack: Stack) -> None:
    async with owner(stack.base_url) as person:
        shown = words_of(await person.get("/dashboard"))
        assert "Three steps" in shown
        assert "Credits left 100" in shown


async def test_credits_that_did_not_come_with_the_sign_up_come_with_the_next_visit(
    stack: Stack,
) -> None:
    async with owner(stack.base_url) as person:
        rows(
            stack,
            "DELETE FROM billing.subscriptions WHERE account_id ="
            " (SELECT account_id FROM auth.accounts WHERE email = %s)",
            person.email,
        )
        assert "New credits on" in words_of(await person.get("/dashboard"))
