"""What strangers can have remembered is bounded, and pushes out nothing that is used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest

from og_auth.looks import Origin
from og_auth.sites import Claim, TagPolicy
from og_auth.store.database import Database
from og_auth.store.looks import ALIAS_RETENTION_S, RETENTION_S, PostgresLooks
from og_auth.sweeper import sweep
from og_auth.verification import Verification
from og_service.postgres import open_pool
from tests.integration.auth.looks import VERIFIED, Site

MakeStore = Callable[..., PostgresLooks]
DAY_S = 24 * 3600


@pytest.fixture
async def make_store(database_url: str) -> AsyncIterator[MakeStore]:
    async with open_pool(database_url) as pool:
        yield lambda **bounds: PostgresLooks(Database(pool), **bounds)


def claim(site: Site, n: int, *, has_query: bool = False) -> Claim:
    page = n.to_bytes(32, "big")
    return Claim(site.site_id, TagPolicy.SAME_CARD, page, b"c" * 32, has_query)


async def add(
    store: PostgresLooks, site: Site, numbers: range, origin: Origin = Origin.REQUEST
) -> None:
    url = "https://example.com/" if origin is Origin.ALIAS else ""
    has_query = origin in {Origin.QUERY, Origin.ALIAS}
    for n in numbers:
        known = claim(site, n, has_query=has_query)
        await store.remember(known, Verification.VERIFIED, origin, url)


def numbers(site: Site, where: str = "true") -> list[int]:
    with psycopg.connect(site.admin_dsn) as admin:
        rows = admin.execute(
            "SELECT page_digest FROM auth.looks WHERE site_id = %s"  # noqa: S608
            f" AND {where} ORDER BY page_digest",
            (site.site_id,),
        ).fetchall()
    return [int.from_bytes(digest, "big") for (digest,) in rows]


def alter(site: Site, assignment: str, where: str = "true", table: str = "looks") -> None:
    with psycopg.connect(site.admin_dsn, autocommit=True) as admin:
        statement: Any = f"UPDATE auth.{table} SET {assignment} WHERE site_id = %s AND {where}"  # noqa: S608
        admin.execute(statement, (site.site_id,))


async def test_a_day_brings_so_many_pages_and_the_next_as_many_more(
    site: Site, make_store: MakeStore
) -> None:
    store = make_store(additions_per_day_max=3)
    await add(store, site, range(5))
    assert numbers(site) == [0, 1, 2]
    alter(site, "day = day - 1", table="look_additions")
    await add(store, site, range(10, 15))
    assert numbers(site) == [0, 1, 2, 10, 11, 12]


async def test_of_many_at_once_no_more_are_remembered(site: Site, make_store: MakeStore) -> None:
    stores = [make_store(additions_per_day_max=5) for _ in range(2)]
    await asyncio.gather(*(add(stores[n % 2], site, range(n, n + 1)) for n in range(40)))
    assert len(numbers(site)) == 5


async def test_one_page_seen_by_many_at_once_is_one_row(site: Site) -> None:
    seen = await asyncio.gather(*(site.see(site.page(), "TAG_FOUND") for _ in range(30)))
    assert set(seen) == {VERIFIED}
    assert len(site.looks()) == 1


async def test_what_is_known_is_verified_anew_on_any_day(site: Site, make_store: MakeStore) -> None:
    store = make_store(additions_per_day_max=3)
    await add(store, site, range(5))
    site.wait(hours=25)
    await add(store, site, range(2))
    assert numbers(site, "look_time > now() - interval '1 hour'") == [0, 1]


async def test_a_page_that_is_not_remembered_is_good_all_the_same(
    site: Site, make_store: MakeStore
) -> None:
    await add(make_store(additions_per_day_max=1), site, range(1))
    alter(site, "additions = 10000", table="look_additions")
    assert await site.see(site.page(), "TAG_FOUND") == VERIFIED
    assert len(site.looks()) == 1


async def test_queries_aliases_and_owners_looks_have_days_of_their_own(
    site: Site, make_store: MakeStore
) -> None:
    store = make_store(additions_per_day_max=2)
    for n, origin in enumerate(Origin):
        await add(store, site, range(10 * n, 10 * n + 3), origin)
    assert numbers(site) == [0, 1, 10, 11, 20, 21, 30, 31]


async def test_a_site_has_a_day_of_its_own(
    site: Site, make_store: MakeStore, site_beside: Site
) -> None:
    store = make_store(additions_per_day_max=2)
    await add(store, site, range(3))
    await add(store, site_beside, range(3))
    assert numbers(site) == numbers(site_beside) == [0, 1]


async def test_beyond_the_cap_the_longest_unused_go_first(
    site: Site, make_store: MakeStore
) -> None:
    store = make_store(looks_per_site_max=5)
    await add(store, site, range(6))
    site.wait(hours=25)
    await add(store, site, range(3))  # these are used
    await add(store, site, range(10, 12))
    await sweep(store.delete_expired)
    assert numbers(site) == [0, 1, 2, 10, 11]


@pytest.mark.parametrize("origin", [Origin.QUERY, Origin.ALIAS])
async def test_strangers_queries_push_out_no_page_without_one(
    site: Site, make_store: MakeStore, origin: Origin
) -> None:
    store = make_store(looks_per_site_max=3)
    await add(store, site, range(3))
    site.wait(hours=100)
    await add(store, site, range(10, 20), origin)
    await sweep(store.delete_expired)
    assert numbers(site, "NOT has_query") == [0, 1, 2]
    assert len(numbers(site, "has_query")) == 3


async def test_pages_with_and_without_a_query_are_told_apart_by_their_urls(site: Site) -> None:
    await site.see(site.page("/plain"), "TAG_FOUND")
    await site.see(site.page("/page?a=1"), "TAG_FOUND")
    own, shared = site.page("/own"), site.page("/own?utm=1")
    await site.world.complete(shared, "TAG_FOUND", canonical=own)
    columns = "has_query, is_alias"
    assert sorted(site.looks(columns)) == [
        (False, False),
        (False, False),
        (True, False),
        (True, True),
    ]
    with psycopg.connect(site.admin_dsn) as admin:
        counts = admin.execute(
            "SELECT origin, additions FROM auth.look_additions WHERE site_id = %s ORDER BY 1",
            (site.site_id,),
        ).fetchall()
    assert counts == [("alias", 1), ("query", 1), ("request", 2)]


async def test_the_cap_is_each_sites(site: Site, site_beside: Site, make_store: MakeStore) -> None:
    store = make_store(looks_per_site_max=2)
    await add(store, site, range(2))
    await add(store, site_beside, range(4))
    await sweep(store.delete_expired)
    assert (len(numbers(site)), len(numbers(site_beside))) == (2, 2)


async def test_old_looks_are_forgotten(site: Site, make_store: MakeStore) -> None:
    store = make_store()
    await add(store, site, range(2))
    await add(store, site, range(10, 12), Origin.ALIAS)
    for n, age_s in ((0, RETENTION_S), (1, RETENTION_S - DAY_S)):
        alter(site, f"look_time = now() - interval '{age_s} s'", f"page_digest = {bytea(n)}")
    for n, age_s in ((10, ALIAS_RETENTION_S), (11, ALIAS_RETENTION_S - DAY_S)):
        alter(site, f"look_time = now() - interval '{age_s} s'", f"page_digest = {bytea(n)}")
    assert await sweep(store.delete_expired) >= 2
    assert numbers(site) == [1, 11]


async def test_many_old_looks_are_forgotten_in_parts(site: Site, make_store: MakeStore) -> None:
    with psycopg.connect(site.admin_dsn, autocommit=True) as admin:
        admin.execute(
            "INSERT INTO auth.looks"
            " (site_id, page_digest, tag_policy, card_digest, state, look_time)"
            " SELECT %s, sha256(n::text::bytea), 'any', '', 'verified', now() - interval '5 years'"
            " FROM generate_series(1, 10500) AS n",
            (site.site_id,),
        )
    assert await sweep(make_store().delete_expired) >= 10_500
    assert site.looks() == []


async def test_counts_of_days_gone_are_forgotten(site: Site, make_store: MakeStore) -> None:
    store = make_store()
    await add(store, site, range(1))
    alter(site, "day = day - 2", table="look_additions")
    await sweep(store.delete_expired)
    with psycopg.connect(site.admin_dsn) as admin:
        query = "SELECT FROM auth.look_additions WHERE site_id = %s"
        assert admin.execute(query, (site.site_id,)).fetchall() == []


def bytea(n: int) -> str:
    return f"decode('{n:064x}', 'hex')"
