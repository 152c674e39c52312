"""Events out of order, twice, at once at two services, and around a process that dies."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from og.billing.v1 import billing_pb2 as pb
from og_service.status import RemoteError
from tests.integration.billing.client import audit, buckets, kinds, new_id, until
from tests.integration.billing.processes import Process
from tests.integration.billing.shop import CLOCK_START, Shop, Till, till_at, till_of
from tests.support.database_clock import DatabaseClock
from tests.support.stripe_server.objects import Object
from tests.support.stripe_server.server import SECRET_KEY, WEBHOOK_SECRET, stripe_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stores import FreshDatabase

HOW_OFTEN = 12


async def state_of(shop: Shop) -> tuple[str, bool, tuple[int, int, int]]:
    found = await shop.till.subscription(shop.account)
    balance = await shop.till.balance(shop.account)
    return found.plan_id, found.is_paid, buckets(balance)


async def live(shop: Shop) -> list[Object]:
    """Have a subscriber's life happen at Stripe, of which nobody hears yet; give its events."""
    world = shop.world
    sub = shop.finish(await shop.till.plan_checkout(shop.account, "starter"))["id"]
    pack = shop.finish(await shop.till.pack_checkout(shop.account, "small"))["id"]
    shop.clock.advance(timedelta(days=31, hours=1))
    world.begin_month(sub)
    world.refund(pack, 300)
    dispute = world.open_dispute(pack, 900)
    await shop.till.change_plan(shop.account, "pro")
    world.close_dispute(dispute, "won")
    return shop.new_events()


async def test_events_of_a_life_end_the_same_in_any_order(shop: Shop, rng: random.Random) -> None:
    outcomes = set()
    for _ in range(HOW_OFTEN):
        shop.begin(f"acct_{new_id()}")
        events = await live(shop)
        events += rng.choices(events, k=len(events) // 2)
        rng.shuffle(events)
        for event in events:
            await rng.choice(shop.tills).deliver(event)
        outcomes.add(await state_of(shop))
    # The upgrade came an hour into a month of 30 days: of 8,000 credits, that hour's are missing.
    assert outcomes == {("pro", True, (2_000 + 8_000 * (30 * 24 - 1) // (30 * 24), 750, 0))}


async def test_every_order_of_a_checkout_and_its_end_leaves_the_same(shop: Shop) -> None:
    outcomes = set()
    for order in itertools.permutations(range(4)):
        shop.begin(f"acct_{new_id()}")
        await shop.till.set_plan(shop.account, "free")
        bought = shop.finish(await shop.till.plan_checkout(shop.account, "starter"))
        kinds_of = ("customer.subscription.created", "invoice.paid", "checkout.session.completed")
        events = [each for each in shop.new_events() if each["type"] in kinds_of]
        shop.world.end(bought["id"])
        events += shop.new_events()
        assert len(events) == 4
        for place in order:
            await shop.till.deliver(events[place])
        outcomes.add(await state_of(shop))
    assert outcomes == {("free", False, (100, 0, 0))}


async def test_both_services_at_once_bring_everything_once(shop: Shop, rng: random.Random) -> None:
    events = await live(shop) * 2
    rng.shuffle(events)

    async def deliver(event: Object) -> None:
        """As Stripe does: again, where it was told to or heard nothing."""
        while True:
            try:
                await rng.choice(shop.tills).deliver(event)
            except RemoteError as error:
                if not (error.outcome_unknown or error.reason == "PAYMENTS_UNAVAILABLE"):
                    raise
            else:
                return

    await asyncio.gather(*map(deliver, events))
    plan, is_paid, (_, pack, _) = await state_of(shop)
    assert (plan, is_paid, pack) == ("pro", True, 750)
    entries, _ = await shop.till.page(shop.account, 1_000)
    assert max(Counter(each.charge_id for each in entries).values()) == 1


async def test_what_was_asked_of_stripe_before_is_not_written_after(shop: Shop) -> None:
    payment = await shop.buy_pack(shop.account, "small")
    dispute = shop.world.open_dispute(payment, 1_200)
    [opened, *_] = shop.new_events()
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def wait_once(_method: str, path: str) -> None:
        if path.startswith("disputes") and not asked.is_set():
            asked.set()
            await go_on.wait()

    # One service has the answer that the dispute is open, and is slow to read it.
    shop.stripe.before_answer = wait_once
    slow = asyncio.create_task(shop.tills[0].deliver(opened))
    await asked.wait()
    shop.world.close_dispute(dispute, "won")
    for event in shop.new_events():
        await shop.tills[1].deliver(event)
    go_on.set()
    await slow
    shop.stripe.before_answer = None
    assert buckets(await shop.till.balance(shop.account)) == (0, 1_000, 0)


async def test_refunds_racing_with_charges_never_take_what_is_not_there(
    shop: Shop, rng: random.Random
) -> None:
    payments = [await shop.buy_pack(shop.account, "small") for _ in range(3)]
    for payment in payments:
        for cents in (300, 400, 500):
            shop.world.refund(payment, cents)
    events = shop.new_events()

    async def spend() -> int:
        spent = 0
        while True:
            try:
                answer = await rng.choice(shop.tills).charge(
                    shop.account, pb.CHARGE_KIND_AI_GENERATION
                )
            except RemoteError as error:
                if error.reason != "INSUFFICIENT_CREDITS":
                    raise
                return spent
            spent += answer.charged_credits

    async def refund() -> None:
        for event in events:
            await rng.choice(shop.tills).deliver(event)

    *spent, _ = await asyncio.gather(spend(), spend(), refund())
    statement = await kinds(shop.till, shop.account)
    taken = -sum(delta for kind, delta in statement if kind == "REVERSAL")
    _, pack, _ = buckets(await shop.till.balance(shop.account))
    assert 0 <= pack < 100
    assert sum(spent) + taken + pack == 3_000


async def test_a_service_that_dies_amid_events_loses_and_doubles_nothing(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    with closing(DatabaseClock(admin_of(dsn), "og_billing", CLOCK_START)) as clock:
        async with (
            stripe_server(lambda: int(clock.time.timestamp())) as stripe,
            till_at(dsn, stripe.url) as till,
        ):
            process = Process(
                dsn,
                STRIPE_API_URL=stripe.url,
                STRIPE_SECRET_KEY=SECRET_KEY,
                STRIPE_WEBHOOK_SECRET=WEBHOOK_SECRET,
            )
            shop = Shop(stripe, [till, till], clock)
            shop.begin("acct")
            for pack in range(3):
                process.start()
                async with till_of(process) as mortal:
                    await until(partial(answers, mortal))
                    shop.finish(await till.pack_checkout("acct", "small"))
                    events = shop.new_events()
                    under_way = [asyncio.create_task(mortal.deliver(each)) for each in events]
                    reached = len(stripe.calls) + pack
                    await until(partial(reaches, stripe.calls, reached))
                    process.kill()
                    await asyncio.gather(*under_way, return_exceptions=True)
                for event in events:
                    await till.deliver(event)
                assert buckets(await till.balance("acct")) == (0, 1_000 * (pack + 1), 0)
    found = await audit(dsn)
    assert found.passed, found


async def answers(till: Till) -> bool:
    try:
        await till.balance("acct")
    except RemoteError:
        return False
    return True


async def reaches(calls: list[tuple[str, str]], number: int) -> bool:
    return len(calls) >= number
