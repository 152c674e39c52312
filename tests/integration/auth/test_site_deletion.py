"""A site that is deleted is denied at once, and leaves nothing but whose it was."""

from __future__ import annotations

import psycopg

from og.auth.v1 import auth_pb2
from og_auth.store.database import Database
from og_auth.store.looks import PostgresLooks
from og_auth.sweeper import sweep
from og_service.postgres import open_pool
from tests.integration.auth.looks import VERIFIED, Site
from tests.integration.auth.world import (
    World,
    by_site,
    decision,
    new_domain,
    outcome,
    refusal,
)

TIMEOUT_S = 10


async def delete(world: World, site_id: str, account_id: str = "") -> None:
    request = auth_pb2.DeleteSiteRequest(site_id=site_id, account_id=account_id)
    await world.accounts.DeleteSite(request, timeout=TIMEOUT_S)


async def sites_of(world: World, account_id: str) -> list[str]:
    request = auth_pb2.ListSitesRequest(account_id=account_id)
    listed = await world.accounts.ListSites(request, timeout=TIMEOUT_S)
    return [site.site_id for site in listed.sites]


async def test_a_deleted_site_is_no_site(site: Site) -> None:
    world, request = site.world, by_site(site.site_id, f"https://{site.domain}/page")
    await world.complete(request, "TAG_FOUND")
    assert outcome(await world.authorize(request)) == VERIFIED

    await delete(world, site.site_id, site.account_id)

    assert decision(await world.authorize(request)) == "INVALID_SITE"
    assert await sites_of(world, site.account_id) == []
    for call in (
        world.accounts.GetSite(auth_pb2.GetSiteRequest(site_id=site.site_id), timeout=TIMEOUT_S),
        delete(world, site.site_id),
    ):
        assert (await refusal(call)).reason == "SITE_NOT_FOUND"


async def test_its_domain_gets_another_id_and_nothing_that_was_seen_before(site: Site) -> None:
    world = site.world
    await world.complete(by_site(site.site_id, f"https://{site.domain}/page"), "TAG_FOUND")
    await delete(world, site.site_id)
    again = await world.site(site.account_id, site.domain)
    assert again != site.site_id
    page = by_site(again, f"https://{site.domain}/page")
    assert outcome(await world.authorize(page)) == ("ALLOWED", "UNKNOWN")


async def test_a_look_that_ends_after_the_deletion_is_denied(site: Site) -> None:
    request = by_site(site.site_id, f"https://{site.domain}/page")
    await delete(site.world, site.site_id)
    assert decision(await site.world.complete(request, "TAG_FOUND")) == "INVALID_SITE"


async def test_what_was_seen_of_it_is_swept(
    site: Site, site_beside: Site, database_url: str
) -> None:
    for each in (site, site_beside):
        await each.world.complete(by_site(each.site_id, f"https://{each.domain}/p"), "TAG_FOUND")
    await delete(site.world, site.site_id)
    async with open_pool(database_url) as pool:
        await sweep(PostgresLooks(Database(pool)).delete_expired)
    with psycopg.connect(site.admin_dsn) as admin:
        kept = admin.execute(
            "SELECT site_id FROM auth.looks WHERE site_id = ANY (%s)",
            ([site.site_id, site_beside.site_id],),
        ).fetchall()
    assert kept == [(site_beside.site_id,)]


async def test_anothers_site_and_key_are_not_found(site: Site) -> None:
    world, pb = site.world, auth_pb2
    key = await world.key(site.account_id)
    other = await world.account()
    update = pb.UpdateSiteRequest(site_id=site.site_id, account_id=other, serves_fallback=True)
    update.update_mask.paths.append("serves_fallback")
    rename = pb.UpdateApiKeyRequest(
        api_key_id=key.api_key_id, account_id=other, display_name="mine"
    )
    rename.update_mask.paths.append("display_name")
    accounts = world.accounts
    for reason, call in (
        (
            "SITE_NOT_FOUND",
            accounts.GetSite(
                pb.GetSiteRequest(site_id=site.site_id, account_id=other), timeout=TIMEOUT_S
            ),
        ),
        ("SITE_NOT_FOUND", accounts.UpdateSite(update, timeout=TIMEOUT_S)),
        ("SITE_NOT_FOUND", delete(world, site.site_id, other)),
        (
            "API_KEY_NOT_FOUND",
            accounts.RevokeApiKey(
                pb.RevokeApiKeyRequest(api_key_id=key.api_key_id, account_id=other),
                timeout=TIMEOUT_S,
            ),
        ),
        (
            "API_KEY_NOT_FOUND",
            accounts.RotateApiKey(
                pb.RotateApiKeyRequest(api_key_id=key.api_key_id, account_id=other),
                timeout=TIMEOUT_S,
            ),
        ),
        ("API_KEY_NOT_FOUND", accounts.UpdateApiKey(rename, timeout=TIMEOUT_S)),
    ):
        assert (await refusal(call)).reason == reason
    # All of it is as it was, and the owner's own name opens it.
    [kept] = await world.keys(site.account_id)
    assert (kept.display_name, kept.HasField("revoke_time")) == ("a key", False)
    update.account_id = rename.account_id = site.account_id
    changed = await accounts.UpdateSite(update, timeout=TIMEOUT_S)
    assert changed.site.serves_fallback
    renamed = await accounts.UpdateApiKey(rename, timeout=TIMEOUT_S)
    assert renamed.api_key.display_name == "mine"
    rotation = pb.RotateApiKeyRequest(api_key_id=key.api_key_id, account_id=site.account_id)
    await accounts.RotateApiKey(rotation, timeout=TIMEOUT_S)
    await delete(world, site.site_id, site.account_id)


async def test_deleting_makes_room_for_another_domain(world: World) -> None:
    account_id = await world.account()
    for _ in range(100):
        last = await world.site(account_id, new_domain())
    assert (await refusal(world.site(account_id, new_domain()))).reason == "TOO_MANY_SITES"
    await delete(world, last)
    assert await world.site(account_id, new_domain()) != last
