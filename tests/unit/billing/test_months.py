from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from og_billing.months import Subscription, months_after, months_between
from og_plans import PLANS

ANCHOR = datetime(2031, 1, 31, 12, 30, 15, 7, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("anchor", "months", "expected"),
    [
        ("2031-01-31T12:30", 0, "2031-01-31T12:30"),
        ("2031-01-31T12:30", 1, "2031-02-28T12:30"),
        ("2031-01-31T12:30", 2, "2031-03-31T12:30"),
        ("2031-01-31T12:30", 3, "2031-04-30T12:30"),
        ("2031-01-31T12:30", 13, "2032-02-29T12:30"),
        ("2032-02-29T00:00", 12, "2033-02-28T00:00"),
        ("2032-02-29T00:00", 48, "2036-02-29T00:00"),
        ("2031-11-30T23:59", 3, "2032-02-29T23:59"),
        ("2031-12-15T00:00", 1, "2032-01-15T00:00"),
    ],
)
def test_a_month_is_counted_from_the_day_it_all_began(
    anchor: str, months: int, expected: str
) -> None:
    assert months_after(at(anchor), months) == at(expected)


def test_months_are_those_of_utc_wherever_the_database_is() -> None:
    tokyo = datetime.fromisoformat("2031-02-01T08:00:00+09:00")  # the last of January in UTC
    assert months_after(tokyo, 1) == at("2031-02-28T23:00")


def test_months_follow_each_other_without_a_gap(rng: random.Random) -> None:
    for _ in range(2_000):
        anchor = at("2030-01-01") + timedelta(seconds=rng.randrange(10**9))
        now = anchor + timedelta(seconds=rng.randrange(10**9))
        month = months_between(anchor, now)
        assert months_after(anchor, month) <= now < months_after(anchor, month + 1)


def subscription(plan_id: str = "pro", month: int = 0) -> Subscription:
    plan = PLANS[plan_id]
    return Subscription("acct", plan_id, plan_id, ANCHOR, month, plan.monthly_credits)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2031-01-31T12:31", 0),
        ("2031-02-28T12:30:15", 0),
        ("2031-02-28T12:30:16", 1),
        ("2031-03-31T12:30", 1),
        ("2031-12-24T00:00", 10),
    ],
)
def test_idle_months_are_passed_over_at_once(moment: str, month: int) -> None:
    renewed = subscription().at(at(moment))
    assert renewed.month == month
    assert renewed.period_start_time <= at(moment) < renewed.period_end_time


@pytest.mark.parametrize(
    ("change", "now_on", "next_on", "granted"),
    [
        ("business", "business", "business", 50_000),
        ("pro", "pro", "pro", 10_000),
        ("starter", "pro", "starter", 10_000),
        ("free", "pro", "free", 10_000),
    ],
)
def test_a_dearer_plan_starts_at_once_and_others_with_the_month(
    change: str, now_on: str, next_on: str, granted: int
) -> None:
    changed = subscription().changed_to(PLANS[change])
    assert (changed.plan_id, changed.next_plan_id) == (now_on, next_on)
    assert changed.granted_credits == granted
    assert changed.period_end_time == subscription().period_end_time


def test_the_present_plan_cancels_a_coming_change() -> None:
    coming = subscription().changed_to(PLANS["free"])
    assert coming.changed_to(PLANS["pro"]) == subscription()


def test_a_month_brings_no_more_than_its_dearest_plan_however_often_plans_change() -> None:
    changed = subscription("free")
    for plan_id in ("starter", "free", "business", "free", "starter", "business", "pro"):
        changed = changed.changed_to(PLANS[plan_id])
    assert (changed.plan_id, changed.next_plan_id) == ("business", "pro")
    assert changed.granted_credits == 50_000
    renewed = changed.at(changed.period_end_time)
    assert (renewed.plan_id, renewed.next_plan_id, renewed.granted_credits) == (
        ("pro", "pro", 10_000)
    )


def test_a_plan_that_left_the_table_brings_what_it_brought() -> None:
    old = Subscription("acct", "classic", "classic", ANCHOR, 0, 777)
    renewed = old.at(old.period_end_time)
    assert (renewed.plan_id, renewed.month, renewed.granted_credits) == ("classic", 1, 777)


@pytest.mark.parametrize(
    ("low", "plan_id", "expected"),
    [(0, "pro", 1_000), (0, "free", 10), (7, "pro", 7), (10**9, "free", 10**9)],
)
def test_a_balance_is_low_below_what_was_set_or_a_tenth(
    low: int, plan_id: str, expected: int
) -> None:
    plan = PLANS[plan_id]
    subscription = Subscription("acct", plan_id, plan_id, ANCHOR, 0, plan.monthly_credits, low)
    assert subscription.low_balance_credits == expected
