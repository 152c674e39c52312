"""Both ways to authenticate, as the API reference tells them, and every way to fail."""

from __future__ import annotations

import pytest

from og_stack.stack import Stack
from tests.e2e.api import TEMPLATE, Api, check_card, check_error
from tests.e2e.books import create_site, credits_of, revoke_keys, rows
from tests.e2e.pages import page_of_a_site, tag
from tests.support.customers import Customer
from tests.support.local_site import LocalSite


async def test_a_site_id_needs_no_secret(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)


@pytest.mark.parametrize(
    "written",
    [
        '<meta\n property="og:image"\n content="{base}/api/og?site={site}&{card}"\n/>',
        "<META content='{base}/api/og?{card}&amp;site={site}' PROPERTY=og:image>",
        '<meta name="twitter:image" content="{base}/api/og?site={site}&{card}&theme=light">',
        '<meta property="og:image:secure_url" content="{base}/api/og?{card}&site={site}#top">',
    ],
)
async def test_the_tag_may_be_written_in_any_way(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, written: str
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    base = stack.base_url.replace("http", "HTTP")
    card = f"template={TEMPLATE}&url={url}"
    site.put_page("A page", written.format(base=base, site=site_id, card=card), url)
    check_card(await api.ask(url, site=site_id))


async def test_the_page_must_be_on_the_registered_site(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    check_error(await api.ask(stack.demo.demo_page, site=site_id), 401, "site_domain_mismatch")
    response = await api.ask("https://yoursite.com/page", site=site_id)
    check_error(response, 401, "site_domain_mismatch")


async def test_the_page_must_point_back_to_the_api(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    before = await credits_of(stack, customer)
    for head in ("", tag(stack, "site_0000000000000000", "https://example.com/")):
        url = site.put_page("A page", head)
        check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
    assert await credits_of(stack, customer) == before


async def test_a_verification_is_cached_for_24_hours(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id))
    assert rows(
        stack,
        "SELECT now() - look_time BETWEEN interval '0' AND interval '2 minutes'"
        " FROM auth.looks WHERE site_id = %s",
        site_id,
    ) == [(True,)]
    site.put_page("Without the tag", "", url)
    rows(stack, "DELETE FROM edge.cards WHERE account_id = %s", customer.account_id)
    check_card(await api.ask(url, site=site_id), "MISS")  # drawn without another look at the tag
    rows(
        stack,
        "UPDATE auth.looks SET look_time = now() - interval '24 hours' WHERE site_id = %s",
        site_id,
    )
    check_error(await api.ask(url, site=site_id), 401, "site_not_verified")


async def test_an_api_key_goes_into_the_authorization_header(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    for value in (f"bearer {customer.api_key}", f"BEARER  {customer.api_key}"):
        check_card(await api.ask(url, headers={"Authorization": value}), "HIT", 1)


async def test_an_api_key_in_the_query_is_none(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    response = await api.ask(url, api_key=customer.api_key)
    check_error(response, 401, "missing_credentials")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "YOUR_API_KEY",
        "og_live_",
        "og_live_" + "0" * 33,
        "x" * 300,
        "clé",
    ],
)
async def test_401_for_a_key_that_is_none(api: Api, site: LocalSite, key: str) -> None:
    headers = {b"Authorization": f"Bearer {key}".strip().encode()}
    response = await api.ask(site.put_page("A page"), headers=headers)
    check_error(response, 401, "invalid_api_key")
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_401_for_a_key_with_one_letter_changed(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    key = customer.api_key
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
    url = site.put_page("A page")
    response = await api.ask(url, headers={"Authorization": f"Bearer {wrong}"})
    check_error(response, 401, "invalid_api_key")
    assert wrong not in response.text


async def test_401_for_a_revoked_key(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer))
    await revoke_keys(stack, customer)
    check_error(await api.ask(url, customer), 401, "invalid_api_key")


async def test_401_without_credentials(api: Api, site: LocalSite) -> None:
    url = site.put_page("A page")
    check_error(await api.ask(url), 401, "missing_credentials")
    check_error(await api.ask(url, site=""), 401, "missing_credentials")
    basic = {"Authorization": "Basic dXNlcjpwYXNz"}
    check_error(await api.ask(url, headers=basic), 401, "missing_credentials")


@pytest.mark.parametrize("site_id", ["site_b6bc4c3f", "site_0000000000000000", "x"])
async def test_401_for_a_site_that_is_none(api: Api, site: LocalSite, site_id: str) -> None:
    check_error(await api.ask(site.put_page("A page"), site=site_id), 401, "invalid_site")
