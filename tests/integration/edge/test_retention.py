"""What becomes of cards nobody uses, and of objects that are no card's, whatever was cut off."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psycopg
import pytest

from og_edge.cards import Card, Generation
from og_edge.lease_store import PostgresLeases
from og_edge.leases import Lease, LeaseLostError
from og_edge.pictures import ObjectPictureStore, open_object_store
from og_edge.retention import COLLECT_OBJECTS_MAX, collect, keep_collecting, sweep
from og_edge.store import PUBLISHED_WITHIN, TAKEN_FOR, PostgresCardStore
from og_service.background import running
from og_service.fast_pool import open_fast_pool
from og_service.postgres import POOL_MAX_CONNECTIONS
from tests.support.stores import FreshDatabase
from tests.support.waiting import eventually

DATA = b"\x89PNG, more or less"
A_DAY = dt.timedelta(days=1)

Pass = Callable[[dt.timedelta], None]


@dataclass
class Shelf:
    """Cards and their objects, as an edge keeps them."""

    store: PostgresCardStore
    leases: PostgresLeases
    pictures: ObjectPictureStore
    folder: Path

    async def draw(self, card: Card) -> Lease:
        """Claim and store a card, so that it could be published."""
        lease = (await self.leases.claim(card.key)).lease
        assert lease
        await self.store.expect(card.object_name)
        await self.pictures.put(card.object_name, DATA)
        return lease

    async def publish(self, card: Card, lease: Lease | None = None) -> None:
        """Publish a card, drawn now if it was not yet."""
        line = Generation(str(uuid.uuid4()), "acct_1", card.key, "https://a/", "t", {}, {}, (), 10)
        await self.store.publish(card, line, lease or await self.draw(card), read_anew=True)

    async def collect(self) -> int:
        return await collect(self.store, self.pictures)

    def has(self, card: Card) -> bool:
        return (self.folder / card.object_name).exists()


@pytest.fixture
def dsn(fresh_database: FreshDatabase) -> str:
    """A database of the test's own: orphans are anybody's."""
    return fresh_database("edge")


@pytest.fixture
async def shelf(dsn: str, tmp_path: Path) -> AsyncIterator[Shelf]:
    pictures = ObjectPictureStore(open_object_store(tmp_path.as_uri()))
    async with open_fast_pool(dsn, max_connections=POOL_MAX_CONNECTIONS) as fast_pool:
        yield Shelf(PostgresCardStore(fast_pool), PostgresLeases(fast_pool), pictures, tmp_path)


@pytest.fixture
def let_pass(dsn: str) -> Pass:
    """Lets time pass for objects."""

    def run(time: dt.timedelta) -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("UPDATE edge.orphans SET due_time = due_time - %s", (time,))

    return run


def a_card(key: str = "") -> Card:
    key = key or hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    name, charge_id = f"ab/{uuid.uuid4()}.png", str(uuid.uuid4())
    return Card(key, "acct_1", name, "digest", len(DATA), charge_id, settled=True)


async def test_a_card_nobody_uses_is_forgotten_and_its_object_goes(shelf: Shelf) -> None:
    card = a_card()
    await shelf.publish(card)
    assert await sweep(shelf.store, A_DAY) == 0
    assert await sweep(shelf.store, -A_DAY) == 1
    assert await shelf.store.find(card.key) is None
    assert await shelf.collect() == 1
    assert not shelf.has(card)


async def test_a_card_that_was_deleted_leaves_no_object_whoever_dies(shelf: Shelf) -> None:
    card, others = a_card(), a_card()
    await shelf.publish(card)
    await shelf.publish(others)
    assert not await shelf.store.delete("acct_2", card.key)
    assert await shelf.collect() == 0
    assert await shelf.store.delete("acct_1", card.key)  # and the edge dies
    assert await shelf.collect() == 1
    assert (shelf.has(card), shelf.has(others)) == (False, True)


async def test_what_is_replaced_leaves_no_object(shelf: Shelf) -> None:
    old = a_card()
    new = a_card(old.key)
    for card in (old, new, new):
        await shelf.publish(card)
    assert await shelf.collect() == 1
    assert (shelf.has(old), shelf.has(new)) == (False, True)


async def test_what_was_stored_and_never_published_goes_once_it_cannot_be_any_more(
    shelf: Shelf, let_pass: Pass
) -> None:
    lost, cut_off, published = a_card(), a_card(), a_card()
    for card in (cut_off, published):
        lease = await shelf.draw(card)
    await shelf.publish(published, lease)
    lease = await shelf.draw(lost)
    await shelf.store.delete("acct_1", lost.key)
    with pytest.raises(LeaseLostError):
        await shelf.publish(lost, lease)
    let_pass(PUBLISHED_WITHIN / 2)
    assert await shelf.collect() == 0
    let_pass(PUBLISHED_WITHIN / 2)
    assert await shelf.collect() == 2
    assert [shelf.has(card) for card in (lost, cut_off, published)] == [False, False, True]


async def test_what_could_not_be_deleted_is_tried_again_and_holds_up_nothing_else(
    shelf: Shelf, let_pass: Pass
) -> None:
    cards = [a_card() for _ in range(3)]
    for card in cards:
        await shelf.publish(card)
    stuck = shelf.folder / cards[1].object_name
    stuck.unlink()
    (stuck / "a folder").mkdir(parents=True)  # which cannot be deleted as a file
    for card in cards:
        await shelf.store.delete("acct_1", card.key)
    with pytest.raises(Exception, match="ab"):
        await shelf.collect()
    assert [shelf.has(card) for card in cards] == [False, True, False]
    (stuck / "a folder").rmdir()
    stuck.rmdir()
    stuck.write_bytes(DATA)
    assert await shelf.collect() == 0
    let_pass(TAKEN_FOR)
    assert await shelf.collect() == 1
    assert not shelf.has(cards[1])


async def test_each_object_is_taken_by_one_and_by_the_next_where_that_one_died(
    shelf: Shelf, let_pass: Pass
) -> None:
    cards = [replace(a_card(), object_name=f"ab/{number}.png") for number in range(20)]
    for card in cards:
        await shelf.publish(card)
        await shelf.store.delete("acct_1", card.key)
    taken = await asyncio.gather(*(shelf.store.take_orphans(4) for _ in range(8)))
    names = sorted(card.object_name for card in cards)
    while more := await shelf.store.take_orphans(4):
        taken.append(more)
    assert sorted(name for some in taken for name in some) == names
    let_pass(TAKEN_FOR)
    assert sorted(await shelf.store.take_orphans(20)) == names


async def test_however_many_there_are_all_go(shelf: Shelf) -> None:
    cards = [a_card() for _ in range(2 * COLLECT_OBJECTS_MAX + 1)]
    for card in cards:
        await shelf.publish(card)
        await shelf.store.delete("acct_1", card.key)
    async with running(partial(keep_collecting, shelf.store, shelf.pictures)):
        await eventually(lambda: not any(map(shelf.has, cards)))
