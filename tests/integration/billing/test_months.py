"""Months that end and begin, by the database's clock, over the service and in the ledger."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import grpc
import pytest

from og.billing.v1 import billing_pb2 as pb
from og_billing.commands import Charge, Renew, SetPlan
from og_billing.entries import Balance, ChargeKind, Entry
from og_billing.errors import InsufficientCreditsError
from og_billing.months import Standing
from og_service.status import RemoteError
from tests.integration.billing.client import (
    Client,
    audit,
    buckets,
    kinds,
    new_id,
    serving,
    until,
)
from tests.integration.billing.ledger import open_ledger
from tests.support.database_clock import DatabaseClock

GENERATION, AI = pb.CHARGE_KIND_GENERATION, pb.CHARGE_KIND_AI_GENERATION


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days(subscription: pb.Subscription) -> tuple[str, str]:
    times = subscription.period_start_time, subscription.period_end_time
    first, last = (time.ToDatetime(UTC).date().isoformat() for time in times)
    return first, last


async def test_months_are_counted_from_the_day_it_began(
    clocked_dsn: str, clock: DatabaseClock
) -> None:
    clock.set(at("2031-01-31T12:00"))
    async with serving(clocked_dsn) as client:
        await client.set_plan("acct", "free")
        seen = [days(await client.subscription("acct"))]
        for moment in ("2031-02-28T12:00:01", "2031-03-30T12:00", "2031-03-31T12:00:01"):
            clock.set(at(moment))
            seen.append(days(await client.subscription("acct")))
        assert seen == [
            ("2031-01-31", "2031-02-28"),
            ("2031-02-28", "2031-03-31"),
            ("2031-02-28", "2031-03-31"),
            ("2031-03-31", "2031-04-30"),
        ]
    assert (await audit(clocked_dsn)).passed


async def test_what_is_left_expires_and_the_next_plan_begins(
    clocked_dsn: str, clock: DatabaseClock
) -> None:
    async with serving(clocked_dsn) as client:
        account = await client.account(pack=7)
        await client.set_plan(account, "starter")
        await client.charge(account, AI)
        await client.grant(account, 40)
        await client.set_plan(account, "free")
        clock.set(at("2031-06-10T08:01"))
        await client.charge(account)
        assert await kinds(client, account) == [
            ("GRANT", 7),
            ("PLAN_CREDITS", 2_000),
            ("AI_GENERATION", -100),
            ("GRANT", 40),
            ("PLAN_EXPIRY", -1_940),
            ("PLAN_CREDITS", 100),
            ("CACHED_CARD", -1),
        ]
        entries, _ = await client.page(account)
        assert [e.reference for e in entries[1:3]] == ["free", "starter"]
        assert [buckets(e.balance) for e in entries[:3]] == [(99, 7, 0), (100, 7, 0), (0, 7, 0)]
        subscription = await client.subscription(account)
        assert (subscription.plan_id, subscription.next_plan_id) == ("free", "free")
    assert (await audit(clocked_dsn)).passed


async def test_idle_accounts_are_renewed_by_the_sweeper_once_for_all_months(
    clocked_dsn: str,
    clock: DatabaseClock,
) -> None:
    async with serving(clocked_dsn) as one, serving(clocked_dsn) as two:
        accounts = [f"acct_{number}" for number in range(30)]
        for account in accounts:
            await one.set_plan(account, "free")
        clock.set(at("2032-03-12T08:00"))
        for account in accounts:
            await until(partial(_has_entries, two, account, 3))
            assert await kinds(one, account) == [
                ("PLAN_CREDITS", 100),
                ("PLAN_EXPIRY", -100),
                ("PLAN_CREDITS", 100),
            ]
            assert days(await one.subscription(account)) == ("2032-03-10", "2032-04-10")
    assert (await audit(clocked_dsn)).passed


async def _has_entries(client: Client, account: str, number: int) -> bool:
    return len((await client.page(account))[0]) == number


async def test_before_anybody_sweeps_nothing_that_is_over_is_shown_or_spent(
    clocked_dsn: str,
    clock: DatabaseClock,
) -> None:
    async with open_ledger(clocked_dsn) as store:
        await store.post([SetPlan("acct", "business"), SetPlan("acct", "free")])
        clock.set(at("2031-06-10T08:01"))
        read = await store.standing("acct")
        assert read.balance == Balance(plan_credits=100)
        assert [standing for _, standing in await store.standings("", 10)] == [read]
        assert await store.ended_months(10) == ["acct"]
        charge = partial(Charge, account_id="acct", kind=ChargeKind.AI_GENERATION, reference="")
        [charged] = await store.post([charge(str(uuid4()))])
        assert isinstance(charged, Entry)
        assert charged.balance == Balance()
        [refused] = await store.post([charge(str(uuid4()))])
        assert isinstance(refused, InsufficientCreditsError)
        assert await store.ended_months(10) == []
        [standing] = await store.post([Renew("acct")])
        assert standing == await store.standing("acct")
        assert (await store.verify()).passed


async def test_a_refusal_ends_the_month_too(clocked_dsn: str, clock: DatabaseClock) -> None:
    async with open_ledger(clocked_dsn) as store:
        await store.post([SetPlan("acct", "free")])
        clock.set(at("2031-06-10T08:01"))
        charges = [Charge(str(uuid4()), "acct", ChargeKind.AI_GENERATION, "") for _ in range(2)]
        first, second = await store.post(charges)
        assert isinstance(first, Entry)
        assert isinstance(second, InsufficientCreditsError)
        assert len(await store.statement("acct", None, 10)) == 4
        assert (await store.verify()).passed


async def test_replicas_that_renew_at_once_renew_once(
    clocked_dsn: str, clock: DatabaseClock
) -> None:
    async with open_ledger(clocked_dsn, writers=8) as store:
        accounts = [f"acct_{number}" for number in range(10)]
        await store.post([SetPlan(account, "starter") for account in accounts])
        for month in range(6, 12):
            clock.set(at(f"2031-{month:02}-10T08:01"))
            await asyncio.gather(
                *(store.post([Renew(account) for account in accounts]) for _ in range(4)),
                *(store.post([Renew(account) for account in accounts[::-1]]) for _ in range(4)),
            )
        for account in accounts:
            assert len(await store.statement(account, None, 100)) == 13
            assert (await store.standing(account)).balance == Balance(2_000)
        assert (await store.verify()).passed


async def test_what_comes_back_from_the_month_before_is_not_carried_over(
    clocked_dsn: str,
    clock: DatabaseClock,
) -> None:
    async with serving(clocked_dsn) as client:
        account = await client.account(pack=150)
        await client.set_plan(account, "free")
        clock.set(at("2031-06-10T07:59:30"))
        ids = {name: new_id() for name in ("released", "captured", "cheaper")}
        await client.reserve(account, AI, charge_id=ids["released"], hold_s=600)
        await client.reserve(account, GENERATION, charge_id=ids["captured"], hold_s=600)
        await client.reserve(account, AI, charge_id=ids["cheaper"], hold_s=600)
        clock.set(at("2031-06-10T08:00:30"))
        released = (await client.release(ids["released"])).balance
        assert buckets(released) == (100, 40, 110)
        await client.capture(ids["captured"])
        cheaper = (await client.capture(ids["cheaper"], GENERATION)).balance
        assert buckets(cheaper) == (100, 130, 0)
        assert (await kinds(client, account))[-3:] == [
            ("RELEASE", 0),
            ("GENERATION", 0),
            ("GENERATION", 90),
        ]
        again = (await client.release(ids["released"])).balance
        assert again == released
    assert (await audit(clocked_dsn)).passed


async def test_without_a_subscription_granted_plan_credits_stay(
    clocked_dsn: str, clock: DatabaseClock
) -> None:
    async with serving(clocked_dsn) as client:
        account = await client.account(plan=30)
        clock.set(at("2041-05-10T08:00"))
        await client.charge(account)
        assert buckets(await client.balance(account)) == (29, 0, 0)
        for call in (client.subscription(account), client.set_low_balance(account, 5)):
            with pytest.raises(RemoteError) as missing:
                await call
            assert missing.value.code is grpc.StatusCode.NOT_FOUND
            assert missing.value.reason == "SUBSCRIPTION_NOT_FOUND"


async def test_what_a_standing_is_for_an_account_without_anything(clocked_dsn: str) -> None:
    async with open_ledger(clocked_dsn) as store:
        assert await store.standing("nobody") == Standing(Balance())
