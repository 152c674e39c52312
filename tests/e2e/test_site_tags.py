"""A site's cards are those that its pages' own tags name: nothing else is drawn in its name."""

from __future__ import annotations

import pytest
from httpx import QueryParams
from starlette.responses import RedirectResponse

from og.auth.v1 import auth_pb2
from og_stack.stack import Stack
from tests.e2e.api import TEMPLATE, Api, check_card, check_error
from tests.e2e.books import (
    create_site,
    credits_of,
    new_cards,
    pass_time,
    rows,
    set_tag_policy,
)
from tests.e2e.pages import page_of_a_site, tag, tag_of
from tests.support.customers import Customer
from tests.support.local_site import LocalSite


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
