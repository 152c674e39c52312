"""Brand cards as the database keeps them, and the newest cards of pages."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from dataclasses import replace

import psycopg
import pytest

from og_edge.brand_store import PostgresBrandStore
from og_edge.brands import BrandCard, BrandName
from og_edge.cards import Card, Generation
from og_edge.lease_store import PostgresLeases
from og_edge.options import CardSize, ImageFormat
from og_edge.store import PostgresCardStore
from og_service.fast_pool import FastPool

PAGE = "https://example.com/page"


@pytest.fixture
def brands(fast_pool: FastPool) -> PostgresBrandStore:
    return PostgresBrandStore(fast_pool)


def a_name(account_id: str = "acct_1") -> BrandName:
    return BrandName(account_id, f"site_{uuid.uuid4().hex[:16]}")


def a_card(name: BrandName) -> BrandCard:
    return BrandCard(name, bytes(32), f"brand/{uuid.uuid4()}.png", "digest", 5)


def orphans(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        return {name for (name,) in connection.execute("SELECT object_name FROM edge.orphans")}


async def test_a_brand_card_is_found_by_its_site_size_and_format_and_by_its_owner_only(
    brands: PostgresBrandStore,
) -> None:
    card = a_card(a_name())
    await brands.publish(card)
    assert await brands.find(card.name) == card
    for other in (
        card.name._replace(size=CardSize.SQUARE),
        card.name._replace(format=ImageFormat.WEBP),
        card.name._replace(account_id="acct_2"),
    ):
        assert await brands.find(other) is None


async def test_what_is_published_at_the_same_time_leaves_one_card_and_orphans_all_others(
    brands: PostgresBrandStore, dsn: str
) -> None:
    name = a_name()
    cards = [a_card(name) for _ in range(12)]
    await asyncio.gather(*(brands.publish(card) for card in cards))
    kept = await brands.find(name)
    assert kept in cards
    assert orphans(dsn) >= {card.object_name for card in cards if card != kept}
    assert kept.object_name not in orphans(dsn)


async def test_a_publication_that_is_repeated_orphans_nothing(
    brands: PostgresBrandStore, dsn: str
) -> None:
    card = a_card(a_name())
    await brands.publish(card)
    await brands.publish(card)
    assert await brands.find(card.name) == card
    assert card.object_name not in orphans(dsn)


async def test_what_is_forgotten_leaves_its_objects_to_the_orphans(
    brands: PostgresBrandStore, dsn: str
) -> None:
    account_id = f"acct_{uuid.uuid4()}"
    first, second, third = cards = [a_card(a_name(account_id)) for _ in range(3)]
    for card in cards:
        await brands.publish(card)
    await brands.forget_site("acct_2", first.name.site_id)
    assert await brands.find(first.name) == first
    await brands.forget_site(account_id, first.name.site_id)
    assert await brands.find(first.name) is None
    assert [await brands.forget_of(account_id, 1) for _ in range(3)] == [1, 1, 0]
    assert await brands.find(second.name) is await brands.find(third.name) is None
    assert orphans(dsn) >= {card.object_name for card in cards}


async def test_what_nobody_used_for_long_is_forgotten(brands: PostgresBrandStore, dsn: str) -> None:
    used, unused = a_card(a_name()), a_card(a_name())
    for card in (used, unused):
        await brands.publish(card)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("UPDATE edge.brand_cards SET use_time = now() - interval '91 days'")
    assert await brands.find(used.name) == used  # which is a use
    assert await brands.forget_unused(1_000) >= 1
    assert await brands.find(used.name) == used
    assert await brands.find(unused.name) is None


async def test_the_newest_card_of_a_page_is_one_that_is_kept_settled_and_of_the_same_shape(
    brands: PostgresBrandStore, fast_pool: FastPool
) -> None:
    account_id = f"acct_{uuid.uuid4()}"

    async def newest(size: CardSize = CardSize.WIDE, page: str = PAGE) -> Card | None:
        return await brands.newest_of(account_id, page, size, ImageFormat.PNG)

    store = PostgresCardStore(fast_pool)
    assert await newest() is None
    old = await publish(fast_pool, account_id, {})
    new = await publish(fast_pool, account_id, {"theme": "dark"})
    square = await publish(fast_pool, account_id, {"size": "square"})
    await publish(fast_pool, account_id, {"format": "webp"})
    await publish(fast_pool, account_id, {}, settled=False)
    await publish(fast_pool, account_id, {}, page="https://example.com/other")
    await publish(fast_pool, f"acct_{uuid.uuid4()}", {})
    assert [found and found.key for found in (await newest(), await newest(CardSize.SQUARE))] == [
        new.key,
        square.key,
    ]
    assert await store.delete(account_id, new.key)
    found = await newest()
    assert found
    assert replace(found, use_time=None) == old
    assert await store.delete(account_id, old.key)
    assert await newest() is None


async def publish(
    fast_pool: FastPool,
    account_id: str,
    options: dict[str, object],
    *,
    page: str = PAGE,
    settled: bool = True,
) -> Card:
    """Publish a card of a page."""
    key, charge_id = hashlib.sha256(uuid.uuid4().bytes).hexdigest(), str(uuid.uuid4())
    card = Card(key, account_id, f"ab/{key}.png", "digest", 5, charge_id, settled)
    line = Generation(charge_id, account_id, key, page, "t", options, {}, (), 10)
    lease = (await PostgresLeases(fast_pool).claim(key)).lease
    assert lease
    await PostgresCardStore(fast_pool).publish(card, line, lease, read_anew=True)
    return card
