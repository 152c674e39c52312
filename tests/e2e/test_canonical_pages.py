"""Cards of pages that are known by another URL: those that the canonical page names."""

from __future__ import annotations

import html
from collections.abc import Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from og_stack.stack import Stack
from tests.e2e.api import TEMPLATE, Api, check_card, check_error
from tests.e2e.books import (
    create_site,
    credits_of,
    new_cards,
    pass_time,
    set_daily_generations,
)
from tests.e2e.pages import tag, tag_of
from tests.support.customers import Customer
from tests.support.local_site import LocalSite

QUERIES = 50


def echo(stack: Stack, site_id: str, url: str, *, canonical: bool) -> Callable[[Request], Response]:
    """Give a page that takes its title and the URL in its tag from its own query, as many do."""

    def answer(request: Request) -> Response:
        own = f"{url}?{request.url.query}" if request.url.query else url
        query = urlencode({"site": site_id, "template": TEMPLATE, "url": own})
        head = f"<title>{html.escape(request.url.query or 'A page')}</title>"
        head += tag_of(f"{stack.base_url}/api/og?{query}")
        if canonical:
            head += f'<link rel="canonical" href="{url}">'
        return HTMLResponse(f"<!doctype html><html lang=en>{head}")

    return answer


async def test_a_page_that_echoes_any_query_has_the_card_of_its_canonical_url(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    site.put_echo(echo(stack, site_id, url, canonical=True), url)
    before = await credits_of(stack, customer)
    cards = set()
    for n in range(QUERIES):
        response = await api.ask(f"{url}?Buy+pills={n}", site=site_id)
        cards.add(check_card(response, "HIT" if n else "MISS", 1 if n else 10))
    assert len(cards) == new_cards(stack, customer) == 1
    assert await credits_of(stack, customer) == before - 10 - (QUERIES - 1)
    visits = site.visits[url]
    cards.add(check_card(await api.ask(f"{url}?Buy+pills=1", site=site_id), "HIT", 1))
    cards.add(check_card(await api.ask(url, site=site_id), "HIT", 1))
    assert site.visits[url] == visits  # both were verified when they were first seen
    assert len(cards) == 1


async def test_a_page_that_echoes_any_query_and_has_no_canonical_url_stays_within_its_day(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    await set_daily_generations(stack, site_id, 3)
    url = site.put_page("A page")
    site.put_echo(echo(stack, site_id, url, canonical=False), url)
    for n in range(3):
        check_card(await api.ask(f"{url}?q={n}", site=site_id), "MISS", 10)
    for n in range(3, 6):
        response = await api.ask(f"{url}?q={n}", site=site_id)
        check_error(response, 429, "daily_cards_reached")
    check_card(await api.ask(f"{url}?q=0", site=site_id), "HIT", 1)
    assert new_cards(stack, customer) == 3


async def test_the_tag_at_the_canonical_url_counts(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    """The page's own tag names what an attacker's query says; the canonical page's does not."""
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")

    def answer(request: Request) -> Response:
        given = dict(request.query_params)
        head = f'<title>A page</title><link rel="canonical" href="{url}">'
        own = f"{url}?{request.url.query}" if given else url
        head += tag(stack, site_id, own, **given)
        return HTMLResponse(f"<!doctype html><html lang=en>{head}")

    site.put_echo(answer, url)
    bad = await api.ask(f"{url}?title=Buy", site=site_id, title="Buy")
    message = check_error(bad, 401, "site_not_verified")
    assert "title" in message
    assert url in message
    check_card(await api.ask(f"{url}?title=Buy", site=site_id), "MISS", 10)
    assert new_cards(stack, customer) == 1


async def test_where_the_canonical_page_is_away_what_was_verified_holds(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    page = echo(stack, site_id, url, canonical=True)
    site.put_echo(page, url)
    check_card(await api.ask(f"{url}?a", site=site_id), "MISS", 10)
    site.put_echo(
        lambda it: page(it) if it.url.query else HTMLResponse("Not now.", status_code=500), url
    )
    pass_time(stack, site_id, "25 hours")
    check_card(await api.ask(f"{url}?a", site=site_id), "HIT", 1)
    check_card(await api.ask(url, site=site_id), "HIT", 1)
    # A query that nobody asked for before still leads to the canonical page's card, and no other.
    check_card(await api.ask(f"{url}?b", site=site_id), "HIT", 1)
    other = await api.ask(f"{url}?b", site=site_id, title="Another")
    check_error(other, 400, "page_unreachable")


async def test_a_redirect_that_drops_the_query_is_followed_once(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")

    def answer(request: Request) -> Response:
        if request.url.query:
            return RedirectResponse(url)
        page = f"<!doctype html><html lang=en><title>A page</title>{tag(stack, site_id, url)}"
        return HTMLResponse(page)

    site.put_echo(answer, url)
    check_card(await api.ask(f"{url}?utm_source=x", site=site_id), "MISS", 10)
    assert site.visits[url] == 2  # the redirect and the page
    check_card(await api.ask(url, site=site_id), "HIT", 1)


async def test_a_key_gets_the_card_of_the_very_url_that_it_asks_for(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    site.put_echo(echo(stack, "site_0000000000000000", url, canonical=True), url)
    first = check_card(await api.ask(f"{url}?one", customer), "MISS", 10)
    assert check_card(await api.ask(f"{url}?two", customer), "MISS", 10) != first
