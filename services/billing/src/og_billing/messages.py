"""The contract's messages on one side, the ledger's terms on the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from og.billing.v1 import billing_pb2 as pb
from og_billing.commands import (
    MAX_HOLD,
    Capture,
    Charge,
    Payer,
    check_account_id,
    check_payer_id,
    parse_charge_id,
)
from og_billing.entries import Action, Balance, Bucket, ChargeKind, Entry
from og_billing.errors import (
    ChargeIdReusedError,
    DailyCreditsReachedError,
    DailyGenerationsReachedError,
    InsufficientCreditsError,
    InvalidRequestError,
    ServiceError,
)
from og_billing.months import Subscription
from og_billing.notices import Notice, NoticeKind
from og_billing.spending import PayersDay, Spending

_POSITION = re.compile(r"[1-9][0-9]{0,17}")  # within a bigint
MAX_KNOWN_PAYERS = 1_024
_PAST_ANY_HOLD_S = int(MAX_HOLD.total_seconds()) + 1
BUCKETS = {pb.BUCKET_PLAN: Bucket.PLAN, pb.BUCKET_PACK: Bucket.PACK}
_KINDS = {
    pb.CHARGE_KIND_CACHED_CARD: ChargeKind.CACHED_CARD,
    pb.CHARGE_KIND_GENERATION: ChargeKind.GENERATION,
    pb.CHARGE_KIND_AI_GENERATION: ChargeKind.AI_GENERATION,
}
_ENTRY_KINDS_BY_ACTION = {
    Action.GRANT: pb.ENTRY_KIND_GRANT,
    Action.RESERVE: pb.ENTRY_KIND_RESERVATION,
    Action.RELEASE: pb.ENTRY_KIND_RELEASE,
    Action.PLAN_GRANT: pb.ENTRY_KIND_PLAN_CREDITS,
    Action.EXPIRE: pb.ENTRY_KIND_PLAN_EXPIRY,
    Action.REVERSAL: pb.ENTRY_KIND_REVERSAL,
}
_ENTRY_KINDS_BY_CHARGE = {
    ChargeKind.CACHED_CARD: pb.ENTRY_KIND_CACHED_CARD,
    ChargeKind.GENERATION: pb.ENTRY_KIND_GENERATION,
    ChargeKind.AI_GENERATION: pb.ENTRY_KIND_AI_GENERATION,
}

_NOTICE_KINDS = {
    NoticeKind.LOW_BALANCE: pb.NOTICE_KIND_LOW_BALANCE,
    NoticeKind.OUT_OF_CREDITS: pb.NOTICE_KIND_OUT_OF_CREDITS,
}


def to_charge(request: pb.ChargeRequest, path: str = "") -> Charge:
    """Read a charge; path stands before the names of its fields in errors."""
    kind = _to_kind(request.kind, f"{path}kind")
    try:
        charge_id = parse_charge_id(request.charge_id)
        payer = _to_payer(request.payer) if request.HasField("payer") else None
        return Charge(charge_id, request.account_id, kind, request.reference, payer)
    except InvalidRequestError as error:
        [(field, description)] = error.field_violations.items()
        raise InvalidRequestError(path + field, description) from None


def to_capture(request: pb.CaptureRequest) -> Capture:
    """Read what is to be captured, as what."""
    kind = _to_kind(request.kind, "kind") if request.kind else None
    return Capture(parse_charge_id(request.charge_id), kind)


def _to_payer(payer: pb.Payer) -> Payer:
    return _payer(payer.payer_id, payer.daily_credits_max, payer.daily_generations_max)


# The charges of a batch have few payers, and each is checked once.
_payer = lru_cache(MAX_KNOWN_PAYERS)(Payer)


def _to_kind(kind: pb.ChargeKind.ValueType, field: str) -> ChargeKind:
    if (known := _KINDS.get(kind)) is None:
        raise InvalidRequestError(field, "must be a kind of charge this version knows")
    return known


def to_hold(duration: Duration) -> timedelta:
    """Read how long a reservation holds."""
    # Cut to what a timedelta holds; whatever is cut is refused by its length.
    seconds = min(max(duration.seconds, 0), _PAST_ANY_HOLD_S)
    return timedelta(seconds=seconds, microseconds=duration.nanos // 1000)


def to_position(page_token: str) -> int | None:
    """Read a page token; None is the newest page."""
    if not page_token:
        return None
    if not _POSITION.fullmatch(page_token):
        raise _wrong_page_token()
    return int(page_token)


def to_account_position(page_token: str) -> str:
    """Read a page token that is the last page's last account_id; empty is the first page."""
    if page_token:
        try:
            check_account_id(page_token)
        except InvalidRequestError:
            raise _wrong_page_token() from None
    return page_token


def to_day_position(account_id: str, page_token: str) -> PayersDay | None:
    """Read a page token that is the last page's last day and payer; None is the newest page."""
    if not page_token:
        return None
    day, _, payer_id = page_token.partition("/")
    try:
        check_payer_id(payer_id)
        return PayersDay(account_id, date.fromisoformat(day), payer_id)
    except (InvalidRequestError, ValueError):
        raise _wrong_page_token() from None


def from_day_position(day: PayersDay) -> str:
    """Write the page token that to_day_position reads."""
    return f"{day.day.isoformat()}/{day.payer_id}"


def _wrong_page_token() -> InvalidRequestError:
    return InvalidRequestError("page_token", "must come from the answer before")


def from_outcomes(outcomes: Iterable[Entry | ServiceError]) -> pb.BatchChargeResponse:
    """Write how the charges of a batch went; in place, which takes a third of what copies take."""
    response = pb.BatchChargeResponse()
    for outcome in outcomes:
        match outcome:
            case Entry():
                result, charged = pb.CHARGE_RESULT_CHARGED, outcome.credits
            case InsufficientCreditsError():
                result, charged = pb.CHARGE_RESULT_INSUFFICIENT_CREDITS, 0
            case ChargeIdReusedError():
                result, charged = pb.CHARGE_RESULT_CHARGE_ID_REUSED, 0
            case DailyCreditsReachedError():
                result, charged = pb.CHARGE_RESULT_DAILY_CREDITS_REACHED, 0
            case DailyGenerationsReachedError():
                result, charged = pb.CHARGE_RESULT_DAILY_GENERATIONS_REACHED, 0
            case ServiceError():  # charges are refused in no other way
                raise outcome
        written = response.outcomes.add(result=result, charged_credits=charged)
        _write_balance(written.balance, outcome.balance)
    return response


def from_time(time: datetime) -> Timestamp:
    """Write a time."""
    timestamp = Timestamp()
    timestamp.FromDatetime(time)
    return timestamp


def from_balance(balance: Balance) -> pb.Balance:
    """Write a balance."""
    written = pb.Balance()
    _write_balance(written, balance)
    return written


def _write_balance(written: pb.Balance, balance: Balance) -> None:
    written.available_credits = balance.available_credits
    written.plan_credits, written.pack_credits, written.reserved_credits = balance


def from_account_balance(account_id: str, balance: Balance) -> pb.AccountBalance:
    """Write what one account of many has."""
    return pb.AccountBalance(account_id=account_id, balance=from_balance(balance))


def from_entry(entry: Entry) -> pb.Entry:
    """Write a line of the statement."""
    return pb.Entry(
        charge_id=str(entry.charge_id),
        kind=_entry_kind(entry),
        available_delta_credits=entry.available_delta_credits,
        charged_credits=entry.charged_credits,
        reference=entry.reference,
        create_time=from_time(entry.create_time),
        payer_id=entry.payer_id or "",
        balance=from_balance(entry.balance),
    )


def from_subscription(subscription: Subscription) -> pb.Subscription:
    """Write what an account is on."""
    return pb.Subscription(
        account_id=subscription.account_id,
        plan_id=subscription.plan_id,
        next_plan_id=subscription.next_plan_id,
        period_start_time=from_time(subscription.period_start_time),
        period_end_time=from_time(subscription.period_end_time),
        low_balance_credits=subscription.low_balance_credits,
        is_paid=subscription.paid is not None,
    )


def from_notice(notice_id: int, notice: Notice) -> pb.Notice:
    """Write a notice."""
    return pb.Notice(
        notice_id=notice_id,
        account_id=notice.account_id,
        kind=_NOTICE_KINDS[notice.kind],
        available_credits=notice.available_credits,
        create_time=from_time(notice.create_time),
    )


def from_spending(day: PayersDay, spending: Spending) -> pb.DailySpending:
    """Write what was spent through a payer on a day."""
    return pb.DailySpending(
        day=day.day.isoformat(),
        payer_id=day.payer_id,
        spent_credits=spending.credits,
        generations=spending.generations,
        cached_cards=spending.cached_cards,
    )


def _entry_kind(entry: Entry) -> pb.EntryKind.ValueType:
    if entry.kind is None or entry.action in _ENTRY_KINDS_BY_ACTION:
        return _ENTRY_KINDS_BY_ACTION[entry.action]
    return _ENTRY_KINDS_BY_CHARGE[entry.kind]
