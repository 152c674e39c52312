"""og.billing.v1.BillingService, read for an audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Final

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.audit.records import LedgerLine, PlanState
from og_edge.clients.calls import answer_of
from og_service.status import RemoteError

PAGE_ROWS: Final = 1_000
LIST_TIMEOUT_S: Final = 10.0


class StatementsClient:
    """Lists what the ledger says of accounts."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: billing_pb2_grpc.BillingServiceAsyncStub = billing_pb2_grpc.BillingServiceStub(
            channel
        )

    async def account_ids(self) -> AsyncIterator[list[str]]:
        """Name every account that has a balance, in pages."""
        request = billing_pb2.ListBalancesRequest(page_size=PAGE_ROWS)
        while True:
            page = await answer_of(self._stub.ListBalances(request, timeout=LIST_TIMEOUT_S))
            yield [balance.account_id for balance in page.balances]
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def statement(self, account_id: str) -> AsyncIterator[list[LedgerLine]]:
        """Give an account's statement, newest entry first, in pages."""
        request = billing_pb2.ListEntriesRequest(account_id=account_id, page_size=PAGE_ROWS)
        while True:
            page = await answer_of(self._stub.ListEntries(request, timeout=LIST_TIMEOUT_S))
            yield [_line(entry) for entry in page.entries]
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def plan(self, account_id: str) -> PlanState | None:
        """Tell the plan whose credits an account gets; None where it gets none."""
        request = billing_pb2.GetSubscriptionRequest(account_id=account_id)
        try:
            answer = await answer_of(self._stub.GetSubscription(request, timeout=LIST_TIMEOUT_S))
        except RemoteError as error:
            if error.reason == "SUBSCRIPTION_NOT_FOUND":
                return None
            raise
        found = answer.subscription
        if found.next_plan_id in {"", found.plan_id}:
            return PlanState(found.plan_id)
        return PlanState(
            found.plan_id, found.next_plan_id, found.period_end_time.ToDatetime(dt.UTC)
        )


def _line(entry: billing_pb2.Entry) -> LedgerLine:
    return LedgerLine(
        charge_id=entry.charge_id,
        kind=billing_pb2.EntryKind.Name(entry.kind).removeprefix("ENTRY_KIND_").lower(),
        charged_credits=entry.charged_credits,
        delta_credits=entry.available_delta_credits,
        balance_credits=entry.balance.available_credits,
        payer_id=entry.payer_id,
        time=entry.create_time.ToDatetime(dt.UTC),
    )
