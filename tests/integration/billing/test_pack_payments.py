"""Packs that are bought, refunded, disputed: what of their credits comes and goes."""

from __future__ import annotations

import pytest

from og.billing.v1 import billing_pb2 as pb
from tests.integration.billing.client import buckets, kinds, reason_of
from tests.integration.billing.shop import Shop
from tests.support.stripe_server.objects import Object
from tests.support.stripe_server.server import signed

AI = pb.CHARGE_KIND_AI_GENERATION


async def packs_of(shop: Shop, account_id: str) -> int:
    _, pack, _ = buckets(await shop.till.balance(account_id))
    return pack


async def test_a_pack_brings_its_credits_once_it_is_paid(shop: Shop) -> None:
    url = await shop.till.pack_checkout(shop.account, "small")
    assert await packs_of(shop, shop.account) == 0
    shop.finish(url)
    for _ in range(2):
        for event in shop.world.events:
            await shop.till.deliver(event)
    assert await packs_of(shop, shop.account) == 1_000
    entries, _ = await shop.till.page(shop.account)
    assert [entry.reference for entry in entries] == ["small pack"]


async def test_a_debit_brings_them_when_it_comes_in(shop: Shop) -> None:
    bought = shop.finish(await shop.till.pack_checkout(shop.account, "small"), at_once=False)
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 0
    assert list((await shop.till.payments(shop.account)).pending_pack_ids) == ["small"]
    shop.world.end_debit(bought["id"], paid=True)
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 1_000
    assert not (await shop.till.payments(shop.account)).pending_pack_ids


async def test_a_debit_that_is_refused_brings_nothing(shop: Shop) -> None:
    bought = shop.finish(await shop.till.pack_checkout(shop.account, "small"), at_once=False)
    shop.world.end_debit(bought["id"], paid=False)
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 0
    assert not (await shop.till.payments(shop.account)).pending_pack_ids


async def test_a_refund_takes_its_share_of_the_credits_back(shop: Shop) -> None:
    payment = await shop.buy_pack(shop.account, "small")
    shop.world.refund(payment, 400)
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 1_000 - 333
    shop.world.refund(payment, 800)
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 0
    assert await kinds(shop.till, shop.account) == [
        ("GRANT", 1_000),
        ("REVERSAL", -333),
        ("REVERSAL", -667),
    ]


async def test_what_was_spent_stays_spent_and_later_packs_are_whole(shop: Shop) -> None:
    payment = await shop.buy_pack(shop.account, "small")
    for _ in range(7):
        await shop.till.charge(shop.account, AI)
    shop.world.refund(payment, 1_200)
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 0
    await shop.buy_pack(shop.account, "medium")
    for event in shop.world.events:
        await shop.till.deliver(event)
    shop.world.tell("charge.refunded", shop.world.every("charge")[1])
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 5_000


async def test_what_is_set_aside_is_not_taken(shop: Shop) -> None:
    payment = await shop.buy_pack(shop.account, "small")
    await shop.till.reserve(shop.account, AI, charge_id="00000000-0000-4000-8000-000000000001")
    shop.world.refund(payment, 1_200)
    await shop.deliver()
    assert buckets(await shop.till.balance(shop.account)) == (0, 0, 100)
    await shop.till.release("00000000-0000-4000-8000-000000000001")
    assert await packs_of(shop, shop.account) == 100


@pytest.mark.parametrize(("spent", "back"), [(0, 1_000), (3, 700)])
async def test_a_dispute_takes_them_and_winning_it_gives_them_back(
    shop: Shop, spent: int, back: int
) -> None:
    payment = await shop.buy_pack(shop.account, "small")
    for _ in range(spent):
        await shop.till.charge(shop.account, AI)
    dispute = shop.world.open_dispute(payment, 1_200)
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 0
    assert await reason_of(shop.till.charge(shop.account)) == "INSUFFICIENT_CREDITS"
    shop.world.close_dispute(dispute, "won")
    await shop.deliver()
    assert await packs_of(shop, shop.account) == back
    assert (await kinds(shop.till, shop.account))[-2:] == [("REVERSAL", -back), ("GRANT", back)]


async def test_a_dispute_that_is_lost_takes_nothing_more(shop: Shop) -> None:
    payment = await shop.buy_pack(shop.account, "small")
    await shop.buy_pack(shop.account, "small")
    shop.world.close_dispute(shop.world.open_dispute(payment, 1_200), "lost")
    await shop.deliver()
    assert await packs_of(shop, shop.account) == 1_000


async def test_payments_of_others_at_the_same_stripe_are_none_of_ours(shop: Shop) -> None:
    await shop.buy_pack(shop.account, "small")
    other: Object = {"id": "pi_other", "object": "payment_intent", "customer": "cus_other"}
    other |= {"metadata": {}, "status": "succeeded", "latest_charge": None}
    shop.world.add(other)
    event = shop.world.tell("payment_intent.succeeded", other)
    assert (await shop.till.deliver(event)).account_id == ""
    event = shop.world.tell("product.created", {"object": "product", "id": "prod_other"})
    assert (await shop.till.deliver(event)).account_id == ""


async def test_only_what_stripe_signed_just_now_is_handled(shop: Shop) -> None:
    shop.finish(await shop.till.pack_checkout(shop.account, "small"))
    event = shop.world.events[-1]
    payload, signature = signed(event)
    for wrong in (
        (payload + b" ", signature),
        (payload, ""),
        (payload, "t=1,v1=00"),
        signed(event, secret="whsec_of_somebody"),
        signed(event, age_s=400),
        (payload, "x" * 2_000),
    ):
        assert await reason_of(shop.till.handle(*wrong)) == "INVALID_SIGNATURE"
    assert (
        await reason_of(shop.till.handle(b"x" * (512 * 1024 + 1), signature)) == "INVALID_REQUEST"
    )
    assert await reason_of(shop.till.handle(*signed({"object": "list"}))) == "INVALID_REQUEST"
    assert await packs_of(shop, shop.account) == 0
