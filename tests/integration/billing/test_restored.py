"""A ledger of yesterday, to which Stripe's events since then are sent again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.integration.billing.client import audit, buckets
from tests.integration.billing.shop import Till, till_at
from tests.support.stores import FreshDatabase
from tests.support.stripe_server.objects import Object
from tests.support.stripe_server.server import stripe_server

RESTORED = "test_billing_restored"


async def test_what_was_paid_since_the_backup_comes_back_with_the_events(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    account = "acct_restored"
    async with stripe_server(lambda: int(time.time())) as stripe:
        async with till_at(dsn, stripe.url) as till:
            stripe.world.finish_checkout(last_part(await till.plan_checkout(account, "pro")))
            first = stripe.world.finish_checkout(
                last_part(await till.pack_checkout(account, "small"))
            )
            await deliver(till, stripe.world.events)
        restored = copy(admin_of(dsn), dsn)
        async with till_at(dsn, stripe.url) as till:
            seen = len(stripe.world.events)
            stripe.world.finish_checkout(last_part(await till.pack_checkout(account, "medium")))
            stripe.world.refund(first["id"], 400)
            await till.change_plan(account, "business")
            await deliver(till, stripe.world.events[seen:])
            expected = await state(till, account)
        async with till_at(restored, stripe.url) as till:
            assert await state(till, account) != expected
            # In any order, and those that the backup knows as well.
            await deliver(till, stripe.world.events[::-1])
            assert await state(till, account) == expected
            await deliver(till, stripe.world.events)
            assert await state(till, account) == expected
    assert (await audit(restored)).passed


async def state(till: Till, account: str) -> tuple[object, ...]:
    """Give the credits and the plan that an account has."""
    subscription = await till.subscription(account)
    return *buckets(await till.balance(account)), subscription.plan_id


async def deliver(till: Till, events: Sequence[Object]) -> None:
    for event in events:
        await till.deliver(event)


def last_part(url: str) -> str:
    return url.rpartition("/")[2]


def copy(admin_dsn: str, dsn: str) -> str:
    """Copy a database that nobody uses, as a backup of that moment; give the service's DSN."""
    names = sql.Identifier(RESTORED), sql.Identifier(str(conninfo_to_dict(dsn)["dbname"]))
    with psycopg.connect(make_conninfo(admin_dsn, dbname="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    return make_conninfo(dsn, dbname=RESTORED)
