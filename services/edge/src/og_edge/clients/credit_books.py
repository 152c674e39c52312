"""og.billing.v1.BillingService, read for the owner of an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.clients.calls import result_of
from og_edge.credit_books import (
    MAX_SPENDING_ROWS,
    Balance,
    DaySpending,
    Notice,
    NoticeKind,
    StatementLine,
    StatementPage,
    Subscription,
)
from og_edge.deadline import Deadline
from og_plans.statements import PASSING, entry_word
from og_service.status import RemoteError

CALL_TIMEOUT_S: Final = 3.0
PAGE_ROWS: Final = 1_000
NOTICES_LOOKED_AT: Final = 10

_NOTICE_KINDS: Final = {
    billing_pb2.NoticeKind.Value(f"NOTICE_KIND_{kind.name}"): kind for kind in NoticeKind
}


class CreditBooksClient:
    """CreditBooks on the billing service."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: billing_pb2_grpc.BillingServiceAsyncStub = billing_pb2_grpc.BillingServiceStub(
            channel
        )

    async def balance(self, account_id: str, deadline: Deadline) -> Balance:
        """See CreditBooks."""
        request = billing_pb2.GetBalanceRequest(account_id=account_id)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.GetBalance(request, timeout=step.timeout_s))
        found = answer.balance
        return Balance(
            found.available_credits, found.plan_credits, found.pack_credits, found.reserved_credits
        )

    async def subscription(self, account_id: str, deadline: Deadline) -> Subscription | None:
        """See CreditBooks."""
        request = billing_pb2.GetSubscriptionRequest(account_id=account_id)
        try:
            with deadline.step(CALL_TIMEOUT_S) as step:
                answer = await result_of(
                    self._stub.GetSubscription(request, timeout=step.timeout_s)
                )
        except RemoteError as error:
            if error.reason == "SUBSCRIPTION_NOT_FOUND":
                return None
            raise
        found = answer.subscription
        return Subscription(
            found.plan_id,
            found.next_plan_id,
            found.period_end_time.ToDatetime(dt.UTC),
            found.low_balance_credits,
            is_paid=found.is_paid,
        )

    async def last_notice(self, account_id: str, deadline: Deadline) -> Notice | None:
        """See CreditBooks."""
        request = billing_pb2.ListNoticesRequest(account_id=account_id, page_size=NOTICES_LOOKED_AT)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.ListNotices(request, timeout=step.timeout_s))
        for notice in answer.notices:
            if kind := _NOTICE_KINDS.get(notice.kind):
                return Notice(kind, notice.create_time.ToDatetime(dt.UTC))
        return None

    async def spending(
        self, account_id: str, first_day: dt.date, deadline: Deadline
    ) -> Sequence[DaySpending]:
        """See CreditBooks."""
        request = billing_pb2.ListDailySpendingRequest(account_id=account_id, page_size=PAGE_ROWS)
        found: list[DaySpending] = []
        while True:
            with deadline.step(CALL_TIMEOUT_S) as step:
                page = await result_of(
                    self._stub.ListDailySpending(request, timeout=step.timeout_s)
                )
            rows = [_spending(day) for day in page.days]
            found += [row for row in rows if row.day >= first_day]
            is_over = not page.next_page_token or rows[-1].day < first_day
            if is_over or len(found) >= MAX_SPENDING_ROWS:
                return found
            request.page_token = page.next_page_token

    async def statement(
        self, account_id: str, token: str, at_most: int, deadline: Deadline
    ) -> StatementPage:
        """See CreditBooks."""
        request = billing_pb2.ListEntriesRequest(
            account_id=account_id, page_size=at_most, page_token=token
        )
        with deadline.step(CALL_TIMEOUT_S) as step:
            page = await result_of(self._stub.ListEntries(request, timeout=step.timeout_s))
        kinds = [
            billing_pb2.EntryKind.Name(entry.kind).removeprefix("ENTRY_KIND_").lower()
            for entry in page.entries
        ]
        lines = [
            _line(entry, kind)
            for entry, kind in zip(page.entries, kinds, strict=True)
            if kind not in PASSING
        ]
        return StatementPage(lines, page.next_page_token)


def _spending(day: billing_pb2.DailySpending) -> DaySpending:
    return DaySpending(
        dt.date.fromisoformat(day.day),
        day.payer_id,
        day.spent_credits,
        day.generations,
        day.cached_cards,
    )


def _line(entry: billing_pb2.Entry, kind: str) -> StatementLine:
    # What is taken out of a reservation changed what can be spent before; here it counts now.
    change = -entry.charged_credits if entry.charged_credits else entry.available_delta_credits
    return StatementLine(
        time=entry.create_time.ToDatetime(dt.UTC),
        what=entry_word(kind),
        change_credits=change,
        balance_credits=entry.balance.available_credits + entry.balance.reserved_credits,
        payer_id=entry.payer_id,
        reference=entry.reference,
        charge_id=entry.charge_id,
    )
