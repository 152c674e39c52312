from __future__ import annotations

import pytest
import redis

from og.auth.v1 import auth_pb2
from og_auth.sites import Claim, TagPolicy
from og_auth.valkey import open_valkey
from og_auth.valkey_rejections import ValkeyRejections
from tests.integration.auth.looks import Site
from tests.integration.auth.world import (
    World,
    by_key,
    by_site,
    decision,
    new_domain,
    outcome,
    state,
)


@pytest.fixture
def asked(site: Site) -> auth_pb2.AuthorizeRequest:
    """A request for a page nobody looked at yet."""
    return site.page("/page?b=1&a=2")


async def test_a_page_with_the_tag_is_good_for_a_day(
    world: World,
    site: Site,
    asked: auth_pb2.AuthorizeRequest,
) -> None:
    assert outcome(await world.authorize(asked)) == ("ALLOWED", "UNKNOWN")
    completed = await world.complete(asked, "TAG_FOUND")
    assert outcome(completed) == ("ALLOWED", "VERIFIED")
    assert completed.account.account_id
    assert completed.rate_limit.remaining == 299
    assert outcome(await world.authorize(asked)) == ("ALLOWED", "VERIFIED")
    site.wait(hours=23.9)
    assert outcome(await world.authorize(asked)) == ("ALLOWED", "VERIFIED")
    site.wait(hours=0.2)
    assert outcome(await world.authorize(asked)) == ("ALLOWED", "UNKNOWN")
    assert outcome(await world.complete(asked, "TAG_FOUND")) == ("ALLOWED", "VERIFIED")
    assert outcome(await world.authorize(asked)) == ("ALLOWED", "VERIFIED")


async def test_verification_is_of_one_page(world: World, asked: auth_pb2.AuthorizeRequest) -> None:
    await world.complete(asked, "TAG_FOUND")
    same = by_site(
        asked.site_id, asked.page_url.upper().replace("/PAGE?B=1&A=2", "/page?b=1&a=2#x")
    )
    other = by_site(asked.site_id, asked.page_url + "3")
    assert state(await world.authorize(same)) == "VERIFIED"
    assert state(await world.authorize(other)) == "UNKNOWN"


async def test_a_page_without_the_tag_is_remembered_for_a_minute(
    world: World, asked: auth_pb2.AuthorizeRequest, redis_url: str
) -> None:
    completed = await world.complete(asked, "TAG_MISSING")
    assert outcome(completed) == ("SITE_NOT_VERIFIED", "REJECTED")
    assert (completed.rate_limit.limit, completed.rate_limit.remaining) == (60, 59)
    assert outcome(await world.authorize(asked)) == ("SITE_NOT_VERIFIED", "REJECTED")
    with redis.Redis.from_url(redis_url) as client:
        [name] = client.keys(f"auth:rejected:*{asked.site_id}*")
        assert 30 < client.ttl(name) <= 60


async def test_a_rejection_is_forgotten_by_itself(redis_url: str) -> None:
    claim = Claim("site_0000000000000001", TagPolicy.SAME_CARD, b"x" * 32, b"y" * 32)
    async with open_valkey(redis_url) as valkey:
        rejections = ValkeyRejections(valkey, remembered_s=0.05)
        await rejections.remember(claim)
        while await rejections.find([claim]):
            pass
        assert await rejections.find([claim]) == set()


async def test_a_page_that_carries_the_tag_now_is_good_at_once(
    world: World, asked: auth_pb2.AuthorizeRequest
) -> None:
    await world.complete(asked, "TAG_MISSING")
    await world.complete(asked, "TAG_FOUND")
    assert outcome(await world.authorize(asked)) == ("ALLOWED", "VERIFIED")


async def test_an_unreachable_page_is_not_remembered(
    world: World, asked: auth_pb2.AuthorizeRequest
) -> None:
    completed = await world.complete(asked, "PAGE_UNREACHABLE")
    assert outcome(completed) == ("SITE_NOT_VERIFIED", "UNKNOWN")
    assert completed.rate_limit.remaining == 59
    assert outcome(await world.authorize(asked)) == ("ALLOWED", "UNKNOWN")


@pytest.mark.parametrize(
    ("final", "expected"),
    [
        ("https://{}/elsewhere", "ALLOWED"),
        ("https://www.{}/", "ALLOWED"),
        ("http://{}/", "ALLOWED"),
        ("https://example.org/", "SITE_DOMAIN_MISMATCH"),
        ("https://a.{}/", "SITE_DOMAIN_MISMATCH"),
        ("https://{}:8443/", "SITE_DOMAIN_MISMATCH"),
        ("nonsense", "SITE_DOMAIN_MISMATCH"),
    ],
)
async def test_the_page_must_not_have_moved_to_another_host(
    world: World, asked: auth_pb2.AuthorizeRequest, final: str, expected: str
) -> None:
    domain = asked.page_url.split("/")[2]
    completed = await world.complete(asked, "TAG_FOUND", final.format(domain))
    assert decision(completed) == expected
    verified = expected == "ALLOWED"
    assert state(await world.authorize(asked)) == ("VERIFIED" if verified else "UNKNOWN")


async def test_failed_verification_never_uses_up_the_owners_window(world: World) -> None:
    account_id, domain = await world.account(rate_limit=3), new_domain()
    key, site_id = await world.key(account_id), await world.site(account_id, domain)
    for n in range(5):
        page = by_site(site_id, f"https://{domain}/{n}")
        await world.authorize(page)
        await world.complete(page, ("TAG_MISSING", "PAGE_UNREACHABLE")[n % 2])
        await world.authorize(page)
    assert (await world.authorize(by_key(key.secret))).rate_limit.remaining == 2


async def test_completing_counts_and_is_limited(world: World) -> None:
    account_id, domain = await world.account(rate_limit=1), new_domain()
    site_id = await world.site(account_id, domain)
    pages = [by_site(site_id, f"https://{domain}/{n}") for n in range(2)]
    assert outcome(await world.complete(pages[0], "TAG_FOUND")) == ("ALLOWED", "VERIFIED")
    assert outcome(await world.complete(pages[1], "TAG_FOUND")) == ("RATE_LIMITED", "VERIFIED")


async def test_an_address_that_failed_too_often_is_limited_when_completing(
    world: World, asked: auth_pb2.AuthorizeRequest
) -> None:
    await world.fill_failures(asked.client_address)
    assert decision(await world.complete(asked, "TAG_MISSING")) == "RATE_LIMITED"
    assert decision(await world.complete(asked, "TAG_FOUND")) == "ALLOWED"


@pytest.mark.parametrize(
    ("site_id", "page_url", "expected"),
    [
        ("site_0000000000000000", "https://example.com/", "INVALID_SITE"),
        ("nonsense", "https://example.com/", "INVALID_SITE"),
        (None, "https://example.org/", "SITE_DOMAIN_MISMATCH"),
    ],
)
async def test_completing_what_was_never_asked_is_denied(
    world: World,
    asked: auth_pb2.AuthorizeRequest,
    site_id: str | None,
    page_url: str,
    expected: str,
) -> None:
    request = by_site(site_id or asked.site_id, page_url)
    assert decision(await world.complete(request, "TAG_FOUND")) == expected
