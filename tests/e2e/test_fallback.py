"""A site that wants it gets a card instead of an error that is not its own."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import pytest
from starlette.responses import PlainTextResponse

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.e2e.api import RATE_LIMIT_HEADERS, Api, check_card, check_error
from tests.e2e.books import credits_of, new_cards, pass_time, rows, set_daily_generations
from tests.e2e.pages import page_of_a_site, tag
from tests.e2e.replicas import edge_replica
from tests.support.customers import CALL_TIMEOUT_S, Customer, create_customer, operator_token
from tests.support.local_site import LocalSite
from tests.support.processes import stopped, with_descendants
from tests.support.waiting import eventually

CROWD = 1_000


@dataclass(frozen=True)
class Wishes:
    """A customer's site and a page of it, whose tag names a card that was drawn."""

    customer: Customer
    site_id: str
    url: str
    card: bytes

    async def ask(
        self,
        api: Api,
        customer: Customer | None = None,
        *,
        below: str = "",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        **parameters: str,
    ) -> httpx.Response:
        """Ask for the page's card by site, with more parameters, or of a page below it."""
        return await api.ask(
            self.url + below,
            customer,
            method=method,
            headers=headers,
            site=self.site_id,
            **parameters,
        )


async def change_site(stack: Stack, site_id: str, **changes: object) -> None:
    request = auth_pb2.UpdateSiteRequest(site_id=site_id, **changes)  # type: ignore[arg-type]
    request.update_mask.paths.extend(changes)
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        await auth_pb2_grpc.AccountServiceStub(channel).UpdateSite(request, timeout=CALL_TIMEOUT_S)


@pytest.fixture
async def wishes(stack: Stack, api: Api, site: LocalSite, customer: Customer) -> Wishes:
    """Somebody who wants a fallback, with one card."""
    site_id, url = await page_of_a_site(stack, site, customer)
    await change_site(stack, site_id, serves_fallback=True)
    card = check_card(await api.ask(url, site=site_id), "MISS", 10)
    await eventually_has_brand_card(stack, site_id)
    return Wishes(customer, site_id, url, card)


async def eventually_has_brand_card(stack: Stack, site_id: str) -> None:
    """Wait for the brand's card, which is drawn once a first card was."""
    query = "SELECT 1 FROM edge.brand_cards WHERE site_id = %s"
    await eventually(lambda: bool(rows(stack, query, site_id)))


def check_fallback(response: httpx.Response, code: str) -> bytes:
    """Check that another card is sent, why, and that it costs nothing."""
    assert response.status_code == 200, response.text
    headers = response.headers
    assert headers["x-fallback"] == code
    assert headers["cache-control"] == "public, max-age=60"
    assert headers["x-credits-charged"] == "0"
    assert headers["content-type"] == "image/png"
    assert headers["etag"] == f'"{hashlib.sha256(response.content).hexdigest()}"'
    assert headers["content-length"] == str(len(response.content))
    assert headers["x-request-id"]
    assert not {"x-cache", "retry-after", "set-cookie"} & set(headers)
    for name in RATE_LIMIT_HEADERS:
        assert headers[name].isdigit()
    return response.content


async def test_while_a_page_is_away_its_newest_card_is_served_else_the_brands(
    stack: Stack, api: Api, site: LocalSite, wishes: Wishes
) -> None:
    before = await credits_of(stack, wishes.customer)
    site.put(lambda: PlainTextResponse("down", 503), wishes.url)
    other = await wishes.ask(api, theme="dark")
    assert check_fallback(other, "page_unreachable") == wishes.card
    brand = check_fallback(await wishes.ask(api, below="/nothing-here"), "page_unreachable")
    assert brand != wishes.card
    kept = await wishes.ask(api)
    assert check_card(kept, "HIT", 1) == wishes.card
    assert await credits_of(stack, wishes.customer) == before - 1
    assert new_cards(stack, wishes.customer) == 1


async def test_a_square_card_is_not_stood_in_for_by_a_wide_one(
    api: Api, site: LocalSite, wishes: Wishes
) -> None:
    site.put(lambda: PlainTextResponse("down", 503), wishes.url)
    square = check_fallback(await wishes.ask(api, size="square"), "page_unreachable")
    assert square[16:24] == (1080).to_bytes(4, "big") * 2


async def test_head_and_conditional_requests_are_answered_alike(
    api: Api, site: LocalSite, wishes: Wishes
) -> None:
    site.put(lambda: PlainTextResponse("down", 503), wishes.url)
    whole = await wishes.ask(api, theme="dark")
    head = await wishes.ask(api, theme="dark", method="HEAD")
    assert head.status_code == 200
    assert head.content == b""
    varying = {"x-request-id", "date", *RATE_LIMIT_HEADERS}
    assert without(head.headers, varying) == without(whole.headers, varying)
    for known in (whole.headers["etag"], "*"):
        unchanged = await wishes.ask(api, theme="dark", headers={"If-None-Match": known})
        assert unchanged.status_code == 304
        assert unchanged.headers["x-fallback"] == "page_unreachable"
        assert unchanged.headers["cache-control"] == "public, max-age=60"
    changed = await wishes.ask(api, theme="dark", headers={"If-None-Match": '"other"'})
    check_fallback(changed, "page_unreachable")


def without(headers: httpx.Headers, names: set[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}


async def test_without_credits_only_the_brands_card_is_served(
    stack: Stack, api: Api, site: LocalSite
) -> None:
    customer = await create_customer(stack, credits=11)
    site_id, url = await page_of_a_site(stack, site, customer)
    await change_site(stack, site_id, serves_fallback=True)
    card = check_card(await api.ask(url, site=site_id), "MISS", 10)
    check_card(await api.ask(url, site=site_id), "HIT", 1)
    brand = check_fallback(await api.ask(url, site=site_id), "insufficient_credits")
    assert brand != card
    assert await credits_of(stack, customer) == 0
    assert (await api.ask(url, site=site_id, method="HEAD")).headers["x-cache"] == "HIT"


async def test_a_site_that_has_made_its_cards_of_the_day_gets_the_brands(
    stack: Stack, api: Api, site: LocalSite, wishes: Wishes
) -> None:
    await set_daily_generations(stack, wishes.site_id, 1)
    tags = tag(stack, wishes.site_id, wishes.url) + tag(
        stack, wishes.site_id, wishes.url, theme="dark"
    )
    site.put_page("A page", tags, wishes.url)
    pass_time(stack, wishes.site_id, "2 days")
    brand = check_fallback(await wishes.ask(api, theme="dark"), "daily_cards_reached")
    assert brand != wishes.card
    assert check_card(await wishes.ask(api), "HIT", 1) == wishes.card


async def test_errors_of_the_request_the_site_or_its_limits_are_told_as_ever(
    api: Api, site: LocalSite, wishes: Wishes
) -> None:
    check_error(await wishes.ask(api, theme="pink"), 400, "invalid_parameter")
    check_error(await wishes.ask(api, template="no/such"), 400, "unknown_template")
    check_error(await wishes.ask(api, refresh="true"), 400, "refresh_requires_api_key")
    check_error(
        await api.ask("https://example.com/", site=wishes.site_id), 401, "site_domain_mismatch"
    )
    check_error(await wishes.ask(api, title="Not mine"), 401, "site_not_verified")
    check_error(await api.ask(wishes.url, site="site_0000000000000000"), 401, "invalid_site")
    site.put(lambda: PlainTextResponse("down", 503), wishes.url)
    # An API key gets errors, also where a site is named beside it.
    by_key = await wishes.ask(api, wishes.customer, theme="dark")
    check_error(by_key, 400, "page_unreachable")


async def test_whoever_did_not_ask_for_it_gets_the_error(
    stack: Stack, api: Api, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    site.put(lambda: PlainTextResponse("down", 503), url)
    error = await api.ask(url, site=site_id, theme="dark")
    check_error(error, 400, "page_unreachable")
    assert "x-fallback" not in error.headers
    assert not rows(stack, "SELECT 1 FROM edge.brand_cards WHERE site_id = %s", site_id)


async def test_while_render_is_away_what_was_drawn_stands_in(
    stack: Stack, api: Api, site: LocalSite, wishes: Wishes
) -> None:
    tags = tag(stack, wishes.site_id, wishes.url, theme="dark")
    site.put_page("A page", tags, wishes.url)
    pass_time(stack, wishes.site_id, "2 days")
    with stopped(with_descendants(stack.process("render").pid)):
        answer = await wishes.ask(api, theme="dark")
    assert check_fallback(answer, "internal_error") == wishes.card
    check_card(await wishes.ask(api, theme="dark"), "MISS", 10)


async def test_while_billing_is_away_the_very_card_is_given_free(
    stack: Stack, api: Api, wishes: Wishes
) -> None:
    with stopped(with_descendants(stack.process("billing").pid)):
        answer = await wishes.ask(api)
    assert check_fallback(answer, "internal_error") == wishes.card


async def test_while_the_object_store_is_away_the_brands_card_comes_from_memory(
    stack: Stack, wishes: Wishes
) -> None:
    folder = stack.config.directory / "cards"
    aside = folder.with_name("cards aside")
    async with edge_replica(stack, {"OG_CARD_MEMORY_MB": "0"}) as edge:
        check_card(await wishes.ask(edge.api), "HIT", 1)
        nothing = await wishes.ask(edge.api, below="/nothing")
        brand = check_fallback(nothing, "page_unreachable")
        folder.rename(aside)
        folder.write_text("no folder")
        try:
            answers = [await wishes.ask(edge.api) for _ in range(3)]
        finally:
            folder.unlink()
            aside.rename(folder)
        assert [check_fallback(each, "internal_error") for each in answers] == [brand] * 3
        check_card(await wishes.ask(edge.api), "HIT", 1)


async def test_a_thousand_failures_at_once_are_answered_and_disturb_no_card_that_exists(
    stack: Stack, api: Api, site: LocalSite, wishes: Wishes
) -> None:
    before = await credits_of(stack, wishes.customer)
    site.put(lambda: PlainTextResponse("down", 503), wishes.url)
    gate = asyncio.Semaphore(100)

    async def ask(number: int) -> httpx.Response:
        async with gate:
            return await wishes.ask(api, title=f"Never drawn {number % 7}")

    async def ask_for_what_exists() -> httpx.Response:
        async with gate:
            return await wishes.ask(api)

    failing = [asyncio.create_task(ask(number)) for number in range(CROWD)]
    served = [asyncio.create_task(ask_for_what_exists()) for _ in range(50)]
    answers = [await task for task in failing]
    assert Counter(answer.status_code for answer in answers) == {200: CROWD}
    for answer in answers:
        check_fallback(answer, "page_unreachable")
    for task in served:
        assert check_card(await task, "HIT", 1) == wishes.card
    assert await credits_of(stack, wishes.customer) == before - 50


async def test_a_brand_card_is_drawn_anew_when_its_site_looks_otherwise(
    stack: Stack, wishes: Wishes
) -> None:
    async with edge_replica(stack) as edge:
        before = check_fallback(await wishes.ask(edge.api, below="/nothing"), "page_unreachable")
    defaults = auth_pb2.CardDefaults(theme="dark", accent_color="#16a34a")
    await change_site(stack, wishes.site_id, card_defaults=defaults)
    async with edge_replica(stack) as edge:
        after = check_fallback(await wishes.ask(edge.api, below="/nothing"), "page_unreachable")
    assert after != before
    query = "SELECT count(*) FROM edge.brand_cards WHERE site_id = %s"
    assert rows(stack, query, wishes.site_id) == [(1,)]
