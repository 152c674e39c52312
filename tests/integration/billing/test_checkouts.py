"""Checkouts that are open beside each other, and at the end of an account."""

from __future__ import annotations

import asyncio

from tests.integration.billing.client import buckets, reason_of
from tests.integration.billing.shop import Shop


def states(shop: Shop) -> list[str]:
    """Give those of the account's checkouts, newest first."""
    every = shop.world.every("checkout.session")
    return [each["status"] for each in every if each["client_reference_id"] == shop.account]


async def test_of_checkouts_of_a_plan_begun_at_once_one_can_be_paid(shop: Shop) -> None:
    await shop.till.pack_checkout(shop.account, "small")
    ready, begun = asyncio.Event(), []

    async def together(method: str, path: str) -> None:
        if (method, path) == ("POST", "checkout/sessions"):
            begun.append(path)
            if len(begun) == 2:
                ready.set()
            await ready.wait()

    shop.stripe.before_answer = together
    try:
        urls = await asyncio.gather(
            *(till.plan_checkout(shop.account, "pro") for till in shop.tills)
        )
    finally:
        shop.stripe.before_answer = None
    assert states(shop) == ["open", "expired", "open"]  # the last one is the pack's
    assert len(set(urls)) == 1
    shop.finish(urls[0])


async def test_a_plan_that_is_paid_while_another_is_asked_for_is_the_only_one(shop: Shop) -> None:
    first = await shop.till.plan_checkout(shop.account, "pro")

    async def pay_the_first(method: str, path: str) -> None:
        if (method, path) == ("POST", "checkout/sessions"):
            shop.finish(first)

    shop.stripe.before_answer = pay_the_first
    try:
        second = shop.till.plan_checkout(shop.account, "starter")
        assert await reason_of(second) == "ALREADY_SUBSCRIBED"
    finally:
        shop.stripe.before_answer = None
    assert states(shop) == ["expired", "complete"]


async def test_nothing_can_be_paid_for_once_an_account_ended_all(shop: Shop) -> None:
    await shop.till.pack_checkout(shop.account, "small")
    await shop.till.plan_checkout(shop.account, "pro")
    await shop.till.cancel(shop.account)
    assert states(shop) == ["expired", "expired"]


async def test_an_account_may_end_all_though_stripe_has_no_such_customer(shop: Shop) -> None:
    """As of a sandbox that was tried first, or of one that an operator deleted."""
    await shop.buy_pack(shop.account, "small")
    [customer] = [
        each
        for each in shop.world.every("customer")
        if each["metadata"]["account_id"] == shop.account
    ]
    del shop.world.objects[customer["id"]]
    await shop.till.cancel(shop.account)
    assert buckets(await shop.till.balance(shop.account)) == (0, 1_000, 0)


async def test_of_two_upgrades_at_once_the_second_is_not_made_from_what_is_past(
    shop: Shop,
) -> None:
    """It would be a downgrade with money back, while the first one's credits are there."""
    await shop.buy_plan(shop.account, "starter")

    async def upgrade_first(method: str, path: str) -> None:
        if (method, path) == ("GET", "invoices"):
            shop.stripe.before_answer = None
            await shop.tills[1].change_plan(shop.account, "enterprise")

    shop.stripe.before_answer = upgrade_first
    second = shop.till.change_plan(shop.account, "pro")
    assert await reason_of(second) == "PAYMENTS_UNAVAILABLE"
    await shop.deliver()
    invoices = (await shop.till.payments(shop.account)).invoices
    assert [each.total_cents > 0 for each in invoices] == [True, True]
    assert (await shop.till.subscription(shop.account)).plan_id == "enterprise"
    assert (await shop.till.change_plan(shop.account, "pro")).paid_plan.next_plan_id == "pro"
