from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from og_billing.book import Book
from og_billing.commands import Capture, Charge, Payer, Release, Reserve
from og_billing.entries import Balance, ChargeKind, Entry
from og_billing.errors import (
    ChargeIdReusedError,
    DailyCreditsReachedError,
    DailyGenerationsReachedError,
    InvalidRequestError,
)
from og_billing.months import Standing
from og_billing.spending import PayersDay, Spending

EVENING = datetime(2030, 1, 1, 23, 59, 50, tzinfo=UTC)
MORNING = EVENING + timedelta(seconds=20)
HOLD = timedelta(minutes=1)
EVENING_DAY = PayersDay("acct", date(2030, 1, 1), "site_1")
CACHED, GENERATION, AI = ChargeKind.CACHED_CARD, ChargeKind.GENERATION, ChargeKind.AI_GENERATION
NO_LIMIT = Payer("site_1")


def charge(kind: ChargeKind, payer: Payer | None = NO_LIMIT) -> Charge:
    return Charge(str(uuid4()), "acct", kind, "card", payer)


def book(
    *entries: Entry,
    now: datetime = EVENING,
    found: Mapping[PayersDay, Spending] | None = None,
) -> Book:
    standing = Standing(Balance(plan_credits=1000, held_credits=1000))
    return Book(now, {"acct": standing}, entries, found or {})


def test_every_charge_counts_on_its_payers_day_also_without_a_limit() -> None:
    page = book(found={EVENING_DAY: Spending(50, 5, 0)})
    for kind in (CACHED, GENERATION, AI, CACHED):
        page.post(charge(kind))
    page.post(charge(CACHED, payer=None))
    page.post(charge(CACHED, payer=Payer("key_1")))
    assert page.spending.changed == {
        EVENING_DAY: Spending(162, 7, 2),
        PayersDay("acct", date(2030, 1, 1), ""): Spending(1, 0, 1),
        PayersDay("acct", date(2030, 1, 1), "key_1"): Spending(1, 0, 1),
    }


def test_a_day_is_a_day_of_utc_wherever_the_database_is() -> None:
    tokyo = datetime.fromisoformat("2030-01-02T08:59:50+09:00")
    page = book(now=tokyo)
    page.post(charge(CACHED))
    assert list(page.spending.changed) == [EVENING_DAY]


@pytest.mark.parametrize(
    ("kind", "payer", "admitted"),
    [
        (GENERATION, Payer("site_1", daily_credits_max=60), True),
        (GENERATION, Payer("site_1", daily_credits_max=59), False),
        (CACHED, Payer("site_1", daily_credits_max=51), True),
        (CACHED, Payer("site_1", daily_credits_max=50), False),
        (AI, Payer("site_1", daily_credits_max=149), False),
        (GENERATION, Payer("site_1", daily_generations_max=5), True),
        (GENERATION, Payer("site_1", daily_generations_max=4), False),
        (AI, Payer("site_1", daily_generations_max=4), False),
        (AI, Payer("site_1", daily_generations_max=5), True),
        (CACHED, Payer("site_1", daily_generations_max=1), True),
        (AI, Payer("another", daily_credits_max=100, daily_generations_max=1), True),
        (AI, NO_LIMIT, True),
    ],
)
@pytest.mark.parametrize("hold", [False, True])
def test_a_limit_lets_exactly_so_much_through(
    kind: ChargeKind,
    payer: Payer,
    admitted: bool,  # noqa: FBT001
    hold: bool,  # noqa: FBT001
) -> None:
    page = book(found={EVENING_DAY: Spending(50, 4, 10)})
    command = charge(kind, payer)
    asked = Reserve(command, HOLD) if hold else command
    if admitted:
        page.post(asked)
        return
    with pytest.raises((DailyCreditsReachedError, DailyGenerationsReachedError)):
        page.post(asked)
    assert (page.written, page.spending.changed) == ([], {})


def test_a_refusal_says_which_limit_how_many_and_when_it_starts_anew() -> None:
    page = book(found={EVENING_DAY: Spending(50, 5, 0)})
    with pytest.raises(DailyCreditsReachedError) as credits_reached:
        page.post(charge(AI, Payer("site_1", daily_credits_max=149)))
    assert credits_reached.value.message == (
        "149 credits a day may be spent through site_1, 50 are spent or set aside and 100 are"
        " needed. The next day begins at 2030-01-02 00:00 UTC."
    )
    with pytest.raises(DailyGenerationsReachedError) as generations_reached:
        page.post(charge(GENERATION, Payer("site_1", daily_generations_max=5)))
    assert generations_reached.value.message == (
        "5 new cards a day may be made through site_1 and 5 are made or under way."
        " The next day begins at 2030-01-02 00:00 UTC."
    )
    reset_time = str(int(datetime(2030, 1, 2, tzinfo=UTC).timestamp()))
    for refusal, daily_max in ((credits_reached, "149"), (generations_reached, "5")):
        assert refusal.value.metadata == {
            "payer_id": "site_1",
            "daily_max": daily_max,
            "reset_time": reset_time,
        }


@pytest.mark.parametrize(
    ("reserved_kind", "close", "left"),
    [
        (AI, Capture, Spending(100, 1, 0)),
        (AI, GENERATION, Spending(10, 1, 0)),
        (AI, CACHED, Spending(1, 0, 1)),
        (GENERATION, CACHED, Spending(1, 0, 1)),
        (AI, Release, Spending()),
        (CACHED, Release, Spending()),
    ],
)
def test_what_a_reservation_did_not_need_comes_back_on_the_day_it_was_reserved(
    reserved_kind: ChargeKind, close: ChargeKind | type[Capture | Release], left: Spending
) -> None:
    evening = book()
    reserved = evening.post(Reserve(charge(reserved_kind), HOLD))
    counted = evening.spending.changed[EVENING_DAY]
    assert counted.credits == reserved.credits
    morning = book(reserved, now=MORNING, found={EVENING_DAY: counted})
    if isinstance(close, ChargeKind):
        morning.post(Capture(reserved.charge_id, close))
    else:
        morning.post(close(reserved.charge_id))
    assert morning.spending.changed == {EVENING_DAY: left}


def test_room_that_came_back_on_the_same_day_may_be_used_again() -> None:
    page, payer = book(), Payer("site_1", daily_generations_max=1)
    reserved = page.post(Reserve(charge(GENERATION, payer), HOLD))
    with pytest.raises(DailyGenerationsReachedError):
        page.post(charge(GENERATION, payer))
    page.post(Release(reserved.charge_id))
    page.post(charge(GENERATION, payer))


def test_a_replay_may_name_other_limits_and_no_other_payer() -> None:
    page = book()
    first = charge(GENERATION, Payer("site_1", daily_credits_max=10))
    entry = page.post(first)
    for payer in (NO_LIMIT, Payer("site_1", 1, 1)):
        assert page.post(Charge(first.charge_id, "acct", GENERATION, "card", payer)) is entry
    for other in (None, Payer("site_2")):
        with pytest.raises(ChargeIdReusedError):
            page.post(Charge(first.charge_id, "acct", GENERATION, "card", other))
    assert page.spending.changed == {EVENING_DAY: Spending(10, 1, 0)}


@pytest.mark.parametrize(
    ("payer_id", "credits_max", "generations_max", "field"),
    [
        ("", 0, 0, "payer_id"),
        ("p" * 65, 0, 0, "payer_id"),
        ("site\n1", 0, 0, "payer_id"),
        ("site_1", -1, 0, "daily_credits_max"),
        ("site_1", 0, -1, "daily_generations_max"),
    ],
)
def test_what_is_no_payer(
    payer_id: str, credits_max: int, generations_max: int, field: str
) -> None:
    with pytest.raises(InvalidRequestError, match=f"payer.{field}: must"):
        Payer(payer_id, credits_max, generations_max)
