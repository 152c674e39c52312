"""Plans that are begun, changed and refused, over the service."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import grpc
import pytest

from og.billing.v1 import billing_pb2 as pb
from og_service.status import RemoteError
from tests.integration.billing.client import (
    Client,
    buckets,
    kinds,
    new_id,
    reason_of,
)


def plans(subscription: pb.Subscription) -> tuple[str, str]:
    return subscription.plan_id, subscription.next_plan_id


async def test_a_plan_begins_now_and_its_month_ends_on_the_same_day(billing: Client) -> None:
    account = await billing.account(pack=5)
    before = datetime.now(UTC)
    answer = await billing.set_plan(account, "starter")
    subscription = answer.subscription
    assert buckets(answer.balance) == (2_000, 5, 0)
    assert (subscription.account_id, *plans(subscription)) == (account, "starter", "starter")
    assert subscription.low_balance_credits == 200
    start = subscription.period_start_time.ToDatetime(UTC)
    assert timedelta(minutes=-1) < start - before < timedelta(minutes=1)
    assert timedelta(days=28) <= subscription.period_end_time.ToDatetime(UTC) - start
    assert await billing.subscription(account) == subscription
    assert await billing.balance(account) == answer.balance
    assert await billing.set_plan(account, "starter") == answer
    assert await kinds(billing, account) == [("GRANT", 5), ("PLAN_CREDITS", 2_000)]


async def test_a_dearer_plan_adds_the_difference_and_a_cheaper_one_waits(billing: Client) -> None:
    account = f"acct_{new_id()}"
    changes = ["starter", "pro", "starter", "business", "free", "pro", "business"]
    answers = [await billing.set_plan(account, plan_id) for plan_id in changes]
    assert [plans(answer.subscription) for answer in answers] == [
        ("starter", "starter"),
        ("pro", "pro"),
        ("pro", "starter"),
        ("business", "business"),
        ("business", "free"),
        ("business", "pro"),
        ("business", "business"),
    ]
    assert [answer.balance.available_credits for answer in answers] == (
        [2_000, 10_000, 10_000, 50_000, 50_000, 50_000, 50_000]
    )
    assert len({answer.subscription.period_end_time.seconds for answer in answers}) == 1


async def test_upgrades_at_once_grant_the_difference_once(billing: Client) -> None:
    account = f"acct_{new_id()}"
    await billing.set_plan(account, "free")
    await asyncio.gather(*(billing.set_plan(account, "starter") for _ in range(20)))
    assert buckets(await billing.balance(account)) == (2_000, 0, 0)
    assert Counter(kind for kind, _ in await kinds(billing, account)) == {"PLAN_CREDITS": 2}


@pytest.mark.parametrize(
    ("account", "plan_id", "expected"),
    [
        ("a", "platinum", "UNKNOWN_PLAN: plan_id: must be one of free, starter, pro, business"),
        ("a", "", "UNKNOWN_PLAN"),
        ("a", "Pro", "UNKNOWN_PLAN"),
        ("", "pro", "INVALID_REQUEST: account_id: must"),
        ("a" * 129, "pro", "INVALID_REQUEST: account_id: must"),
        ("a\0", "pro", "INVALID_REQUEST: account_id: must"),
    ],
)
async def test_a_wrong_plan_is_refused(
    billing: Client, account: str, plan_id: str, expected: str
) -> None:
    with pytest.raises(RemoteError, match=expected) as refused:
        await billing.set_plan(account, plan_id)
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert await reason_of(billing.subscription("a")) == "SUBSCRIPTION_NOT_FOUND"


@pytest.mark.parametrize("amount", [-1, 1_000_000_001, 2**63 - 1, -(2**63)])
async def test_a_wrong_low_balance_is_refused(billing: Client, amount: int) -> None:
    account = f"acct_{new_id()}"
    await billing.set_plan(account, "free")
    with pytest.raises(RemoteError, match="INVALID_REQUEST: low_balance_credits: must be 1 to"):
        await billing.set_low_balance(account, amount)
    assert (await billing.subscription(account)).low_balance_credits == 10


async def test_a_low_balance_is_set_and_unset(billing: Client) -> None:
    account = f"acct_{new_id()}"
    await billing.set_plan(account, "pro")
    assert (await billing.set_low_balance(account, 77)).low_balance_credits == 77
    assert (await billing.set_plan(account, "business")).subscription.low_balance_credits == 77
    assert (await billing.set_low_balance(account, 0)).low_balance_credits == 5_000
