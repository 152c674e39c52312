"""Who may publish a drawing, and what that and a deletion leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from og_edge.lease_store import PostgresLeases
from og_edge.leases import Lease, LeaseLostError, Standing
from og_edge.store import PostgresCardStore
from og_service.fast_connection import UniqueViolationError
from tests.integration.edge.leasing import a_card, a_generation, claimed, some_key, standing

RIVALS = 20


async def test_who_was_paused_while_another_took_over_publishes_nothing(
    leases: PostgresLeases, store: PostgresCardStore, let_expire: Callable[[Lease], None]
) -> None:
    paused = await claimed(leases, some_key())
    let_expire(paused)
    awake = await claimed(leases, paused.key)
    old, new = a_card(paused.key), a_card(paused.key)
    for _ in range(2):  # before and after the other one has published
        with pytest.raises(LeaseLostError):
            await store.publish(old, a_generation(old), paused, read_anew=True)
        if await store.find(new.key) is None:
            await store.publish(new, a_generation(new), awake, read_anew=True)
    assert await store.find(new.key) == new


async def test_who_was_paused_while_nobody_came_publishes(
    leases: PostgresLeases, store: PostgresCardStore, let_expire: Callable[[Lease], None]
) -> None:
    lease = await claimed(leases, some_key())
    let_expire(lease)
    card = a_card(lease.key)
    await store.publish(card, a_generation(card), lease, read_anew=True)
    assert await store.find(card.key) == card


async def test_a_lease_publishes_once(leases: PostgresLeases, store: PostgresCardStore) -> None:
    lease = await claimed(leases, some_key())
    cards = [a_card(lease.key) for _ in range(RIVALS)]
    outcomes = await asyncio.gather(
        *(store.publish(card, a_generation(card), lease, read_anew=True) for card in cards),
        return_exceptions=True,
    )
    assert sorted(map(repr, outcomes)) == ["LeaseLostError()"] * (RIVALS - 1) + ["None"]
    assert await store.find(lease.key) == cards[outcomes.index(None)]


async def test_what_is_not_published_leaves_the_lease_as_it_was(
    leases: PostgresLeases, store: PostgresCardStore
) -> None:
    first, lease = await claimed(leases, some_key()), await claimed(leases, some_key())
    generation = a_generation(a_card(first.key))
    await store.publish(a_card(first.key), generation, first, read_anew=True)
    with pytest.raises(UniqueViolationError):
        await store.publish(a_card(lease.key), generation, lease, read_anew=True)
    found = await standing(leases, lease.key)
    assert found == Standing(lease.epoch, is_held=True)


async def test_a_publication_tells_whether_its_page_was_read_after_the_claim(
    leases: PostgresLeases, store: PostgresCardStore
) -> None:
    key = some_key()
    assert await standing(leases, key) == Standing()
    for read_anew in (False, True, False):
        lease = await claimed(leases, key)
        before = await standing(leases, key)
        card = a_card(key)
        await store.publish(card, a_generation(card), lease, read_anew=read_anew)
        found = await standing(leases, key)
        assert found.changed
        assert not found.is_held
        assert found.drawn_epoch == (lease.epoch if read_anew else before.drawn_epoch)


async def test_a_deletion_ends_the_lease_and_is_remembered(
    leases: PostgresLeases, store: PostgresCardStore
) -> None:
    lease = await claimed(leases, some_key())
    assert not await store.delete("acct_1", lease.key)
    found = await standing(leases, lease.key)
    assert found.changed
    assert not found.is_held
    card = a_card(lease.key)
    with pytest.raises(LeaseLostError):
        await store.publish(card, a_generation(card), lease, read_anew=True)
    assert await store.find(card.key) is None

    never_drawn = some_key()
    await store.delete("acct_1", never_drawn)
    assert await standing(leases, never_drawn) == Standing(changed=True)


async def test_a_deletion_forgets_a_settled_card_of_the_account_only(
    leases: PostgresLeases, store: PostgresCardStore
) -> None:
    lease = await claimed(leases, some_key())
    card = a_card(lease.key)
    await store.publish(card, a_generation(card), lease, read_anew=True)
    assert not await store.delete("acct_2", card.key)
    assert await store.find(card.key) == card
    assert await store.delete("acct_1", card.key)
    assert await store.find(card.key) is None
