"""Pages that say they are known by another URL: it keys the card, and is what was verified."""

from __future__ import annotations

import grpc
import pytest

from og.auth.v1 import auth_pb2
from og_service.status import from_rpc_error
from tests.integration.auth.looks import (
    EXISTING,
    NOT_REACHED,
    OPEN,
    REJECTED,
    VERIFIED,
    Request,
    Site,
)
from tests.integration.auth.world import by_site, decision, outcome

Answer = auth_pb2.AuthorizeResponse


@pytest.fixture
def shared(site: Site) -> Request:
    """The page as somebody shared it."""
    return site.page("/page?utm_source=mail", card="the card of the shared URL")


@pytest.fixture
def own(site: Site) -> Request:
    """The page by its own URL."""
    return site.page("/page?id=1", card="the card of the canonical URL")


async def see(
    site: Site, shared: Request, own: Request, evidence: str, *, exists: bool = False
) -> Answer:
    return await site.world.complete(shared, evidence, canonical=own, card_exists=exists)


async def test_the_canonical_url_keys_the_card_of_both(
    site: Site, shared: Request, own: Request
) -> None:
    completed = await see(site, shared, own, "TAG_FOUND")
    assert outcome(completed) == VERIFIED
    assert completed.canonical_url == own.page_url
    again = await site.world.authorize(shared)
    assert (outcome(again), again.canonical_url) == (VERIFIED, own.page_url)
    direct = await site.world.authorize(own)
    assert (outcome(direct), direct.canonical_url) == (VERIFIED, "")


async def test_an_alias_is_of_one_card(site: Site, shared: Request, own: Request) -> None:
    await see(site, shared, own, "TAG_FOUND")
    other = by_site(site.site_id, shared.page_url, card="with another title")
    answer = await site.world.authorize(other)
    assert (outcome(answer), answer.canonical_url) == (OPEN, "")


async def test_denials_are_of_what_was_asked(site: Site, shared: Request, own: Request) -> None:
    for evidence in ("TAG_MISSING", "TAG_DIFFERS"):
        assert outcome(await see(site, shared, own, evidence)) == REJECTED
    assert await site.now(shared) == REJECTED
    assert await site.now(own) == OPEN
    assert site.looks() == []


async def test_a_denial_of_an_alias_leaves_the_page_itself_as_it_was(
    site: Site, shared: Request, own: Request
) -> None:
    await see(site, shared, own, "TAG_FOUND")
    site.wait(hours=25)
    assert outcome(await see(site, shared, own, "TAG_MISSING")) == REJECTED
    assert await site.see(shared, "PAGE_UNREACHABLE") == NOT_REACHED
    assert await site.see(own, "PAGE_UNREACHABLE") == VERIFIED


async def test_an_alias_holds_while_the_page_is_unreachable(
    site: Site, shared: Request, own: Request
) -> None:
    await see(site, shared, own, "TAG_FOUND")
    site.wait(hours=25)
    assert await site.now(shared) == OPEN
    held = await site.world.complete(shared, "PAGE_UNREACHABLE")
    assert (outcome(held), held.canonical_url) == (VERIFIED, own.page_url)


async def test_a_canonical_url_that_is_unreachable_holds_for_an_alias_new_to_us(
    site: Site, shared: Request, own: Request
) -> None:
    await site.see(own, "TAG_FOUND")
    site.wait(hours=25)
    held = await see(site, shared, own, "PAGE_UNREACHABLE")
    assert (outcome(held), held.canonical_url) == (VERIFIED, own.page_url)
    assert await site.now(shared) == OPEN
    assert len(site.looks()) == 1  # nothing new is remembered
    site.wait(hours=6 * 24)
    missed = await see(site, shared, own, "PAGE_UNREACHABLE")
    assert (outcome(missed), missed.canonical_url) == (NOT_REACHED, "")


async def test_the_card_of_the_canonical_url_may_be_served_once_the_tag_differs(
    site: Site, shared: Request, own: Request
) -> None:
    await see(site, shared, own, "TAG_FOUND")
    site.wait(hours=30 * 24)
    assert outcome(await see(site, shared, own, "TAG_DIFFERS")) == REJECTED
    served = await see(site, shared, own, "TAG_DIFFERS", exists=True)
    assert (outcome(served), served.canonical_url) == (EXISTING, own.page_url)
    again = await site.world.authorize(shared)
    assert (outcome(again), again.canonical_url) == (EXISTING, own.page_url)
    assert await site.now(own) == EXISTING


async def test_an_alias_new_to_us_serves_a_card_that_was_verified_by_its_own_url(
    site: Site, shared: Request, own: Request
) -> None:
    await site.see(own, "TAG_FOUND")
    site.wait(hours=25)
    served = await see(site, shared, own, "TAG_DIFFERS", exists=True)
    assert (outcome(served), served.canonical_url) == (EXISTING, own.page_url)


async def test_an_alias_verifies_no_card_of_its_own(
    site: Site, shared: Request, own: Request
) -> None:
    await see(site, shared, own, "TAG_FOUND")
    site.wait(hours=25)
    assert await site.see(shared, "TAG_DIFFERS", exists=True) == REJECTED


async def test_a_page_that_is_no_alias_any_more(site: Site, shared: Request, own: Request) -> None:
    await see(site, shared, own, "TAG_FOUND")
    site.wait(hours=25)
    assert await site.see(shared, "TAG_FOUND") == VERIFIED
    answer = await site.world.authorize(shared)
    assert (outcome(answer), answer.canonical_url) == (VERIFIED, "")


async def test_with_any_tag_the_alias_is_of_every_card(
    site: Site, shared: Request, own: Request
) -> None:
    await site.world.set_policy(site.site_id, "ANY")
    await see(site, shared, own, "TAG_DIFFERS")
    answer = await site.world.authorize(by_site(site.site_id, shared.page_url, card="any other"))
    assert (outcome(answer), answer.canonical_url) == (VERIFIED, own.page_url)


async def test_a_caller_without_digests_sends_none_for_the_canonical_url(
    site: Site, shared: Request, own: Request
) -> None:
    for request in (shared, own):
        request.card_digest = b""
    assert outcome(await see(site, shared, own, "TAG_FOUND")) == VERIFIED


async def test_the_page_it_led_to_must_be_the_sites(
    site: Site, shared: Request, own: Request
) -> None:
    moved = await site.world.complete(shared, "TAG_FOUND", "https://example.org/", canonical=own)
    assert decision(moved) == "SITE_DOMAIN_MISMATCH"
    assert site.looks() == []


@pytest.mark.parametrize(
    "canonical",
    [
        "https://{}/page?utm_source=mail",
        "https://{}:443/page?utm_source=mail",
        "https://{}/page#top",
        "https://{}/page?id=1#",
        "https://{}/page/",
        "https://{}/",
        "https://{}/Page",
        "http://{}/page",
        "https://www.{}/page",
        "https://a.{}/page",
        "https://example.org/page",
        "https://example.org/page?https://{}/page",
        "https://{}@example.org/page",
        "https://{}:8443/page",
        "//{}/page",
        "/page",
        "nonsense",
    ],
)
async def test_a_canonical_url_differs_in_the_query_only(
    site: Site, shared: Request, canonical: str
) -> None:
    own = by_site(site.site_id, canonical.format(site.domain))
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await see(site, shared, own, "TAG_FOUND")
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert error.message.startswith("canonical_url: ")
    assert site.looks() == []


@pytest.mark.parametrize("spelling", ["HTTPS://{upper}:443/page", "https://{}/./x/../page?"])
async def test_spellings_of_a_url_are_one(site: Site, shared: Request, spelling: str) -> None:
    url = spelling.format(site.domain, upper=site.domain.upper())
    completed = await see(site, shared, by_site(site.site_id, url), "TAG_FOUND")
    assert outcome(completed) == VERIFIED
    assert completed.canonical_url.startswith(f"https://{site.domain}/page")
