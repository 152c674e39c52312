"""Where the API reference is silent, and what was decided."""

from __future__ import annotations

import hashlib

import pytest

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_card_headers, check_error, some_address
from tests.e2e.books import create_site, credits_of, rows
from tests.e2e.pages import page_of_a_site, tag
from tests.support.customers import Customer
from tests.support.local_site import LocalSite

FAILURES_PER_MINUTE = 60


# Who asks


async def test_a_key_outranks_a_site_also_when_it_is_wrong(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, customer, site="site_of_nobody"), "MISS")
    response = await api.ask(url, site=site_id, headers={"Authorization": "Bearer wrong"})
    check_error(response, 401, "invalid_api_key")


async def test_an_address_is_limited_by_its_failures_only(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    address, url = some_address(), site.put_page("A page")
    check_card(await api.ask(url, customer, address=address))
    for number in range(1, FAILURES_PER_MINUTE + 1):
        response = await api.ask(url, address=address)
        check_error(response, 401, "missing_credentials")
        assert response.headers["x-ratelimit-limit"] == str(FAILURES_PER_MINUTE)
        assert response.headers["x-ratelimit-remaining"] == str(FAILURES_PER_MINUTE - number)
    refused = await api.ask(url, address=address, headers={"Authorization": "Bearer guess"})
    check_error(refused, 429, "rate_limit_exceeded")
    assert int(refused.headers["retry-after"]) > 0
    check_card(await api.ask(url, customer, address=address), "HIT", 1)
    check_error(await api.ask(url), 401, "missing_credentials")


async def test_failed_verifications_count_against_the_address(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url, address = site.put_page("Without a tag"), some_address()
    left = []
    for _ in range(2):
        response = await api.ask(url, site=site_id, address=address)
        check_error(response, 401, "site_not_verified")
        left.append(int(response.headers["x-ratelimit-remaining"]))
    assert left == [FAILURES_PER_MINUTE - 1, FAILURES_PER_MINUTE - 2]
    assert site.visits[url] == 1  # a page just seen without its tag is not fetched again


async def test_only_what_the_trusted_proxy_saw_is_the_address(api: Api, site: LocalSite) -> None:
    url, real = site.put_page("A page"), some_address()
    for number in (1, 2):
        response = await api.ask(url, address=f"{some_address()}, {real}")
        assert response.headers["x-ratelimit-remaining"] == str(FAILURES_PER_MINUTE - number)


# What answers carry


async def test_only_answers_to_a_key_tell_of_credits(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    by_site = await api.ask(url, site=site_id)
    check_card(by_site, "MISS", 10)
    assert "x-credits-remaining" not in by_site.headers
    assert "vary" not in by_site.headers
    for method in ("GET", "HEAD"):
        by_key = await api.ask(url, customer, method=method)
        assert by_key.headers["vary"] == "Authorization"
        left = await credits_of(stack, customer)
        assert by_key.headers["x-credits-remaining"] == str(left)


@pytest.mark.parametrize(
    "form", ['"{}"', 'W/"{}"', '"other", "{}"', '"other" ,W/"{}","third"', "*"]
)
async def test_a_known_card_is_not_sent_or_charged_again(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, form: str
) -> None:
    url = site.put_page("A page")
    digest = hashlib.sha256(check_card(await api.ask(url, customer))).hexdigest()
    before = await credits_of(stack, customer)
    for method in ("GET", "HEAD"):
        headers = {"If-None-Match": form.format(digest)}
        response = await api.ask(url, customer, method=method, headers=headers)
        assert response.status_code == 304
        assert response.content == b""
        assert response.headers["etag"] == f'"{digest}"'
        assert response.headers["cache-control"] == "public, max-age=86400"
        assert response.headers["x-cache"] == "HIT"
        assert response.headers["x-credits-charged"] == "0"
    assert await credits_of(stack, customer) == before


async def test_a_card_the_client_does_not_know_is_sent(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer))
    response = await api.ask(url, customer, headers={"If-None-Match": '"other", W/"third"'})
    check_card(response, "HIT", 1)


async def test_head_on_a_card_that_exists_is_free(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    got = await api.ask(url, customer)
    size = len(check_card(got))
    before = await credits_of(stack, customer)
    asked = await api.ask(url, customer, method="HEAD")
    assert (asked.status_code, asked.content) == (200, b"")
    check_card_headers(asked)
    assert asked.headers["content-length"] == str(size)
    assert asked.headers["etag"] == got.headers["etag"]
    assert asked.headers.keys() == got.headers.keys()
    assert asked.headers["x-credits-charged"] == "0"
    assert await credits_of(stack, customer) == before


async def test_head_on_a_new_card_draws_and_charges_and_the_next_get_is_a_hit(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    before = await credits_of(stack, customer)
    asked = await api.ask(url, customer, method="HEAD")
    assert (asked.status_code, asked.content) == (200, b"")
    assert (asked.headers["x-cache"], asked.headers["x-credits-charged"]) == ("MISS", "10")
    card = check_card(await api.ask(url, customer), "HIT", 1)
    assert asked.headers["content-length"] == str(len(card))
    assert await credits_of(stack, customer) == before - 11


async def test_range_is_ignored(api: Api, site: LocalSite, customer: Customer) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, customer))
    response = await api.ask(url, customer, headers={"Range": "bytes=0-99"})
    assert check_card(response) == card


async def test_no_header_but_the_keys_own_says_who_asks(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    """Names that proxies, frameworks and our own services have for who somebody is."""
    before = await credits_of(stack, customer)
    url = site.put_page("A page")
    check_card(await api.ask(url, customer))
    for name in (
        *("X-Account-Id", "X-OG-Account", "X-User", "X-Forwarded-User", "X-Authenticated-User"),
        *("Remote-User", "X-Remote-User", "X-Caller", "X-API-Key", "X-Original-Authorization"),
        *("X-Session-Token", "Proxy-Authorization", "Grpc-Metadata-Authorization"),
        *("X-Client-Cert", "X-Forwarded-Client-Cert", "X-SSL-Client-S-DN"),
    ):
        for value in (customer.account_id, customer.api_key, "edge", "operator"):
            response = await api.ask(url, headers={name: value})
            check_error(response, 401, "missing_credentials")
    assert await credits_of(stack, customer) == before - 10


async def test_a_request_id_of_the_client_buys_nothing_free(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    before = await credits_of(stack, customer)
    headers = {"X-Request-Id": "4f5b2c3a-0000-4000-8000-000000000000"}
    ids = set()
    for title in ("One", "Two"):
        url = site.put_page(title)
        for price in (10, 1):
            response = await api.ask(url, customer, headers=headers)
            check_card(response, credits=price)
            ids.add(response.headers["x-request-id"])
    assert len(ids) == 4
    assert headers["X-Request-Id"] not in ids
    assert await credits_of(stack, customer) == before - 22


# Overrides


async def test_overrides_that_a_template_does_not_declare_change_nothing(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, customer), "MISS")
    response = await api.ask(
        url, customer, price="$9", utm_source="x", productImage="http://[::1]/"
    )
    assert check_card(response, "HIT", 1) == card


async def test_formatting_is_for_what_was_extracted_and_for_days_of_machines(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    published = '<meta property="article:published_time" content="2026-03-01">'
    url = site.put_page("A page", published)
    template = "article/blog-post"
    extracted = check_card(await api.ask(url, customer, template=template))
    given = await api.ask(url, customer, template=template, publishedAt="1/3/2026")
    assert check_card(given, "MISS") != extracted
    as_machines_write = await api.ask(url, customer, template=template, publishedAt="2026-03-01")
    assert check_card(as_machines_write, "MISS") == extracted


async def test_a_page_out_of_reach_gives_a_card_when_a_key_brings_the_title(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    site.remove(url)
    before = await credits_of(stack, customer)
    check_error(await api.ask(url, customer), 400, "page_unreachable")
    check_error(await api.ask(url, customer, description="d"), 400, "page_unreachable")
    assert await credits_of(stack, customer) == before
    check_card(await api.ask(url, customer, title="Given"), "MISS", 10)
    check_card(await api.ask(url, customer, title="Given"), "HIT", 1)


async def test_with_a_site_only_while_its_verification_is_good(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    site.put_page("A page", tag(stack, site_id, url, title="Given"), url)
    check_card(await api.ask(url, site=site_id, title="Given"), "MISS", 10)
    rows(stack, "DELETE FROM edge.cards WHERE account_id = %s", customer.account_id)
    site.remove(url)
    check_card(await api.ask(url, site=site_id, title="Given"), "MISS", 10)
    rows(stack, "DELETE FROM edge.cards WHERE account_id = %s", customer.account_id)
    rows(
        stack,
        "UPDATE auth.looks SET look_time = now() - interval '24 hours' WHERE site_id = %s",
        site_id,
    )
    before = await credits_of(stack, customer)
    response = await api.ask(url, site=site_id, title="Given")
    check_error(response, 400, "page_unreachable")
    assert await credits_of(stack, customer) == before
