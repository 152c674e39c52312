"""What stands in a page's place makes an error, or the overrides' card; never a card of its own."""

from __future__ import annotations

import pytest
from starlette.responses import HTMLResponse

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import create_site, credits_of
from tests.e2e.pages import tag
from tests.support.customers import Customer
from tests.support.local_site import LocalSite

CHALLENGE = """<!doctype html><html><head><title>Just a moment...</title></head>
<body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>"""
PAGES = {
    "challenge": (CHALLENGE, "robot"),
    "login": (
        "<title>Sign in | Meadow</title><form><input name=u><input type=password></form>",
        "sign in",
    ),
    "not found": ("<title>Page not found</title><h1>Page not found</h1>", "no page"),
    "shop's not found": (
        "<title>404 - Acme</title><meta property=og:image content=/shop.png><h1>404</h1>",
        "no page",
    ),
    "maintenance": ("<title>Wartungsarbeiten</title><h1>Wir sind bald wieder da</h1>", "for now"),
    "refresh": ("<meta http-equiv=refresh content='0; url='>", "empty"),
    "shell": ('<title>React App</title><div id="root"></div><script src="/a.js"></script>', "HTML"),
}


@pytest.mark.parametrize("name", PAGES)
async def test_what_is_no_page_is_an_error_that_costs_nothing(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, name: str
) -> None:
    html, word = PAGES[name]
    url = site.put(lambda: HTMLResponse(html))
    before = await credits_of(stack, customer)
    message = check_error(await api.ask(url, customer), 400, "page_without_content")
    assert word in message
    assert "&title=" in message
    assert await credits_of(stack, customer) == before


@pytest.mark.parametrize("status", [200, 403])
async def test_a_given_title_makes_the_overrides_card(
    api: Api, site: LocalSite, customer: Customer, status: int
) -> None:
    url = site.put(lambda: HTMLResponse(CHALLENGE, status))
    check_error(await api.ask(url, customer, description="d"), 400, "page_without_content")
    given = check_card(await api.ask(url, customer, title="Bees"), "MISS", 10)
    site.remove(url)
    assert given == check_card(await api.ask(url, customer, title="Bees", refresh="true"), "MISS")


async def test_a_guarded_page_was_not_looked_at_and_is_no_page_without_a_tag(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put(lambda: HTMLResponse(CHALLENGE, 403))
    before = await credits_of(stack, customer)
    response = await api.ask(url, site=site_id, title="Given")
    message = check_error(response, 400, "page_without_content")
    assert "With a site id the page must be readable" in message
    assert await credits_of(stack, customer) == before
    site.put_page("A page", tag(stack, site_id, url, title="Given"), url)
    check_card(await api.ask(url, site=site_id, title="Given"), "MISS", 10)


async def test_a_page_becomes_a_challenge_and_its_card_stays(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("Bees")
    card = check_card(await api.ask(url, customer), "MISS", 10)
    site.put(lambda: HTMLResponse(CHALLENGE), url)
    refresh = await api.ask(url, customer, refresh="true")
    check_error(refresh, 400, "page_without_content")
    assert check_card(await api.ask(url, customer), "HIT", 1) == card
