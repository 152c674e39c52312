"""Sites and API keys as the edge's dashboard sees them, on the real service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable
from typing import Any

import grpc
import pytest

from og_edge.api_keys import ApiKey, KeyChanges, KeyState, KeyTerms
from og_edge.authorization import Scope
from og_edge.clients import ApiKeysClient, SitesClient
from og_edge.deadline import Deadline
from og_edge.sites import CardDefaults, SiteChanges, TagPolicy
from og_service.status import RemoteError
from tests.integration.auth.world import World, new_domain

IN_A_YEAR = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=365)


@pytest.fixture
def sites(channel: grpc.aio.Channel) -> SitesClient:
    return SitesClient(channel)


@pytest.fixture
def keys(channel: grpc.aio.Channel) -> ApiKeysClient:
    return ApiKeysClient(channel)


@pytest.fixture
def soon() -> Deadline:
    return Deadline.after(20)


async def _refused(call: Awaitable[Any]) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        await call
    return caught.value


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def test_a_site_is_registered_changed_and_listed(
    sites: SitesClient, world: World, soon: Deadline
) -> None:
    account_id, domain = await world.account(), new_domain()
    site = await sites.create(account_id, domain.upper(), soon)
    assert (site.account_id, site.domain) == (account_id, domain)
    assert (site.tag_policy, site.daily_credits_max) == (TagPolicy.SAME_CARD, 0)
    assert site.suspend_time is None
    assert await sites.create(account_id, domain, soon) == site
    changed = await sites.update(
        account_id,
        site.site_id,
        SiteChanges(
            further_hosts=[f"staging.{domain}"],
            includes_subdomains=True,
            tag_policy=TagPolicy.ANY,
            daily_generations_max=7,
            daily_credits_max=70,
        ),
        soon,
    )
    assert (changed.further_hosts, changed.includes_subdomains) == ((f"staging.{domain}",), True)
    assert (changed.daily_generations_max, changed.daily_credits_max) == (7, 70)
    assert changed.tag_policy is TagPolicy.ANY
    assert await sites.get(account_id, site.site_id, soon) == changed
    other = await sites.create(account_id, new_domain(), soon)
    assert await sites.of(account_id, soon) == [other, changed]


async def test_what_is_wrong_with_a_site_is_told_at_its_field(
    sites: SitesClient, world: World, soon: Deadline
) -> None:
    account_id = await world.account()
    refused = await _refused(sites.create(account_id, "localhost", soon))
    assert refused.reason == "INVALID_DOMAIN"
    assert set(refused.field_violations) == {"domain"}
    site = await sites.create(account_id, new_domain(), soon)
    wrong = SiteChanges(further_hosts=["not a host"])
    refused = await _refused(sites.update(account_id, site.site_id, wrong, soon))
    assert set(refused.field_violations) == {"further_hosts[0]"}


async def test_a_key_is_made_changed_and_revoked(
    keys: ApiKeysClient, world: World, soon: Deadline
) -> None:
    account_id = await world.account()
    terms = KeyTerms("laptop", frozenset({Scope.GENERATE, Scope.MANAGE}), IN_A_YEAR, 500)
    made = await keys.create(account_id, terms, soon)
    key = made.api_key
    assert made.secret.startswith("og_live_")
    assert made.secret.endswith(key.secret_suffix)
    assert made.secret not in repr(made)
    assert (key.display_name, key.scopes, key.expire_time) == ("laptop", terms.scopes, IN_A_YEAR)
    assert (key.daily_credits_max, key.state(_now())) == (500, KeyState.GOOD)
    changes = KeyChanges(display_name="desktop", expire_time=None, daily_credits_max=0)
    changed = await keys.update(account_id, key.api_key_id, changes, soon)
    assert (changed.display_name, changed.expire_time) == ("desktop", None)
    assert changed.daily_credits_max == 0
    assert await keys.of(account_id, soon) == [changed]
    revoked = await keys.revoke(account_id, key.api_key_id, soon)
    assert revoked.state(_now()) is KeyState.REVOKED
    assert await keys.find(account_id, key.api_key_id, soon) == revoked


async def test_a_rotated_key_stays_good_for_the_overlap(
    keys: ApiKeysClient, world: World, soon: Deadline
) -> None:
    account_id = await world.account()
    old = (await keys.create(account_id, KeyTerms("laptop"), soon)).api_key
    day = dt.timedelta(days=1)
    made = await keys.rotate(account_id, old.api_key_id, day, IN_A_YEAR, soon)
    assert (made.api_key.display_name, made.api_key.expire_time) == ("laptop", IN_A_YEAR)
    replaced = await keys.find(account_id, old.api_key_id, soon)
    assert isinstance(replaced, ApiKey)
    assert replaced.expire_time is not None
    assert replaced.state(_now()) is KeyState.GOOD
    assert replaced.state(_now() + day) is KeyState.EXPIRED
    await keys.revoke(account_id, old.api_key_id, soon)
    again = await _refused(keys.rotate(account_id, old.api_key_id, day, None, soon))
    assert again.reason == "API_KEY_NOT_USABLE"


async def test_what_is_wrong_with_a_key_is_told_at_its_field(
    keys: ApiKeysClient, world: World, soon: Deadline
) -> None:
    account_id = await world.account()
    for terms, field in (
        (KeyTerms(""), "display_name"),
        (KeyTerms("x", expire_time=_now() - dt.timedelta(days=1)), "expire_time"),
        (KeyTerms("x", daily_credits_max=-1), "daily_credits_max"),
    ):
        refused = await _refused(keys.create(account_id, terms, soon))
        assert set(refused.field_violations) == {field}


async def test_a_site_looks_as_its_owner_prefers_and_can_be_deleted(
    sites: SitesClient, world: World, soon: Deadline
) -> None:
    account_id = await world.account()
    site = await sites.create(account_id, new_domain(), soon)
    assert (site.card_defaults, site.serves_fallback) == (CardDefaults(), False)
    prefers = CardDefaults("article/news", "dark", "#16a34a", "https://example.com/logo.svg")
    changes = SiteChanges(card_defaults=prefers, serves_fallback=True)
    changed = await sites.update(account_id, site.site_id, changes, soon)
    assert (changed.card_defaults, changed.serves_fallback) == (prefers, True)
    await sites.delete(account_id, site.site_id, soon)
    assert await sites.of(account_id, soon) == []
    gone = await _refused(sites.get(account_id, site.site_id, soon))
    assert gone.reason == "SITE_NOT_FOUND"


async def test_what_is_another_accounts_is_not_found(
    sites: SitesClient, keys: ApiKeysClient, world: World, soon: Deadline
) -> None:
    account_id, other = await world.account(), await world.account()
    site = await sites.create(account_id, new_domain(), soon)
    key = (await keys.create(account_id, KeyTerms("laptop"), soon)).api_key
    site_id, api_key_id = site.site_id, key.api_key_id
    for call in (
        sites.get(other, site_id, soon),
        sites.update(other, site_id, SiteChanges(tag_policy=TagPolicy.ANY), soon),
        sites.delete(other, site_id, soon),
    ):
        assert (await _refused(call)).reason == "SITE_NOT_FOUND"
    for attempt in (
        keys.update(other, api_key_id, KeyChanges(display_name="mine"), soon),
        keys.rotate(other, api_key_id, dt.timedelta(0), None, soon),
        keys.revoke(other, api_key_id, soon),
    ):
        assert (await _refused(attempt)).reason == "API_KEY_NOT_FOUND"
    assert await keys.find(other, api_key_id, soon) is None
    assert await keys.find(account_id, api_key_id, soon) == key
    assert await sites.get(account_id, site_id, soon) == site
