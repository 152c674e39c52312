"""What is bought at Stripe reaches the ledger, and what is changed or ended there does."""

from __future__ import annotations

from datetime import timedelta

from og.billing.v1 import billing_pb2 as pb
from og_billing.billed_months import GRACE
from tests.integration.billing.client import buckets, kinds, reason_of, until
from tests.integration.billing.shop import Shop

ACTIVE, FAILED = pb.PAID_PLAN_STATE_ACTIVE, pb.PAID_PLAN_STATE_PAYMENT_FAILED
AI = pb.CHARGE_KIND_AI_GENERATION


async def plan_of(shop: Shop, account_id: str) -> tuple[str, str, bool]:
    found = await shop.till.subscription(account_id)
    return found.plan_id, found.next_plan_id, found.is_paid


async def balance_of(shop: Shop, account_id: str) -> tuple[int, int, int]:
    return buckets(await shop.till.balance(account_id))


async def test_a_plan_starts_with_its_first_paid_invoice(shop: Shop) -> None:
    await shop.till.set_plan(shop.account, "free")
    await shop.till.charge(shop.account)
    url = await shop.till.plan_checkout(shop.account, "pro")
    assert await plan_of(shop, shop.account) == ("free", "free", False)
    shop.finish(url)
    await shop.deliver()
    assert await plan_of(shop, shop.account) == ("pro", "free", True)
    assert await balance_of(shop, shop.account) == (10_000, 0, 0)
    assert await kinds(shop.till, shop.account) == [
        ("PLAN_CREDITS", 100),
        ("CACHED_CARD", -1),
        ("PLAN_EXPIRY", -99),
        ("PLAN_CREDITS", 10_000),
    ]
    payments = await shop.till.payments(shop.account)
    plan = payments.paid_plan
    assert (plan.plan_id, plan.next_plan_id, plan.state) == ("pro", "pro", ACTIVE)
    assert payments.has_portal
    assert plan.paid_until_time.ToDatetime() == shop.clock.time.replace(month=6, tzinfo=None)
    [invoice] = payments.invoices
    assert (invoice.total_cents, invoice.currency, invoice.status) == (4_900, "usd", "paid")


async def test_an_account_without_any_plan_may_buy_one(shop: Shop) -> None:
    await shop.buy_plan(shop.account, "starter")
    assert await kinds(shop.till, shop.account) == [("PLAN_CREDITS", 2_000)]


async def test_a_renewal_brings_the_next_month_when_it_is_paid(shop: Shop) -> None:
    sub = await shop.buy_plan(shop.account, "starter")
    await shop.till.charge(shop.account, AI)
    shop.clock.advance(timedelta(days=31, hours=1))
    await shop.till.charge(shop.account)  # the clock's month is over; what was paid for goes on
    assert await balance_of(shop, shop.account) == (1_899, 0, 0)
    shop.world.begin_month(sub)
    await shop.deliver()
    assert await balance_of(shop, shop.account) == (2_000, 0, 0)
    assert (await kinds(shop.till, shop.account))[-2:] == [
        ("PLAN_EXPIRY", -1_899),
        ("PLAN_CREDITS", 2_000),
    ]


async def test_a_renewal_told_of_before_our_clock_ends_the_month_is_one_month(shop: Shop) -> None:
    sub = await shop.buy_plan(shop.account, "starter")
    shop.clock.advance(timedelta(days=30, hours=23))
    shop.world.begin_month(sub)
    await shop.deliver()
    shop.clock.advance(timedelta(days=5))
    await shop.till.charge(shop.account)
    granted = [kind for kind in await kinds(shop.till, shop.account) if kind[0] == "PLAN_CREDITS"]
    assert granted == [("PLAN_CREDITS", 2_000)] * 2
    assert await balance_of(shop, shop.account) == (1_999, 0, 0)


async def test_a_payment_that_fails_brings_nothing_and_ends_the_plan_after_the_grace(
    shop: Shop,
) -> None:
    sub = await shop.buy_plan(shop.account, "starter")
    end = shop.clock.time.replace(month=6)
    shop.clock.set(end + timedelta(hours=1))
    shop.world.begin_month(sub, paid=False)
    await shop.deliver()
    assert await plan_of(shop, shop.account) == ("starter", "free", True)
    assert await balance_of(shop, shop.account) == (2_000, 0, 0)
    payments = await shop.till.payments(shop.account)
    assert payments.paid_plan.state == FAILED
    assert payments.paid_plan.payment_url.startswith("https://invoice.stripe.com/")
    assert payments.paid_plan.paid_until_time.ToDatetime() == end.replace(tzinfo=None)
    shop.clock.set(end + GRACE - timedelta(seconds=1))
    assert (await plan_of(shop, shop.account))[0] == "starter"
    shop.clock.set(end + GRACE)
    assert await plan_of(shop, shop.account) == ("free", "free", False)
    assert await balance_of(shop, shop.account) == (100, 0, 0)

    async def swept() -> bool:
        return (await kinds(shop.till, shop.account))[-1] == ("PLAN_CREDITS", 100)

    await until(swept)


async def test_what_is_paid_late_resumes_the_plan(shop: Shop) -> None:
    sub = await shop.buy_plan(shop.account, "starter")
    shop.clock.advance(timedelta(days=31, hours=1))
    invoice = shop.world.begin_month(sub, paid=False)
    await shop.deliver()
    shop.clock.advance(timedelta(days=10))
    assert (await plan_of(shop, shop.account))[0] == "free"
    shop.world.pay(invoice["id"])
    await shop.deliver()
    assert await plan_of(shop, shop.account) == ("starter", "free", True)
    assert await balance_of(shop, shop.account) == (2_000, 0, 0)


async def test_an_upgrade_starts_at_once_and_brings_its_share_of_the_difference(
    shop: Shop,
) -> None:
    await shop.buy_plan(shop.account, "starter")
    await shop.till.charge(shop.account, AI)
    shop.clock.advance(timedelta(days=15, hours=12))  # half of a month of 31 days
    answer = await shop.till.change_plan(shop.account, "pro")
    assert (answer.paid_plan.plan_id, answer.subscription.plan_id) == ("pro", "pro")
    await shop.deliver()
    assert await balance_of(shop, shop.account) == (1_900 + 4_000, 0, 0)
    newest = (await shop.till.payments(shop.account)).invoices[0]
    assert newest.total_cents == 4_900 // 2 - 1_900 // 2
    shop.clock.advance(timedelta(days=15, hours=13))
    shop.world.begin_month(shop.world.every("subscription")[0]["id"])
    await shop.deliver()
    assert await balance_of(shop, shop.account) == (10_000, 0, 0)


async def test_an_upgrade_that_is_refused_changes_nothing_until_it_is_paid(shop: Shop) -> None:
    await shop.buy_plan(shop.account, "starter")
    shop.world.declines = True
    answer = await shop.till.change_plan(shop.account, "business")
    await shop.deliver()
    assert answer.paid_plan.state == FAILED
    assert answer.paid_plan.payment_url
    assert await plan_of(shop, shop.account) == ("starter", "free", True)
    assert await balance_of(shop, shop.account) == (2_000, 0, 0)
    assert await reason_of(shop.till.change_plan(shop.account, "pro")) == "PAYMENT_FAILED"
    shop.world.pay(shop.world.every("invoice")[0]["id"])
    await shop.deliver()
    assert await plan_of(shop, shop.account) == ("business", "free", True)
    assert await balance_of(shop, shop.account) == (50_000, 0, 0)


async def test_a_downgrade_starts_with_the_next_paid_month(shop: Shop) -> None:
    sub = await shop.buy_plan(shop.account, "pro")
    answer = await shop.till.change_plan(shop.account, "starter")
    await shop.deliver()
    plan = answer.paid_plan
    assert (plan.plan_id, plan.next_plan_id) == ("pro", "starter")
    assert await plan_of(shop, shop.account) == ("pro", "free", True)
    assert await balance_of(shop, shop.account) == (10_000, 0, 0)
    shop.clock.advance(timedelta(days=31, hours=1))
    shop.world.begin_month(sub)
    await shop.deliver()
    assert await plan_of(shop, shop.account) == ("starter", "free", True)
    assert await balance_of(shop, shop.account) == (2_000, 0, 0)


async def test_down_and_up_again_costs_nothing_and_brings_nothing(shop: Shop) -> None:
    await shop.buy_plan(shop.account, "pro")
    await shop.till.change_plan(shop.account, "starter")
    answer = await shop.till.change_plan(shop.account, "pro")
    await shop.deliver()
    assert (answer.paid_plan.plan_id, answer.paid_plan.next_plan_id) == ("pro", "pro")
    assert len((await shop.till.payments(shop.account)).invoices) == 1
    assert await balance_of(shop, shop.account) == (10_000, 0, 0)
    await shop.till.change_plan(shop.account, "starter")
    await shop.till.change_plan(
        shop.account, "business"
    )  # from what is paid, not from what was coming
    await shop.deliver()
    assert (await shop.till.payments(shop.account)).invoices[0].total_cents == 19_900 - 4_900
    assert await balance_of(shop, shop.account) == (50_000, 0, 0)


async def test_a_plan_that_was_cancelled_ends_with_what_is_paid(shop: Shop) -> None:
    sub = await shop.buy_plan(shop.account, "pro")
    end = shop.clock.time.replace(month=6)
    shop.world.change(shop.world.objects[sub], {"cancel_at_period_end": True})
    await shop.deliver()
    assert (await shop.till.payments(shop.account)).paid_plan.is_ending
    found = await shop.till.subscription(shop.account)
    assert found.period_end_time.ToDatetime() == end.replace(tzinfo=None)
    shop.clock.set(end)
    assert await plan_of(shop, shop.account) == (
        "free",
        "free",
        False,
    )  # though Stripe was not heard
    shop.world.begin_month(sub)
    await shop.deliver()
    assert await balance_of(shop, shop.account) == (100, 0, 0)
    assert not (await shop.till.payments(shop.account)).HasField("paid_plan")


async def test_changing_to_the_present_plan_takes_a_cancellation_back(shop: Shop) -> None:
    sub = await shop.buy_plan(shop.account, "pro")
    shop.world.change(shop.world.objects[sub], {"cancel_at_period_end": True})
    answer = await shop.till.change_plan(shop.account, "pro")
    assert not answer.paid_plan.is_ending
    end = answer.paid_plan.paid_until_time.ToDatetime()
    assert answer.subscription.period_end_time.ToDatetime() == end + GRACE


async def test_changing_the_plan_takes_back_a_cancellation_of_the_portal(shop: Shop) -> None:
    """With Stripe's flexible billing mode it sets only the moment."""
    sub = shop.world.objects[await shop.buy_plan(shop.account, "pro")]
    sub["cancel_at"] = sub["items"]["data"][0]["current_period_end"]
    assert (await shop.till.payments(shop.account)).paid_plan.is_ending
    answer = await shop.till.change_plan(shop.account, "starter")
    assert (answer.paid_plan.is_ending, answer.paid_plan.next_plan_id) == (False, "starter")
    assert sub["cancel_at"] is None


async def test_a_subscription_that_ended_leaves_the_free_plan(shop: Shop) -> None:
    sub = await shop.buy_plan(shop.account, "pro")
    shop.clock.advance(timedelta(days=3))
    shop.world.end(sub)
    await shop.deliver()
    assert await plan_of(shop, shop.account) == ("free", "free", False)
    assert await balance_of(shop, shop.account) == (100, 0, 0)
    await shop.buy_plan(shop.account, "starter")
    assert await balance_of(shop, shop.account) == (2_000, 0, 0)


async def test_cancelling_ends_everything_and_may_be_repeated(shop: Shop) -> None:
    sub = await shop.buy_plan(shop.account, "pro")
    for _ in range(2):
        answer = await shop.till.cancel(shop.account)
        assert (answer.subscription.plan_id, answer.subscription.is_paid) == ("free", False)
    await shop.deliver()
    assert shop.world.objects[sub]["status"] == "canceled"
    assert await balance_of(shop, shop.account) == (100, 0, 0)
    await shop.till.cancel("nobody")


async def test_only_one_plan_can_be_bought(shop: Shop) -> None:
    first = await shop.till.plan_checkout(shop.account, "pro")
    second = await shop.till.plan_checkout(shop.account, "starter")
    states = {each["id"]: each["status"] for each in shop.world.every("checkout.session")}
    assert [states[url.rpartition("/")[2]] for url in (first, second)] == ["expired", "open"]
    shop.finish(second)
    assert await reason_of(shop.till.plan_checkout(shop.account, "pro")) == "ALREADY_SUBSCRIBED"
    await shop.deliver()
    assert await reason_of(shop.till.set_plan(shop.account, "enterprise")) == "PLAN_IS_PAID"


async def test_what_is_wrong_is_told(shop: Shop) -> None:
    assert await reason_of(shop.till.plan_checkout(shop.account, "free")) == "UNKNOWN_PLAN"
    assert await reason_of(shop.till.pack_checkout(shop.account, "tiny")) == "UNKNOWN_PACK"
    assert await reason_of(shop.till.portal(shop.account)) == "CUSTOMER_NOT_FOUND"
    assert await reason_of(shop.till.change_plan(shop.account, "pro")) == "NOT_SUBSCRIBED"
    assert await reason_of(shop.till.plan_checkout("", "pro")) == "INVALID_REQUEST"
    await shop.buy_pack(shop.account, "small")
    assert await reason_of(shop.till.change_plan(shop.account, "pro")) == "NOT_SUBSCRIBED"
    assert (await shop.till.portal(shop.account)).startswith("https://billing.stripe.com/")


async def test_stripe_away_is_told_and_a_lost_try_is_made_once(shop: Shop) -> None:
    shop.stripe.failures = [500]
    url = await shop.till.plan_checkout(shop.account, "pro")
    assert url
    made = [each["metadata"]["account_id"] for each in shop.world.every("customer")]
    assert made.count(shop.account) == 1
    shop.stripe.failures = [500] * 40
    assert await reason_of(shop.till.payments(shop.account)) == "PAYMENTS_UNAVAILABLE"
    shop.stripe.failures = []
    assert (await shop.till.payments(shop.account)).is_configured
