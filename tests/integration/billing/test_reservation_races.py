"""Reservations that several resolve at once, or that expire meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import psycopg

from og.billing.v1 import billing_pb2 as pb
from og_billing.commands import Capture, Charge, Command, Grant, Payer, Release, Reserve
from og_billing.entries import Balance, Bucket, ChargeKind, Entry
from og_billing.errors import ReservationReleasedError, ServiceError
from og_billing.writer import Outcome
from tests.integration.billing.client import (
    PRICES,
    Client,
    are_blocked,
    buckets,
    holds_nothing,
    new_id,
    reason_of,
    until,
)
from tests.integration.billing.ledger import open_ledger
from tests.support.stores import FreshDatabase


async def test_of_captures_as_different_kinds_at_once_one_wins(billing: Client) -> None:
    account, charge_id = await billing.account(plan=100), new_id()
    await billing.reserve(account, pb.CHARGE_KIND_AI_GENERATION, charge_id=charge_id)
    kinds = list(PRICES) * 5
    outcomes = await asyncio.gather(
        *(reason_of(billing.capture(charge_id, kind)) for kind in kinds)
    )
    [won] = {kind for kind, outcome in zip(kinds, outcomes, strict=True) if outcome == "OK"}
    assert Counter(outcomes) == {"OK": 5, "CHARGE_ID_REUSED": 10}
    assert buckets(await billing.balance(account)) == (100 - PRICES[won], 0, 0)


async def test_an_expired_reservation_comes_back_by_itself(billing: Client) -> None:
    account, charge_id = await billing.account(plan=4, pack=8), new_id()
    await billing.reserve(account, charge_id=charge_id, hold_s=1)
    await until(partial(holds_nothing, billing, account))
    assert buckets(await billing.balance(account)) == (4, 8, 0)
    assert await reason_of(billing.capture(charge_id)) == "RESERVATION_RELEASED"
    assert buckets((await billing.release(charge_id)).balance) == (4, 8, 0)
    [newest, *_], _ = await billing.page(account)
    assert (newest.kind, newest.charge_id) == (pb.ENTRY_KIND_RELEASE, charge_id)


async def test_expired_but_not_yet_swept_cannot_be_captured(fresh_database: FreshDatabase) -> None:
    charge = Charge(str(uuid4()), "acct", ChargeKind.GENERATION, "")
    async with open_ledger(fresh_database("billing")) as store:
        grant = Grant(str(uuid4()), "acct", 10, Bucket.PLAN, "")
        await store.post([grant, Reserve(charge, timedelta(seconds=1))])
        await until(partial(store.expired_reservations, limit=10))
        [refused] = await store.post([Capture(charge.charge_id)])
        assert isinstance(refused, ReservationReleasedError)
        assert (await store.standing("acct")).balance == Balance(held_credits=10)
        [released] = await store.post([Release(charge.charge_id)])
        assert isinstance(released, Entry)
        assert released.balance == Balance(plan_credits=10)
        assert (await store.verify()).passed


async def test_a_release_that_waits_while_its_reservation_commits_elsewhere_finds_it(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn, payer = fresh_database("billing"), Payer("site_1")
    charge = Charge(str(uuid4()), "acct", ChargeKind.GENERATION, "", payer)
    async with (
        open_ledger(dsn, writers=2) as store,
        await psycopg.AsyncConnection.connect(admin_of(dsn)) as administrator,
        # In a transaction pg_stat_activity stays as it was at the first look.
        await psycopg.AsyncConnection.connect(admin_of(dsn), autocommit=True) as watcher,
    ):
        await store.post([Grant(str(uuid4()), "acct", 20, Bucket.PLAN, "")])
        await administrator.execute("SELECT FROM billing.balances FOR UPDATE")
        first: list[Command] = [Reserve(charge, timedelta(minutes=1))]
        other = Charge(str(uuid4()), "acct", ChargeKind.CACHED_CARD, "")
        second: list[Command] = [other, Release(charge.charge_id)]
        tasks = list[asyncio.Task[list[Outcome]]]()
        for batch in (first, second):
            tasks.append(asyncio.create_task(store.post(batch)))
            await until(partial(are_blocked, watcher, len(tasks)))
        await administrator.rollback()
        [reserved], [charged, released] = await asyncio.gather(*tasks)
        assert not any(isinstance(each, ServiceError) for each in (reserved, charged, released))
        assert (await store.standing("acct")).balance == Balance(plan_credits=19)
        assert (await store.verify()).passed


async def test_a_capture_and_a_release_at_once_leave_one_winner(billing: Client) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - to repeat it
    order = random.Random(seed)
    account = await billing.account(plan=500)
    ids = [new_id() for _ in range(50)]
    await asyncio.gather(*(billing.reserve(account, charge_id=charge_id) for charge_id in ids))
    calls = [(method, id_) for id_ in ids for method in (billing.capture, billing.release)]
    order.shuffle(calls)
    reasons = Counter(await asyncio.gather(*(reason_of(method(id_)) for method, id_ in calls)))
    assert reasons["OK"] == 50
    captured = reasons["RESERVATION_CAPTURED"]
    assert reasons["RESERVATION_RELEASED"] == 50 - captured
    assert buckets(await billing.balance(account)) == (500 - 10 * captured, 0, 0)


async def test_captures_around_the_expiry_win_or_lose_but_never_both(billing: Client) -> None:
    account = await billing.account(plan=1000)
    ids = [new_id() for _ in range(100)]
    reserved = await asyncio.gather(
        *(billing.reserve(account, charge_id=charge_id, hold_s=1) for charge_id in ids)
    )
    expiry = max(answer.expire_time.ToDatetime(UTC) for answer in reserved)

    async def capture(number: int) -> str:
        # Spread from 50 ms before the expiry to 50 ms after it.
        at = expiry + timedelta(milliseconds=number - 50)
        await asyncio.sleep((at - datetime.now(UTC)).total_seconds())
        return await reason_of(billing.capture(ids[number]))

    reasons = Counter(await asyncio.gather(*(capture(number) for number in range(100))))
    assert set(reasons) <= {"OK", "RESERVATION_RELEASED"}
    await until(partial(holds_nothing, billing, account))
    assert buckets(await billing.balance(account)) == (1000 - 10 * reasons["OK"], 0, 0)
