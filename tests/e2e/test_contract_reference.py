"""The API reference, section by section and row by row, against the whole system."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from og_plans import PLANS
from og_stack.stack import Stack
from tests.e2e.api import TEMPLATE, Api, check_card, check_error
from tests.e2e.books import create_site, credits_of
from tests.e2e.pages import page_of_a_site, picture, tag_of
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite

TEMPLATES = ["generic/standard", "article/blog-post", "product/standard"]
LIMITS = {"free": 60, "starter": 120, "pro": 300, "business": 600, "enterprise": 1200}


# Query parameters


@pytest.mark.parametrize("missing", ["url", "template"])
async def test_required_parameters(api: Api, customer: Customer, missing: str) -> None:
    query = {"url": "https://example.com/", "template": TEMPLATE}
    del query[missing]
    response = await api.ask_raw(httpx.QueryParams(query), customer)
    assert missing in check_error(response, 400, "invalid_parameter")


@pytest.mark.parametrize("template", TEMPLATES)
async def test_every_template_draws_every_option(
    api: Api, site: LocalSite, customer: Customer, template: str
) -> None:
    url = site.put_page("A page")
    options: list[dict[str, Any]] = [
        {},
        {"theme": "dark"},
        {"accentColor": "#16a34a"},
        {"gradientBg": "true"},
        {"theme": "dark", "accentColor": "#16a34a", "gradientBg": "true"},
    ]
    answers = await asyncio.gather(
        *(api.ask(url, customer, template=template, **option) for option in options)
    )
    assert len({check_card(answer, "MISS", 10) for answer in answers}) == len(options)


async def test_each_template_has_an_accent_colour_of_its_own(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    for template in TEMPLATES:
        own = check_card(await api.ask(url, customer, template=template))
        assert own != check_card(
            await api.ask(url, customer, template=template, accentColor="#ff00ff")
        )


async def test_an_unknown_template_is_told_with_one_that_exists(
    api: Api, customer: Customer
) -> None:
    response = await api.ask("https://example.com/", customer, template="generic/standart")
    assert "generic/standard" in check_error(response, 400, "unknown_template")


@pytest.mark.parametrize(
    "defaults",
    [{"theme": "light"}, {"gradientBg": "false"}, {"mode": "standard"}, {"refresh": "false"}],
)
async def test_what_is_not_given_has_its_default(
    api: Api, site: LocalSite, customer: Customer, defaults: dict[str, Any]
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS")
    check_card(await api.ask(url, customer, **defaults), "HIT")


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "sepia"},
        {"accentColor": "red"},
        {"gradientBg": "yes"},
        {"mode": "magic"},
        {"refresh": "1"},
    ],
)
async def test_a_wrong_value_is_named(api: Api, customer: Customer, wrong: dict[str, Any]) -> None:
    response = await api.ask("https://example.com/", customer, **wrong)
    assert next(iter(wrong)) in check_error(response, 400, "invalid_parameter")


# Metadata overrides


@pytest.mark.parametrize(
    ("template", "name", "value"),
    [
        ("generic/standard", "title", "Custom Title"),
        ("generic/standard", "description", "Another description"),
        ("generic/standard", "siteName", "Another site"),
        ("article/blog-post", "author", "Jane Doe"),
        ("article/blog-post", "publishedAt", "2026-03-01"),
        ("product/standard", "price", "$9.99"),
        ("product/standard", "rating", "4.5"),
        ("generic/standard", "favicon", ""),
        ("product/standard", "productImage", ""),
    ],
)
async def test_an_override_replaces_what_the_page_says(
    api: Api, site: LocalSite, customer: Customer, template: str, name: str, value: str
) -> None:
    url = site.put_page("A page", '<meta name="description" content="What it is about.">')
    override: dict[str, Any] = {name: value or site.put_bytes(picture(), "image/png")}
    plain = check_card(await api.ask(url, customer, template=template))
    drawn = check_card(await api.ask(url, customer, template=template, **override), "MISS", 10)
    assert drawn != plain
    check_card(await api.ask(url, customer, template=template, **override), "HIT", 1)


async def test_the_references_own_example_of_overrides(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    query = (
        f"site={site_id}&template=article/blog-post&url={url}&title=My+Custom+Title&author=Jane+Doe"
    )
    site.put_page("A page", tag_of(f"{stack.base_url}/api/og?{query}"), url)
    check_card(await api.ask_raw(query), "MISS", 10)
    spelled = f"author=Jane%20Doe&title=My%20Custom%20Title&url={quote(url, safe='')}"
    check_card(await api.ask_raw(f"{spelled}&template=article%2Fblog-post&site={site_id}"), "HIT")


# Response


async def test_the_references_full_example(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    query = (
        f"site={site_id}&template=article/blog-post&url={url}"
        "&theme=dark&accentColor=%236366f1&gradientBg=true"
    )
    site.put_page("A page", tag_of(f"{stack.base_url}/api/og?{query}"), url)
    response = await api.ask_raw(query)
    check_card(response, "MISS", 10)
    assert response.headers["cache-control"] == "public, max-age=86400"


async def test_the_copied_curl_line_of_the_demo_works(api: Api, stack: Stack) -> None:
    query = f"template=generic/standard&url={stack.demo.demo_page}"
    headers = {"Authorization": f"Bearer {stack.demo.api_key}"}
    first = check_card(await api.ask_raw(query, headers=headers))
    assert check_card(await api.ask_raw(query, headers=headers), "HIT", 1) == first


# Caching and force regeneration, credits


async def test_the_same_parameters_give_the_same_image_for_1_credit(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    before = await credits_of(stack, customer)
    url = site.put_page("As it was")
    card = check_card(await api.ask(url, customer), "MISS", 10)
    assert await credits_of(stack, customer) == before - 10
    site.put_page("As it is now", "", url)
    assert check_card(await api.ask(url, customer), "HIT", 1) == card
    assert await credits_of(stack, customer) == before - 11


async def test_a_card_belongs_to_one_account(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    check_card(await api.ask(url, await create_customer(stack)), "MISS", 10)


async def test_refresh_replaces_the_image_for_10_credits(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("As it was")
    old = check_card(await api.ask(url, customer))
    before = await credits_of(stack, customer)
    site.put_page("As it is now", "", url)
    new = check_card(await api.ask(url, customer, refresh="true"), "MISS", 10)
    assert new != old
    assert check_card(await api.ask(url, customer), "HIT", 1) == new
    assert await credits_of(stack, customer) == before - 11


async def test_refresh_is_not_for_sites(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id))
    response = await api.ask(url, site=site_id, refresh="true")
    check_error(response, 400, "refresh_requires_api_key")


async def test_ai_mode_needs_a_paid_plan(api: Api, stack: Stack, site: LocalSite) -> None:
    customer = await create_customer(stack, plan="free")
    before = await credits_of(stack, customer)
    response = await api.ask(site.put_page("A page"), customer, mode="ai")
    check_error(response, 402, "plan_required")
    assert await credits_of(stack, customer) == before


@pytest.mark.parametrize("plan", ["starter", "pro", "business", "enterprise"])
async def test_ai_mode_is_not_set_up_yet(
    api: Api, stack: Stack, site: LocalSite, plan: str
) -> None:
    customer = await create_customer(stack, plan=plan)
    before = await credits_of(stack, customer)
    response = await api.ask(site.put_page("A page"), customer, mode="ai")
    check_error(response, 500, "ai_not_configured")
    assert await credits_of(stack, customer) == before


# Rate limits


def test_every_plan_of_the_reference_exists() -> None:
    assert {name: plan.rate_limit_per_minute for name, plan in PLANS.items()} == LIMITS


@pytest.mark.parametrize(("plan", "limit"), list(LIMITS.items()))
async def test_a_plans_rate_limit_shows_in_every_response(
    api: Api, stack: Stack, site: LocalSite, plan: str, limit: int
) -> None:
    customer = await create_customer(stack, plan=plan, rate_limit=0)
    url = site.put_page("A page")
    answers = [
        await api.ask(url, customer),
        await api.ask(url, customer, method="HEAD"),
        await api.ask(url, customer, theme="none"),
        await api.ask(url, customer, method="POST"),
    ]
    for number, answer in enumerate(answers, 1):
        assert answer.headers["x-ratelimit-limit"] == str(limit)
        assert answer.headers["x-ratelimit-remaining"] == str(limit - number)
        assert 0 <= int(answer.headers["x-ratelimit-reset"]) - time.time() <= 61


async def test_over_the_limit_nothing_is_drawn_or_charged(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    customer = await create_customer(stack, rate_limit=2)
    url = site.put_page("A page")
    for _ in range(2):
        check_card(await api.ask(url, customer))
    before = await credits_of(stack, customer)
    response = await api.ask(url, customer)
    check_error(response, 429, "rate_limit_exceeded")
    assert response.headers["x-ratelimit-remaining"] == "0"
    reset_s = int(response.headers["x-ratelimit-reset"]) - time.time()
    assert 0 < int(response.headers["retry-after"]) <= 61
    assert abs(int(response.headers["retry-after"]) - reset_s) <= 2
    assert await credits_of(stack, customer) == before


# Error codes


async def test_400(api: Api, customer: Customer) -> None:
    check_error(await api.ask(None, customer), 400, "invalid_parameter")


@pytest.mark.parametrize("credits", [0, 9])
async def test_402_in_the_references_words(
    api: Api, stack: Stack, site: LocalSite, credits: int
) -> None:
    customer = await create_customer(stack, credits=credits)
    response = await api.ask(site.put_page("A page"), customer)
    assert check_error(response, 402, "insufficient_credits") == (
        f"You have {credits} credits remaining. Upgrade your plan or purchase a credit pack."
    )
    assert await credits_of(stack, customer) == credits


async def test_402_for_a_card_that_exists(api: Api, stack: Stack, site: LocalSite) -> None:
    customer = await create_customer(stack, credits=11)
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    check_card(await api.ask(url, customer), "HIT", 1)
    check_error(await api.ask(url, customer), 402, "insufficient_credits")
    assert await credits_of(stack, customer) == 0
