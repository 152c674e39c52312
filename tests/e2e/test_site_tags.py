"""A site's cards are those that its pages' own tags name: nothing else is drawn in its name."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from httpx import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from og.auth.v1 import auth_pb2
from og_stack.ports import LOOPBACK
from og_stack.stack import Stack
from tests.e2e.api import TEMPLATE, Api, check_card, check_error
from tests.e2e.books import (
    create_site,
    credits_of,
    rows,
    set_daily_generations,
    set_tag_policy,
)
from tests.e2e.pages import page_of_a_site, tag, tag_of
from tests.e2e.replicas import edge_replica
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.waiting import eventually

QUERIES = 50


def pass_time(stack: Stack, site_id: str, interval: str) -> None:
    """Let all that is remembered of a site's pages be so much older, and no denial be left."""
    rows(
        stack,
        "UPDATE auth.looks SET look_time = look_time - %s::interval WHERE site_id = %s",
        interval,
        site_id,
    )


def new_cards(stack: Stack, customer: Customer) -> int:
    """Count the cards that were drawn for a customer."""
    [(count,)] = rows(
        stack, "SELECT count(*) FROM edge.generations WHERE account_id = %s", customer.account_id
    )
    return int(count)


@pytest.mark.parametrize(
    ("tampered", "named"),
    [
        ({"title": "Drink bleach"}, "title"),
        ({"description": "x"}, "description"),
        ({"siteName": ""}, "siteName"),
        ({"theme": "dark"}, "theme"),
        ({"accentColor": "f00"}, "accentColor"),
        ({"gradientBg": "true"}, "gradientBg"),
        ({"mode": "ai"}, "mode"),
        ({"size": "square"}, "size"),
        ({"format": "webp"}, "format"),
        ({"template": "article/blog-post"}, "template"),
        ({"favicon": "https://evil.example/x.png"}, "favicon"),
    ],
)
async def test_a_card_that_no_tag_names_is_denied_and_costs_nothing(
    api: Api,
    stack: Stack,
    site: LocalSite,
    customer: Customer,
    tampered: dict[str, str],
    named: str,
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    before = await credits_of(stack, customer)
    for method in ("GET", "GET", "HEAD"):
        query = {"template": TEMPLATE, "url": url, "site": site_id, **tampered}
        response = await api.ask_raw(QueryParams(query), method=method)
        assert response.status_code == 401
        if method == "GET":
            message = check_error(response, 401, "site_not_verified")
            assert f"what differs: {named}." in message
            assert "again in a minute" in message
    assert await credits_of(stack, customer) == before
    assert new_cards(stack, customer) == 0
    check_card(await api.ask(url, site=site_id), "MISS", 10)


async def test_a_parameter_that_the_tag_has_must_be_asked_for(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer, theme="dark", siteName="Ours")
    message = check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
    assert "theme" in message
    assert "siteName" in message
    check_card(await api.ask(url, site=site_id, theme="dark", siteName="Ours"), "MISS", 10)
    query = f"siteName=Ours&utm_source=x&url={url}&size=wide&template={TEMPLATE}&site={site_id}"
    check_card(await api.ask_raw(f"{query}&theme=dark"), "HIT", 1)


async def test_a_page_may_have_several_cards(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    square = tag(stack, site_id, url, "twitter:image", size="square")
    site.put_page("A page", tag(stack, site_id, url) + square, url)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    made = await api.ask(url, site=site_id, size="square")
    assert made.status_code == 200
    check_error(await api.ask(url, site=site_id, size="tall"), 401, "site_not_verified")


async def test_by_the_letter_any_tag_of_the_site_is_enough(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    await set_tag_policy(stack, site_id, auth_pb2.TAG_POLICY_ANY)
    for written in ("?site={site}", "?title=a+b&site={site}#top", "?site={site}&theme=pink"):
        card = f"{stack.base_url}/api/og{written.format(site=site_id)}"
        url = site.put_page("A page", tag_of(card))
        check_card(await api.ask(url, site=site_id, title="Given"), "MISS", 10)
    url = site.put_page("A page", tag(stack, "site_0000000000000000", "https://example.com/"))
    check_error(await api.ask(url, site=site_id), 401, "site_not_verified")


async def test_a_card_whose_tag_changed_is_served_and_nothing_new_is_drawn(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    card = check_card(await api.ask(url, site=site_id), "MISS", 10)
    site.put_page("Otherwise", tag(stack, site_id, url, theme="dark"), url)
    pass_time(stack, site_id, "25 hours")
    assert check_card(await api.ask(url, site=site_id), "HIT", 1) == card
    rows(
        stack,
        "UPDATE edge.cards SET redraw_time = now() WHERE account_id = %s",
        customer.account_id,
    )
    visits = site.visits[url]
    assert check_card(await api.ask(url, site=site_id), "HIT", 1) == card
    assert site.visits[url] == visits
    assert new_cards(stack, customer) == 1

    check_card(await api.ask(url, site=site_id, theme="dark"), "MISS", 10)
    check_error(await api.ask(url, site=site_id, size="tall"), 401, "site_not_verified")
    site.put_page("Without a tag", "", url)
    pass_time(stack, site_id, "25 hours")
    check_error(await api.ask(url, site=site_id), 401, "site_not_verified")


async def test_a_verified_card_that_is_gone_is_not_drawn_for_another_tag(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    site.put_page("Otherwise", tag(stack, site_id, url, theme="dark"), url)
    pass_time(stack, site_id, "25 hours")
    check_card(await api.ask(url, site=site_id), "HIT", 1)
    rows(stack, "DELETE FROM edge.cards WHERE account_id = %s", customer.account_id)
    message = check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
    assert "theme" in message


# Pages that are known by another URL


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


# Pages that cannot be read, and pages read before


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


async def test_a_redirect_to_another_host_is_not_the_sites(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put(lambda: RedirectResponse(stack.demo.demo_page))
    before = await credits_of(stack, customer)
    response = await api.ask(url, site=site_id)
    message = check_error(response, 401, "site_not_verified")
    assert "another site id" in message
    page = stack.demo.demo_page
    site.put(lambda: RedirectResponse(f"{page}?x"), url)
    assert await credits_of(stack, customer) == before


# What is told


async def test_a_tag_that_a_script_writes_is_explained(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    card = f"{stack.base_url}/api/og?site={site_id}".replace("/", "\\/")
    script = f"<script>document.querySelector('meta').content = '{card}'</script>"
    url = site.put_page("A page", script)
    for _ in range(2):  # seen, and remembered
        message = check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
        assert "script" in message


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "no og:image or twitter:image tag"),
        ("{base}/api/og?site=site_0000000000000000&{card}", "another site id"),
        ("{base}/api/og?{card}", "no site id"),
        ("/api/og?site={site}&{card}", "the whole address"),
        ("https://instantog.example/api/og?site={site}&{card}", "https://instantog.example"),
        ("{base}/api/og?site={site}&{card}&refresh=true", "refresh=true"),
        ("{base}/api/og?site={site}&{card}&theme=blue", "theme is light or dark"),
        ("{base}/api/og?site={site}", "url is required"),
    ],
)
async def test_what_is_wrong_with_a_tag_is_told(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, written: str, told: str
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    card = f"template={TEMPLATE}&url={url}"
    content = written.format(base=stack.base_url, site=site_id, card=card)
    site.put_page("A page", tag_of(content) if content else "", url)
    message = check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
    assert told in message
    assert "again in a minute" in message
