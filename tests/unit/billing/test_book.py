from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from og_billing.book import Book
from og_billing.commands import Capture, Charge, Command, Grant, Release, Reserve
from og_billing.entries import Action, Balance, Bucket, ChargeKind, Entry, Transfer
from og_billing.errors import (
    ChargeIdReusedError,
    InsufficientCreditsError,
    InvalidRequestError,
    ReservationCapturedError,
    ReservationNotFoundError,
    ReservationReleasedError,
    ServiceError,
)
from og_billing.months import Standing

NOW = datetime(2030, 1, 1, tzinfo=UTC)
HOLD = timedelta(seconds=30)
PLAN, PACK, HELD = Bucket.PLAN, Bucket.PACK, Bucket.HELD


def charge(kind: ChargeKind = ChargeKind.GENERATION, charge_id: str | None = None) -> Charge:
    return Charge(charge_id or str(uuid4()), "acct", kind, "card")


def book(plan: int = 0, pack: int = 0, *entries: Entry, now: datetime = NOW) -> Book:
    held = sum(entry.credits for entry in entries if entry.action is Action.RESERVE)
    standing = Standing(Balance(plan, pack, held))
    return Book(now, {"acct": standing}, entries, {})


@pytest.mark.parametrize(
    ("plan", "pack", "parts"),
    [
        (10, 9, [(PLAN, 10)]),
        (7, 9, [(PLAN, 7), (PACK, 3)]),
        (0, 12, [(PACK, 10)]),
    ],
)
def test_a_charge_splits_over_the_buckets_plan_first(
    plan: int, pack: int, parts: list[tuple[Bucket, int]]
) -> None:
    entry = book(plan, pack).post(charge())
    assert entry.transfers == tuple(Transfer(b, Bucket.REVENUE, part) for b, part in parts)
    assert entry.balance.available_credits == plan + pack - 10


def test_a_refusal_writes_nothing() -> None:
    page = book(5, 4)
    with pytest.raises(InsufficientCreditsError) as refused:
        page.post(charge())
    assert refused.value.balance == Balance(5, 4)
    assert refused.value.metadata == {"balance_credits": "9"}
    assert page.written == []
    assert page.balance("acct") == Balance(5, 4)


def test_held_credits_cannot_be_spent() -> None:
    page = book(15)
    page.post(Reserve(charge(), HOLD))
    assert page.balance("acct") == Balance(5, 0, 10)
    with pytest.raises(InsufficientCreditsError):
        page.post(charge())


def test_what_a_batch_wrote_before_is_known_to_what_comes_after() -> None:
    page, first = book(), charge(ChargeKind.CACHED_CARD)
    page.post(Grant(str(uuid4()), "acct", 1, PACK, ""))
    assert page.post(first) is page.post(first)
    assert len(page.written) == 2
    assert page.balance("acct") == Balance()


def test_an_entry_found_is_given_as_it_was() -> None:
    old = book(50).post(charge())
    page = book(3, 0, old, now=NOW + timedelta(days=1))
    assert page.post(charge(charge_id=old.charge_id)) is old
    assert page.written == []


@pytest.mark.parametrize(
    "other",
    [
        lambda id_: charge(ChargeKind.CACHED_CARD, id_),
        lambda id_: Charge(id_, "somebody", ChargeKind.GENERATION, "card"),
        lambda id_: Charge(id_, "acct", ChargeKind.GENERATION, "another card"),
        lambda id_: Reserve(charge(charge_id=id_), HOLD),
        lambda id_: Grant(id_, "acct", 10, PLAN, "card"),
    ],
)
def test_a_charge_id_is_for_one_content(other: Callable[[str], Command]) -> None:
    page = book(50)
    entry = page.post(charge())
    with pytest.raises(ChargeIdReusedError):
        page.post(other(entry.charge_id))


def test_release_undoes_the_reservations_own_split() -> None:
    reserved = book(7, 9).post(Reserve(charge(), HOLD))
    page = book(100, 0, reserved)
    assert page.post(Release(reserved.charge_id)).balance == Balance(107, 3)


def test_capture_takes_what_was_held_whatever_it_costs_today() -> None:
    reserved = book(7, 9).post(Reserve(charge(), HOLD))
    page = book(0, 6, reserved)
    captured = page.post(Capture(reserved.charge_id))
    assert (captured.charged_credits, captured.available_delta_credits) == (10, 0)
    assert captured.balance == Balance(0, 6)
    assert captured.kind is ChargeKind.GENERATION
    assert captured.reference == "card"


@pytest.mark.parametrize(
    ("plan", "pack", "moved"),
    [
        (100, 0, {Bucket.REVENUE: 10, PLAN: 90}),
        (60, 40, {Bucket.REVENUE: 10, PLAN: 50, PACK: 40}),
        (7, 93, {Bucket.REVENUE: 10, PACK: 90}),
    ],
)
def test_a_capture_as_a_cheaper_kind_is_one_entry_that_gives_the_rest_back(
    plan: int, pack: int, moved: dict[Bucket, int]
) -> None:
    reserved = book(plan, pack).post(Reserve(charge(ChargeKind.AI_GENERATION), HOLD))
    page = book(0, 0, reserved)
    captured = page.post(Capture(reserved.charge_id, ChargeKind.GENERATION))
    assert page.written == [captured]
    assert {t.credit: t.credits for t in captured.transfers} == moved
    assert {t.debit for t in captured.transfers} == {HELD}
    assert captured.kind is ChargeKind.GENERATION
    assert (captured.charged_credits, captured.available_delta_credits) == (10, 90)
    assert captured.balance == Balance(moved.get(PLAN, 0), moved.get(PACK, 0))


def test_a_capture_is_repeated_as_its_own_kind_only() -> None:
    page = book(100)
    reserved = page.post(Reserve(charge(ChargeKind.AI_GENERATION), HOLD))
    captured = page.post(Capture(reserved.charge_id, ChargeKind.GENERATION))
    assert page.post(Capture(reserved.charge_id, ChargeKind.GENERATION)) is captured
    for other in (None, ChargeKind.CACHED_CARD, ChargeKind.AI_GENERATION):
        with pytest.raises(ChargeIdReusedError):
            page.post(Capture(reserved.charge_id, other))
    assert page.written == [reserved, captured]


def test_nothing_is_captured_as_a_dearer_kind() -> None:
    page = book(200)
    reserved = page.post(Reserve(charge(), HOLD))
    with pytest.raises(InvalidRequestError):
        page.post(Capture(reserved.charge_id, ChargeKind.AI_GENERATION))
    assert page.written == [reserved]
    assert page.post(Capture(reserved.charge_id)).charged_credits == 10


@pytest.mark.parametrize(("late_by", "captured"), [(-1, True), (0, False), (1, False)])
def test_time_alone_decides_whether_a_capture_is_late(late_by: int, captured: bool) -> None:  # noqa: FBT001
    reserved = book(10).post(Reserve(charge(), HOLD))
    page = book(0, 0, reserved, now=NOW + HOLD + timedelta(microseconds=late_by))
    if captured:
        assert page.post(Capture(reserved.charge_id)).balance == Balance()
        return
    with pytest.raises(ReservationReleasedError):
        page.post(Capture(reserved.charge_id))
    assert page.post(Release(reserved.charge_id)).balance == Balance(10)


def test_a_late_repetition_of_a_capture_is_no_late_capture() -> None:
    page = book(10)
    reserved = page.post(Reserve(charge(), HOLD))
    captured = page.post(Capture(reserved.charge_id))
    later = book(0, 0, reserved, captured, now=NOW + timedelta(hours=2))
    assert later.post(Capture(reserved.charge_id)) is captured


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [(Capture, Release, ReservationCapturedError), (Release, Capture, ReservationReleasedError)],
)
def test_a_reservation_closes_once(
    first: type[Capture | Release], second: type[Capture | Release], refusal: type[ServiceError]
) -> None:
    page = book(10)
    reserved = page.post(Reserve(charge(), HOLD))
    closed = page.post(first(reserved.charge_id))
    assert page.post(first(reserved.charge_id)) is closed
    with pytest.raises(refusal):
        page.post(second(reserved.charge_id))
    assert page.written == [reserved, closed]


def test_a_charge_is_no_reservation() -> None:
    page = book(10)
    entry = page.post(charge())
    with pytest.raises(ReservationNotFoundError):
        page.post(Capture(entry.charge_id))


def test_every_entry_adds_up_to_zero_over_all_buckets() -> None:
    page = book()
    page.post(Grant(str(uuid4()), "acct", 15, PLAN, ""))
    page.post(Grant(str(uuid4()), "acct", 20, PACK, ""))
    for closing in (Capture, Release):
        reserved = page.post(Reserve(charge(), HOLD))
        page.post(closing(reserved.charge_id))
    reserved = page.post(Reserve(charge(), HOLD))
    page.post(Capture(reserved.charge_id, ChargeKind.CACHED_CARD))
    total = dict.fromkeys(Bucket, 0)
    for entry in page.written:
        for transfer in entry.transfers:
            total[transfer.debit] -= transfer.credits
            total[transfer.credit] += transfer.credits
    assert sum(total.values()) == 0
    assert Balance(total[PLAN], total[PACK], total[HELD]) == page.balance("acct")
    assert (total[Bucket.ISSUED], total[Bucket.REVENUE]) == (-35, 11)
