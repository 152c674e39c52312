"""Cards that exist, while somebody replaces or deletes them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from og_edge.ask import Ask
from og_edge.billing import ChargeKind, Purchase, Receipt
from og_edge.block_store import PostgresBlocks
from og_edge.card_index import open_card_index
from og_edge.card_service import CardService
from og_edge.cards import Card, Generation
from og_edge.cashier import Cashier
from og_edge.chores import Chores
from og_edge.deadline import Deadline
from og_edge.errors import SiteNotVerifiedError
from og_edge.landing import Lander
from og_edge.lease_store import PostgresLeases
from og_edge.lookout import Lookout
from og_edge.making import CardMaker
from og_edge.pictures import ObjectPictureStore, open_object_store
from og_edge.retention import collect
from og_edge.store import PostgresCardStore
from og_edge.turns import Turns
from og_service.fast_pool import FastPool
from tests.unit.edge.samples import card_request, template

REFUSAL = SiteNotVerifiedError("The page's tag names another card.")
BYTES = b"as it was", b"as it is now"


class Till:
    """Takes whatever is charged."""

    def __init__(self) -> None:
        self.charged = 0

    async def charge(self, purchase: Purchase) -> Receipt:
        del purchase
        self.charged += 1
        return Receipt(1, 99)

    async def reserve(
        self, purchase: Purchase, kind: ChargeKind, hold_s: int, timeout_s: float
    ) -> None:
        raise NotImplementedError

    async def capture(self, charge_id: str, kind: ChargeKind, timeout_s: float) -> Receipt:
        raise NotImplementedError

    async def release(self, charge_id: str, timeout_s: float) -> None:
        raise NotImplementedError


class Overtaken(ObjectPictureStore):
    """Lets something happen before the first picture is read."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def get(self, name: str, size_bytes: int) -> bytes | None:
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return await super().get(name, size_bytes)


@pytest.fixture
def pictures(tmp_path: Path) -> Overtaken:
    return Overtaken(open_object_store(tmp_path.as_uri()))


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
async def cards(
    dsn: str, fast_pool: FastPool, pictures: Overtaken, till: Till
) -> AsyncIterator[CardService]:
    store, chores, leases = PostgresCardStore(fast_pool), Chores(), PostgresLeases(fast_pool)
    cashier = Cashier(till, store, chores)
    nobody = cast("CardMaker", None)  # nothing is drawn here
    turns, blocks = Turns(leases, Lookout(leases), chores), PostgresBlocks(fast_pool)
    lander = Lander(store, pictures, cashier, nobody, turns, blocks)
    async with open_card_index(dsn) as index:
        yield CardService(store, index, pictures, cashier, lander, leases, chores)
        await chores.finish()


@pytest.fixture
async def card(fast_pool: FastPool, pictures: Overtaken) -> Card:
    key = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    charge_id = str(uuid.uuid4())
    card = Card(key, "acct_1", "ab/0.png", "digest", len(BYTES[0]), charge_id, settled=True)
    await _publish(fast_pool, pictures, card, BYTES[0])
    return card


async def _publish(fast_pool: FastPool, pictures: Overtaken, card: Card, data: bytes) -> None:
    await pictures.put(card.object_name, data)
    lease = (await PostgresLeases(fast_pool).claim(card.key)).lease
    assert lease
    line = Generation(
        str(uuid.uuid4()), card.account_id, card.key, "https://example.com/", "t", {}, {}, (), 10
    )
    store = PostgresCardStore(fast_pool)
    await store.publish(card, line, lease, read_anew=True)
    await collect(store, pictures)


def _ask(card: Card) -> Ask:
    return Ask(
        request_id=str(uuid.uuid4()),
        account_id=card.account_id,
        key=card.key,
        request=card_request(),
        template=template(),
        deadline=Deadline.after(30),
        drawing_refusal=REFUSAL,
    )


async def test_who_may_have_no_new_card_gets_the_one_that_has_just_taken_its_place(
    cards: CardService, card: Card, fast_pool: FastPool, pictures: Overtaken, till: Till
) -> None:
    new = replace(card, object_name="ab/1.png", size_bytes=len(BYTES[1]))
    pictures.meanwhile = lambda: _publish(fast_pool, pictures, new, BYTES[1])
    answer = await cards.answer(_ask(card), card)
    assert (answer.data, answer.hit, answer.charged_credits) == (BYTES[1], True, 1)
    assert till.charged == 1


async def test_who_may_have_no_new_card_is_told_why_where_it_is_deleted_meanwhile(
    cards: CardService, card: Card, fast_pool: FastPool, pictures: Overtaken, till: Till
) -> None:
    async def delete() -> None:
        await cards.delete(card.account_id, card.key)
        await collect(PostgresCardStore(fast_pool), pictures)

    pictures.meanwhile = delete
    with pytest.raises(SiteNotVerifiedError):
        await cards.answer(_ask(card), card)
    assert till.charged == 0


async def test_who_may_have_no_new_card_is_told_why_where_its_bytes_are_lost(
    cards: CardService, card: Card, pictures: Overtaken
) -> None:
    await pictures.delete(card.object_name)
    with pytest.raises(SiteNotVerifiedError):
        await cards.answer(_ask(card), card)
