"""Replicas of the service, asked in turns."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import grpc
from google.protobuf.duration_pb2 import Duration

from og.billing.v1 import billing_pb2 as pb
from og.billing.v1 import billing_pb2_grpc
from og_service.status import from_rpc_error
from tests.integration.billing.client import CALL_TIMEOUT_S
from tests.integration.billing.model_calls import (
    Balance,
    Call,
    Capture,
    Charge,
    Grant,
    Line,
    Outcome,
    Payer,
    Release,
    Reserve,
    SetLowBalance,
    SetPlan,
    Spent,
    Subscribed,
    Told,
    refused,
)
from tests.integration.billing.processes import TOKEN, Process

if TYPE_CHECKING:
    from og.billing.v1.billing_pb2_grpc import BillingServiceStub

READY_TIMEOUT_S = 90
METADATA = (("authorization", f"Bearer {TOKEN}"),)
PAGE_ENTRIES = 15  # few, so that statements are read over several pages

RESULTS = {
    pb.CHARGE_RESULT_CHARGED: "OK",
    pb.CHARGE_RESULT_INSUFFICIENT_CREDITS: "INSUFFICIENT_CREDITS",
    pb.CHARGE_RESULT_CHARGE_ID_REUSED: "CHARGE_ID_REUSED",
    pb.CHARGE_RESULT_DAILY_CREDITS_REACHED: "DAILY_CREDITS_REACHED",
    pb.CHARGE_RESULT_DAILY_GENERATIONS_REACHED: "DAILY_GENERATIONS_REACHED",
}


class Replicas:
    """Every call goes to the next of them, so that none can rely on what it remembers."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self._channels = [grpc.insecure_channel(process.address) for process in processes]
        for channel in self._channels:
            grpc.channel_ready_future(channel).result(READY_TIMEOUT_S)
        stubs: list[BillingServiceStub] = [
            billing_pb2_grpc.BillingServiceStub(channel) for channel in self._channels
        ]
        self._turns = itertools.cycle(stubs)

    def close(self) -> None:
        for channel in self._channels:
            channel.close()

    def do(self, call: Call) -> Outcome:
        method, request = _request(next(self._turns), call)
        return _outcome(method, request)

    def batch(self, charges: Sequence[Charge]) -> list[Outcome]:
        request = pb.BatchChargeRequest(charges=map(_charge, charges))
        answer = next(self._turns).BatchCharge(request, timeout=CALL_TIMEOUT_S, metadata=METADATA)
        return [
            Outcome(RESULTS[each.result], each.charged_credits, to_balance(each.balance))
            for each in answer.outcomes
        ]

    def balance(self, account: str) -> Balance:
        request = pb.GetBalanceRequest(account_id=account)
        answer = next(self._turns).GetBalance(request, timeout=CALL_TIMEOUT_S, metadata=METADATA)
        return to_balance(answer.balance)

    def statement(self, account: str) -> list[Line]:
        """Read it all, the oldest first."""
        request = pb.ListEntriesRequest(account_id=account, page_size=PAGE_ENTRIES)
        lines: list[Line] = []
        while True:
            stub = next(self._turns)
            page = stub.ListEntries(request, timeout=CALL_TIMEOUT_S, metadata=METADATA)
            lines += map(_line, page.entries)
            if not page.next_page_token:
                return lines[::-1]
            request.page_token = page.next_page_token

    def days(self, account: str) -> list[tuple[tuple[str, str], Spent]]:
        """Read all of them: each day and payer, and what was spent."""
        request = pb.ListDailySpendingRequest(account_id=account, page_size=PAGE_ENTRIES)
        days: list[tuple[tuple[str, str], Spent]] = []
        while True:
            stub = next(self._turns)
            page = stub.ListDailySpending(request, timeout=CALL_TIMEOUT_S, metadata=METADATA)
            days += map(_day, page.days)
            if not page.next_page_token:
                return days
            request.page_token = page.next_page_token

    def subscription(self, account: str) -> Outcome:
        request = pb.GetSubscriptionRequest(account_id=account)
        return _outcome(next(self._turns).GetSubscription, request)

    def notices(self, account: str) -> list[Told]:
        """Read all of them, the oldest first: when, what, and what could be spent then."""
        request = pb.ListNoticesRequest(account_id=account, page_size=PAGE_ENTRIES)
        notices: list[pb.Notice] = []
        while True:
            stub = next(self._turns)
            page = stub.ListNotices(request, timeout=CALL_TIMEOUT_S, metadata=METADATA)
            notices += page.notices
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        notices.reverse()
        assert [it.notice_id for it in notices] == sorted({it.notice_id for it in notices})
        return [
            Told(it.create_time.ToDatetime(UTC), it.kind, it.available_credits) for it in notices
        ]


def to_balance(balance: pb.Balance) -> Balance:
    found = Balance(balance.plan_credits, balance.pack_credits, balance.reserved_credits)
    assert balance.available_credits == found.available
    return found


def _line(entry: pb.Entry) -> Line:
    is_asked_for = entry.kind not in {pb.ENTRY_KIND_PLAN_CREDITS, pb.ENTRY_KIND_PLAN_EXPIRY}
    return Line(
        entry.charge_id if is_asked_for else "",
        entry.kind,
        entry.available_delta_credits,
        entry.charged_credits,
        entry.reference,
        entry.create_time.ToDatetime(UTC),
        entry.payer_id,
        to_balance(entry.balance),
    )


def _day(day: pb.DailySpending) -> tuple[tuple[str, str], Spent]:
    return (day.day, day.payer_id), Spent(day.spent_credits, day.generations, day.cached_cards)


def _grant(call: Grant) -> pb.GrantRequest:
    return pb.GrantRequest(
        charge_id=call.charge_id,
        account_id=call.account,
        credits=call.credits,
        bucket=call.bucket,
        reference=call.reference,
    )


def _charge(call: Charge) -> pb.ChargeRequest:
    return pb.ChargeRequest(
        charge_id=call.charge_id,
        account_id=call.account,
        kind=call.kind,
        reference=call.reference,
        payer=_payer(call.payer) if call.payer else None,
    )


def _payer(payer: Payer) -> pb.Payer:
    return pb.Payer(
        payer_id=payer.payer_id,
        daily_credits_max=payer.credits_max,
        daily_generations_max=payer.generations_max,
    )


def _reserve(call: Reserve) -> pb.ReserveRequest:
    hold = Duration()
    hold.FromTimedelta(call.hold)
    return pb.ReserveRequest(charge=_charge(call.charge), hold_duration=hold)


def _request(stub: BillingServiceStub, call: Call) -> tuple[Callable[..., Any], object]:
    match call:
        case Grant():
            return stub.Grant, _grant(call)
        case Charge():
            return stub.Charge, _charge(call)
        case Reserve():
            return stub.Reserve, _reserve(call)
        case Capture(charge_id, kind):
            return stub.Capture, pb.CaptureRequest(charge_id=charge_id, kind=kind)
        case Release(charge_id):
            return stub.Release, pb.ReleaseRequest(charge_id=charge_id)
    return _terms(stub, call)


def _terms(
    stub: BillingServiceStub, call: SetPlan | SetLowBalance
) -> tuple[Callable[..., Any], object]:
    match call:
        case SetPlan(account, plan):
            return stub.SetPlan, pb.SetPlanRequest(account_id=account, plan_id=plan)
        case SetLowBalance(account, low):
            request = pb.SetLowBalanceRequest(account_id=account, low_balance_credits=low)
            return stub.SetLowBalance, request


def _outcome(method: Callable[..., Any], request: object) -> Outcome:
    try:
        answer = method(request, timeout=CALL_TIMEOUT_S, metadata=METADATA)
    except grpc.RpcError as failed:
        error = from_rpc_error(cast("grpc.aio.AioRpcError", failed))
        return refused(error.reason, **error.metadata)
    taken = getattr(answer, "charged_credits", 0) or getattr(answer, "reserved_credits", 0)
    balance = to_balance(answer.balance) if hasattr(answer, "balance") else None
    return Outcome("OK", taken, balance, _expiry(answer), subscribed=_subscribed(answer))


def _subscribed(answer: object) -> Subscribed | None:
    if not isinstance(
        answer, pb.SetPlanResponse | pb.GetSubscriptionResponse | pb.SetLowBalanceResponse
    ):
        return None
    it = answer.subscription
    return Subscribed(
        it.plan_id,
        it.next_plan_id,
        it.period_start_time.ToDatetime(UTC),
        it.period_end_time.ToDatetime(UTC),
        it.low_balance_credits,
    )


def _expiry(answer: object) -> datetime | None:
    if not isinstance(answer, pb.ReserveResponse):
        return None
    return answer.expire_time.ToDatetime(UTC)
