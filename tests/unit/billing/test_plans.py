"""What plans do in the book: months that end and begin, changes, notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from og_billing.book import Book
from og_billing.commands import (
    MAX_BALANCE_CREDITS,
    Capture,
    Charge,
    Grant,
    Posting,
    Release,
    Renew,
    Reserve,
    SetLowBalance,
    SetPlan,
)
from og_billing.entries import Action, Balance, Bucket, ChargeKind, Entry, Transfer
from og_billing.errors import (
    BalanceTooLargeError,
    InsufficientCreditsError,
    InvalidRequestError,
    SubscriptionNotFoundError,
    UnknownPlanError,
)
from og_billing.months import NOTHING, Standing, Subscription
from og_billing.notices import NoticeKind
from og_plans import PLANS

BEGIN = datetime(2031, 1, 31, tzinfo=UTC)
SECOND = datetime(2031, 2, 28, tzinfo=UTC)
HOLD = timedelta(minutes=1)
CACHED, GENERATION, AI = ChargeKind.CACHED_CARD, ChargeKind.GENERATION, ChargeKind.AI_GENERATION


def on(plan_id: str, plan: int, pack: int = 0, *, held: int = 0, low: int = 0) -> Standing:
    granted = PLANS[plan_id].monthly_credits
    subscription = Subscription("acct", plan_id, plan_id, BEGIN, 0, granted, low)
    return Standing(Balance(plan, pack, held), subscription)


def book(standing: Standing, *entries: Entry, now: datetime = BEGIN) -> Book:
    return Book(now, {"acct": standing}, entries, {})


def charge(kind: ChargeKind = GENERATION) -> Charge:
    return Charge(str(uuid4()), "acct", kind, "")


def told(page: Book) -> list[tuple[Action, int, int]]:
    return [(e.action, e.available_delta_credits, e.balance.plan_credits) for e in page.written]


@pytest.mark.parametrize(
    "command",
    [
        charge(),
        Reserve(charge(), HOLD),
        Grant(str(uuid4()), "acct", 10, Bucket.PLAN, ""),
        SetPlan("acct", "free"),
        SetLowBalance("acct", 5),
        Renew("acct"),
    ],
)
def test_a_month_that_is_over_ends_before_anything_else_happens(
    command: Posting | SetPlan | SetLowBalance | Renew,
) -> None:
    page = book(on("starter", 37, 5), now=SECOND)
    page.post(command)
    assert told(page)[:2] == [(Action.EXPIRE, -37, 0), (Action.PLAN_GRANT, 2_000, 2_000)]
    expiry, granted = page.written[:2]
    assert expiry.transfers == (Transfer(Bucket.PLAN, Bucket.EXPIRED, 37),)
    assert granted.transfers == (Transfer(Bucket.ISSUED, Bucket.PLAN, 2_000),)
    assert page.subscribed["acct"].month == 1
    again = book(page.standing("acct"), now=SECOND)
    again.post(Renew("acct"))
    assert (again.written, again.subscribed) == ([], {})


def test_nothing_ends_before_its_time_or_without_a_subscription() -> None:
    for standing in (on("starter", 37), Standing(Balance(37))):
        page = book(standing, now=SECOND - timedelta(microseconds=1))
        page.post(Renew("acct"))
        assert (page.written, page.subscribed) == ([], {})


def test_an_empty_month_leaves_nothing_that_expires() -> None:
    page = book(on("free", 0, 7), now=SECOND)
    page.post(Renew("acct"))
    assert told(page) == [(Action.PLAN_GRANT, 100, 100)]
    assert page.balance("acct") == Balance(100, 7)


def test_after_idle_months_one_expires_and_one_comes() -> None:
    page = book(on("free", 60), now=SECOND + timedelta(days=400))
    page.post(charge())
    assert told(page) == [
        (Action.EXPIRE, -60, 0),
        (Action.PLAN_GRANT, 100, 100),
        (Action.CHARGE, -10, 90),
    ]


def test_credits_of_a_month_that_is_over_cannot_be_spent() -> None:
    page = book(on("free", 5_000), now=SECOND)
    page.post(charge(AI))
    with pytest.raises(InsufficientCreditsError):
        page.post(charge(CACHED))


def test_replicas_that_end_the_same_month_write_the_same_ids() -> None:
    ids = list[list[str]]()
    for _ in range(2):
        page = book(on("starter", 37), now=SECOND + timedelta(seconds=len(ids)))
        page.post(Renew("acct"))
        ids.append([entry.charge_id for entry in page.written])
    assert ids[0] == ids[1]
    third = book(page.standing("acct"), now=SECOND + timedelta(days=32))
    third.post(Renew("acct"))
    assert not set(ids[0]) & {entry.charge_id for entry in third.written}


def test_plans_are_begun_raised_lowered_and_kept() -> None:
    page = book(NOTHING)
    granted = []
    for plan_id in ("starter", "pro", "starter", "pro", "pro", "business"):
        standing = page.post(SetPlan("acct", plan_id))
        granted.append(standing.balance.plan_credits)
    assert granted == [2_000, 10_000, 10_000, 10_000, 10_000, 50_000]
    assert [entry.credits for entry in page.written] == [2_000, 8_000, 40_000]
    assert [entry.reference for entry in page.written] == ["starter", "pro", "business"]
    assert len({entry.charge_id for entry in page.written}) == 3
    subscription = page.subscribed["acct"]
    assert (subscription.month, subscription.period_end_time) == (0, SECOND)


def test_credits_from_before_the_subscription_stay_for_its_first_month() -> None:
    reserved = book(Standing(Balance(30, 0))).post(Reserve(charge(), HOLD))
    page = book(
        Standing(Balance(20, 0, 10)), reserved, now=reserved.create_time + timedelta(seconds=5)
    )
    page.post(SetPlan("acct", "free"))
    assert page.post(Release(reserved.charge_id)).balance == Balance(130)
    later = book(page.standing("acct"), now=BEGIN + timedelta(days=29))
    later.post(Renew("acct"))
    assert later.balance("acct") == Balance(100)


@pytest.mark.parametrize(
    ("close", "delta", "left"),
    [
        (Capture, 0, Balance(100, 60)),
        (partial(Capture, kind=GENERATION), 40, Balance(100, 100)),
        (partial(Capture, kind=CACHED), 40, Balance(100, 100)),
        (Release, 40, Balance(100, 100)),
    ],
)
def test_what_comes_back_from_an_earlier_month_expires_at_once(
    close: Callable[[str], Capture | Release], delta: int, left: Balance
) -> None:
    page = book(on("free", 60, 100), now=SECOND - timedelta(seconds=5))
    reserved = page.post(Reserve(charge(AI), HOLD))
    assert reserved.balance == Balance(0, 60, 100)
    morning = book(page.standing("acct"), reserved, now=SECOND)
    closed = morning.post(close(reserved.charge_id))
    assert closed.available_delta_credits == delta
    assert closed.balance == left
    to_expired = sum(t.credits for t in closed.transfers if t.credit is Bucket.EXPIRED)
    assert to_expired == closed.expired_credits
    assert Bucket.PLAN not in {t.credit for t in closed.transfers}
    assert sum(t.credits for t in closed.transfers) == 100


def test_what_comes_back_within_the_month_stays() -> None:
    page = book(on("free", 60, 100))
    reserved = page.post(Reserve(charge(AI), HOLD))
    assert page.post(Release(reserved.charge_id)).balance == Balance(60, 100)


def test_a_standing_is_read_as_the_next_write_finds_it() -> None:
    standing = on("free", 37, 5, held=10)
    assert standing.at(SECOND - timedelta(microseconds=1)) is standing
    read = standing.at(SECOND)
    page = book(standing, now=SECOND)
    assert page.post(Renew("acct")) == read
    assert read.balance == Balance(100, 5, 10)


@pytest.mark.parametrize(
    ("standing", "spent", "kinds"),
    [
        (on("free", 20), GENERATION, []),
        (on("free", 19), GENERATION, ["low_balance", "out_of_credits"]),
        (on("free", 10), CACHED, ["low_balance", "out_of_credits"]),
        (on("free", 9), CACHED, []),
        (on("starter", 200), CACHED, ["low_balance"]),
        (on("starter", 201), CACHED, []),
        (on("starter", 199), CACHED, []),
        (on("starter", 100, 100), CACHED, ["low_balance"]),
        (on("starter", 105), AI, ["out_of_credits"]),
        (on("starter", 201, low=50), AI, []),
        (on("starter", 149, low=50), AI, ["low_balance"]),
        (on("starter", 3_000, low=3_000), CACHED, ["low_balance"]),
        (Standing(Balance(105)), AI, ["out_of_credits"]),
        (Standing(Balance(2_000)), AI, []),
    ],
)
@pytest.mark.parametrize("hold", [False, True])
def test_a_notice_is_given_when_a_bound_is_passed_and_only_then(
    standing: Standing,
    spent: ChargeKind,
    kinds: list[str],
    hold: bool,  # noqa: FBT001
) -> None:
    page = book(standing)
    if hold:
        reserved = page.post(Reserve(charge(spent), HOLD))
        assert page.notices == []
        entry = page.post(Capture(reserved.charge_id))
    else:
        entry = page.post(charge(spent))
    assert [notice.kind.value for notice in page.notices] == kinds
    for notice in page.notices:
        assert notice.account_id == "acct"
        assert notice.available_credits == entry.balance.available_credits
        assert notice.create_time == BEGIN


def test_it_is_given_again_when_it_comes_about_again() -> None:
    page = book(on("free", 10))
    page.post(charge(CACHED))
    page.post(charge(CACHED))
    page.post(Grant(str(uuid4()), "acct", 5, Bucket.PACK, ""))
    page.post(charge(GENERATION))
    assert [(notice.kind, notice.available_credits) for notice in page.notices] == [
        (NoticeKind.LOW_BALANCE, 9),
        (NoticeKind.OUT_OF_CREDITS, 9),
        (NoticeKind.LOW_BALANCE, 3),
        (NoticeKind.OUT_OF_CREDITS, 3),
    ]


def test_a_month_that_ends_and_one_that_begins_are_told_of_together() -> None:
    page = book(on("starter", 1_900), now=SECOND)
    page.post(Renew("acct"))
    assert page.notices == []
    lowered = Standing(Balance(1_900), on("starter", 0).subscription)
    assert lowered.subscription
    lowered = Standing(lowered.balance, lowered.subscription.changed_to(PLANS["free"]))
    page = book(lowered, now=SECOND)
    page.post(Renew("acct"))
    assert page.balance("acct") == Balance(100)
    assert page.notices == []


def test_a_plan_that_brings_more_since_its_table_changed_does_so_with_the_next_month() -> None:
    brought = Subscription("acct", "starter", "starter", BEGIN, 0, 1_500)
    page = book(Standing(Balance(1_500), brought))
    page.post(SetPlan("acct", "starter"))
    assert page.written == []
    page = book(Standing(Balance(1_500), brought), now=SECOND)
    page.post(Renew("acct"))
    assert page.balance("acct") == Balance(PLANS["starter"].monthly_credits)


def test_a_balance_has_a_bound_and_a_grant_beyond_it_is_refused() -> None:
    full = Standing(Balance(MAX_BALANCE_CREDITS - 30, 10, 10))
    page = book(full)
    page.post(Grant(str(uuid4()), "acct", 10, Bucket.PACK, ""))
    for bucket in (Bucket.PLAN, Bucket.PACK):
        with pytest.raises(BalanceTooLargeError, match="at most 1000000000000000"):
            page.post(Grant(str(uuid4()), "acct", 1, bucket, ""))
    assert len(page.written) == 1


def test_terms_that_cannot_be() -> None:
    with pytest.raises(UnknownPlanError, match="plan_id: must be one of free, starter, pro"):
        SetPlan("acct", "platinum")
    for amount in (-1, 1_000_000_001, 2**62):
        with pytest.raises(InvalidRequestError, match="low_balance_credits: must be 1 to"):
            SetLowBalance("acct", amount)
    page = book(Standing(Balance(50)))
    with pytest.raises(SubscriptionNotFoundError):
        page.post(SetLowBalance("acct", 5))
    assert (page.written, page.subscribed) == ([], {})
