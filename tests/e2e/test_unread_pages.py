"""Cards of pages that cannot be read, and of pages that were read before."""

from __future__ import annotations

import asyncio

from starlette.responses import HTMLResponse, Response

from og_stack.ports import LOOPBACK
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import (
    create_site,
    credits_of,
    new_cards,
    pass_time,
    rows,
)
from tests.e2e.pages import page_of_a_site, tag
from tests.e2e.replicas import edge_replica
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.waiting import eventually


async def test_what_was_verified_holds_while_the_page_is_away(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    site.remove(url)
    pass_time(stack, site_id, "25 hours")
    check_card(await api.ask(url, site=site_id), "HIT", 1)
    before = await credits_of(stack, customer)
    check_error(await api.ask(url, site=site_id, theme="dark"), 400, "page_unreachable")
    pass_time(stack, site_id, "7 days")
    check_error(await api.ask(url, site=site_id), 400, "page_unreachable")
    assert await credits_of(stack, customer) == before


async def test_a_new_card_of_a_page_that_is_away_cannot_be_drawn(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    rows(stack, "DELETE FROM edge.cards WHERE account_id = %s", customer.account_id)
    site.remove(url)
    pass_time(stack, site_id, "25 hours")
    check_error(await api.ask(url, site=site_id), 400, "page_unreachable")
    assert new_cards(stack, customer) == 1


async def test_a_page_that_was_fetched_before_it_was_mended_denies_nobody(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    kept = {"Cache-Control": "max-age=60"}
    page = "<!doctype html><html lang=en><title>A page</title>"
    site.put(lambda: HTMLResponse(page, headers=kept), url)
    check_card(await api.ask(url, customer, theme="dark"), "MISS")
    site.put(lambda: HTMLResponse(page + tag(stack, site_id, url), headers=kept), url)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    assert site.visits[url] == 2


async def test_what_cannot_be_read_anew_in_time_is_not_denied(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    """Its page from before the request has no tag, and its server has fallen silent."""
    site_id = await create_site(stack, customer, site.address)
    url, end = site.put_page("A page"), asyncio.Event()
    page = "<!doctype html><html lang=en><title>A page</title>"
    site.put(lambda: HTMLResponse(page, headers={"Cache-Control": "max-age=60"}), url)
    check_card(await api.ask(url, customer), "MISS")

    async def silent() -> Response:
        await end.wait()
        return HTMLResponse(page)

    site.put(silent, url)
    check_error(await api.ask(url, site=site_id), 400, "page_unreachable")
    end.set()
    site.put_page("A page", tag(stack, site_id, url), url)
    check_card(await api.ask(url, site=site_id), "HIT", 1)


async def test_a_page_that_broke_off_denies_nothing(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    card = check_card(await api.ask(url, site=site_id), "MISS", 10)
    pass_time(stack, site_id, "25 hours")
    head = "<!doctype html><html lang=en><title>A page</title>"
    cut = {"Content-Length": "100000"}
    site.put(lambda: HTMLResponse(head, headers=cut), url)
    assert check_card(await api.ask(url, site=site_id), "HIT", 1) == card
    failed = await api.ask(url, site=site_id, theme="dark")
    assert "broke off" in check_error(failed, 400, "page_unreachable")
    whole = head + tag(stack, site_id, url, theme="dark")
    site.put(lambda: HTMLResponse(whole, headers=cut), url)
    check_card(await api.ask(url, site=site_id, theme="dark"), "MISS", 10)


async def test_where_we_cannot_look_ourselves_what_was_verified_holds(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    card = check_card(await api.ask(url, site=site_id), "MISS", 10)
    pass_time(stack, site_id, "25 hours")
    async with edge_replica(stack, {"OG_EXTRACT_TARGET": f"{LOOPBACK}:1"}) as blind:
        assert check_card(await blind.api.ask(url, site=site_id), "HIT", 1) == card
        for asked, theme in ((url, "dark"), (f"{url}?x", "light")):
            failed = await blind.api.ask(asked, site=site_id, theme=theme)
            check_error(failed, 500, "internal_error")
        pass_time(stack, site_id, "7 days")
        check_error(await blind.api.ask(url, site=site_id), 500, "internal_error")
    assert new_cards(stack, customer) == 1


async def test_who_joins_a_look_at_a_page_from_before_the_request_is_not_denied_by_it(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url, mended = site.put_page("A page"), asyncio.Event()

    async def answer() -> Response:
        head = tag(stack, site_id, url, theme="dark") if site.visits[url] > 1 else ""
        if not head:
            await mended.wait()
        return HTMLResponse(f"<!doctype html><html lang=en><title>A page</title>{head}")

    site.put(answer, url)
    first = asyncio.create_task(api.ask(url, site=site_id))
    await eventually(lambda: site.visits[url] == 1)
    second = asyncio.create_task(api.ask(url, site=site_id, theme="dark"))
    mended.set()
    check_error(await first, 401, "site_not_verified")
    check_card(await second, "MISS", 10)
