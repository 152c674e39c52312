"""What owners set of their sites, and that it applies at once."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from og.auth.v1 import auth_pb2
from og_plans import PLANS
from og_service.status import from_rpc_error
from tests.integration.auth.conftest import LOOPBACK_TARGET
from tests.integration.auth.looks import OPEN, Site
from tests.integration.auth.world import World, by_site, new_domain

TIMEOUT_S = 10


async def get(world: World, site_id: str) -> auth_pb2.Site:
    request = auth_pb2.GetSiteRequest(site_id=site_id)
    return (await world.accounts.GetSite(request, timeout=TIMEOUT_S)).site


async def update(world: World, site_id: str, **values: Any) -> auth_pb2.Site:
    request = auth_pb2.UpdateSiteRequest(site_id=site_id, **values)
    request.update_mask.paths.extend(values)
    return (await world.accounts.UpdateSite(request, timeout=TIMEOUT_S)).site


async def test_a_new_site_is_as_strict_as_can_be(site: Site) -> None:
    made = await get(site.world, site.site_id)
    assert (made.site_id, made.account_id, made.domain) == (
        site.site_id,
        site.account_id,
        site.domain,
    )
    assert list(made.further_hosts) == []
    assert not made.includes_subdomains
    assert made.tag_policy == auth_pb2.TAG_POLICY_SAME_CARD
    assert made.daily_generations_max == PLANS["pro"].daily_generations_per_site
    assert made.daily_credits_max == 0
    assert made.HasField("create_time")
    assert not made.HasField("suspend_time")


async def test_all_that_is_named_changes_and_the_rest_stays(site: Site) -> None:
    values = {
        "further_hosts": ["staging.example.net", "shop.vercel.app"],
        "includes_subdomains": True,
        "tag_policy": auth_pb2.TAG_POLICY_ANY,
        "daily_generations_max": 7,
        "daily_credits_max": 900,
    }
    changed = await update(site.world, site.site_id, **values)
    assert changed == await get(site.world, site.site_id)
    for field, value in values.items():
        got = getattr(changed, field)
        assert (list(got) if field == "further_hosts" else got) == value

    strict = auth_pb2.TAG_POLICY_UNSPECIFIED
    changed = await update(site.world, site.site_id, tag_policy=strict, daily_generations_max=0)
    assert changed.tag_policy == auth_pb2.TAG_POLICY_SAME_CARD
    assert changed.daily_generations_max == PLANS["pro"].daily_generations_per_site
    assert list(changed.further_hosts) == values["further_hosts"]
    assert changed.daily_credits_max == 900

    changed = await update(site.world, site.site_id, further_hosts=[])
    assert list(changed.further_hosts) == []
    listing = auth_pb2.ListSitesRequest(account_id=site.account_id)
    listed = (await site.world.accounts.ListSites(listing, timeout=TIMEOUT_S)).sites
    assert list(listed) == [changed]


async def test_registering_a_domain_again_changes_nothing(site: Site) -> None:
    changed = await update(site.world, site.site_id, includes_subdomains=True)
    assert await site.world.site(site.account_id, site.domain) == site.site_id
    assert await get(site.world, site.site_id) == changed


async def test_hosts_are_kept_as_they_are_compared(site: Site) -> None:
    hosts = ["Bücher.Example.net.", site.domain, "bücher.example.net", f"www.{site.domain}"]
    changed = await update(site.world, site.site_id, further_hosts=hosts)
    assert list(changed.further_hosts) == ["xn--bcher-kva.example.net", f"www.{site.domain}"]


async def test_hosts_apply_at_once(site: Site) -> None:
    staging = new_domain()
    page = by_site(site.site_id, f"https://{staging}/")
    assert (await site.now(page))[0] == "SITE_DOMAIN_MISMATCH"
    await update(site.world, site.site_id, further_hosts=[staging])
    assert await site.now(page) == OPEN
    await update(site.world, site.site_id, further_hosts=[])
    assert (await site.now(page))[0] == "SITE_DOMAIN_MISMATCH"


async def test_a_page_of_a_host_that_was_taken_away_is_no_longer_good(site: Site) -> None:
    staging = new_domain()
    page = by_site(site.site_id, f"https://{staging}/")
    await update(site.world, site.site_id, further_hosts=[staging])
    assert (await site.see(page, "TAG_FOUND"))[0] == "ALLOWED"
    await update(site.world, site.site_id, further_hosts=[])
    assert (await site.now(page))[0] == "SITE_DOMAIN_MISMATCH"


async def test_a_loopback_target_may_be_a_further_host_where_it_is_listed(site: Site) -> None:
    await update(site.world, site.site_id, further_hosts=[LOOPBACK_TARGET])
    assert await site.now(by_site(site.site_id, f"http://{LOOPBACK_TARGET}/page")) == OPEN
    other = by_site(site.site_id, "http://127.0.0.1:8124/page")
    assert (await site.now(other))[0] == "SITE_DOMAIN_MISMATCH"


@pytest.mark.parametrize(
    ("values", "reason", "complaint"),
    [
        ({"further_hosts": ["a.example.com", "co.uk"]}, "INVALID_DOMAIN", "anyone may get names"),
        ({"further_hosts": ["github.io"]}, "INVALID_DOMAIN", "anyone may get names"),
        ({"further_hosts": ["8.8.8.8"]}, "INVALID_DOMAIN", "not an IP address"),
        ({"further_hosts": ["[::1]"]}, "INVALID_DOMAIN", "not an IP address"),
        ({"further_hosts": ["127.0.0.1:8124"]}, "INVALID_DOMAIN", "domain name"),
        ({"further_hosts": ["localhost"]}, "INVALID_DOMAIN", "not on the internet"),
        ({"further_hosts": ["*.example.com"]}, "INVALID_DOMAIN", "domain name"),
        ({"further_hosts": [""]}, "INVALID_DOMAIN", "domain name"),
        (
            {"further_hosts": [f"h{n}.example.com" for n in range(21)]},
            "INVALID_REQUEST",
            "at most 20",
        ),
        ({"tag_policy": 99}, "INVALID_REQUEST", "tag_policy"),
        ({"daily_generations_max": -1}, "INVALID_REQUEST", "daily_generations_max"),
        ({"daily_generations_max": 1_000_001}, "INVALID_REQUEST", "daily_generations_max"),
        ({"daily_credits_max": -1}, "INVALID_REQUEST", "daily_credits_max"),
        ({"daily_credits_max": 1_000_000_001}, "INVALID_REQUEST", "daily_credits_max"),
    ],
)
async def test_what_cannot_be_set_is_named_and_nothing_changes(
    site: Site, values: dict[str, Any], reason: str, complaint: str
) -> None:
    before = await get(site.world, site.site_id)
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await update(site.world, site.site_id, includes_subdomains=True, **values)
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    assert complaint in error.message
    assert await get(site.world, site.site_id) == before


@pytest.mark.parametrize("paths", [[], ["domain"], ["tag_policy", "site_id"], ["nonsense"]])
async def test_only_what_can_change_may_be_named(site: Site, paths: list[str]) -> None:
    request = auth_pb2.UpdateSiteRequest(site_id=site.site_id)
    request.update_mask.paths.extend(paths)
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await site.world.accounts.UpdateSite(request, timeout=TIMEOUT_S)
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert error.message.startswith("update_mask: ")


@pytest.mark.parametrize("site_id", ["site_0000000000000000", "nonsense", ""])
async def test_a_site_that_is_not_there(world: World, site_id: str) -> None:
    for call in (get(world, site_id), update(world, site_id, includes_subdomains=True)):
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await call
        error = from_rpc_error(failed.value)
        assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "SITE_NOT_FOUND")


async def test_what_may_be_spent_comes_with_the_decision(site: Site) -> None:
    await update(site.world, site.site_id, daily_generations_max=3, daily_credits_max=40)
    payer = (await site.world.complete(site.page(), "TAG_FOUND")).payer
    assert (payer.daily_generations_max, payer.daily_credits_max) == (3, 40)


GOOD_DEFAULTS = {
    "template_id": "article/blog-post",
    "theme": "dark",
    "accent_color": "#6366f1",
    "logo_url": "https://example.com/logo.png",
}


async def test_card_defaults_and_fallback_are_as_the_owner_says(site: Site) -> None:
    page = f"https://{site.domain}/page"
    assert not (await site.world.authorize(by_site(site.site_id, page))).serves_fallback

    defaults = auth_pb2.CardDefaults(**GOOD_DEFAULTS)
    changed = await update(site.world, site.site_id, card_defaults=defaults, serves_fallback=True)
    assert changed.card_defaults == defaults
    assert changed == await get(site.world, site.site_id)
    for url in (page, "https://elsewhere.example.org/"):
        assert (await site.world.authorize(by_site(site.site_id, url))).serves_fallback
    await site.world.complete(by_site(site.site_id, page), "TAG_MISSING")
    assert (await site.world.authorize(by_site(site.site_id, page))).serves_fallback

    cleared = await update(site.world, site.site_id, card_defaults=auth_pb2.CardDefaults())
    assert cleared.card_defaults == auth_pb2.CardDefaults()
    assert cleared.serves_fallback


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("template_id", "a" * 65),
        ("template_id", "Article"),
        ("template_id", "a//b"),
        ("theme", "blue"),
        ("accent_color", "6366f1"),
        ("accent_color", "#6366F1"),
        ("accent_color", "#6366f1\n"),
        ("logo_url", "logo.png"),
        ("logo_url", "javascript:alert(1)"),
        ("logo_url", "http://10.0.0.1/logo.png"),
        ("logo_url", f"https://example.com/{'a' * 2048}"),
    ],
)
async def test_card_defaults_that_cannot_be_are_refused(site: Site, field: str, value: str) -> None:
    defaults = auth_pb2.CardDefaults(**GOOD_DEFAULTS | {field: value})
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await update(site.world, site.site_id, card_defaults=defaults)
    error = from_rpc_error(failed.value)
    assert error.reason == "INVALID_REQUEST"
    assert list(error.field_violations) == [f"card_defaults.{field}"]
    assert (await get(site.world, site.site_id)).card_defaults == auth_pb2.CardDefaults()
