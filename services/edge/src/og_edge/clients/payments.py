"""og.billing.v1.PaymentService."""

from __future__ import annotations

import datetime as dt
from typing import Final

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.clients.calls import result_of
from og_edge.deadline import Deadline
from og_edge.payments import Buyer, Invoice, PaidPlan, PaidPlanState, Payments

CALL_TIMEOUT_S: Final = 12.0
"""Stripe is asked for most of them, some times in a row; it mostly answers in half a second."""
PAGE_TIMEOUT_S: Final = 6.0
"""For what a page shows: it says so where Stripe takes longer."""

_STATES: Final = {
    billing_pb2.PaidPlanState.Value(f"PAID_PLAN_STATE_{state.name}"): state
    for state in PaidPlanState
}


class PaymentsClient:
    """PaymentDesk on the billing service."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: billing_pb2_grpc.PaymentServiceAsyncStub = billing_pb2_grpc.PaymentServiceStub(
            channel
        )

    async def payments(self, account_id: str, deadline: Deadline) -> Payments:
        """See PaymentDesk."""
        request = billing_pb2.GetPaymentsRequest(account_id=account_id)
        with deadline.step(PAGE_TIMEOUT_S) as step:
            found = await result_of(self._stub.GetPayments(request, timeout=step.timeout_s))
        return Payments(
            is_configured=found.is_configured,
            paid_plan=_paid_plan(found.paid_plan) if found.HasField("paid_plan") else None,
            invoices=[_invoice(each) for each in found.invoices],
            pending_pack_ids=list(found.pending_pack_ids),
            has_portal=found.has_portal,
        )

    async def begin_plan_checkout(self, buyer: Buyer, plan_id: str, deadline: Deadline) -> str:
        """See PaymentDesk."""
        request = billing_pb2.BeginPlanCheckoutRequest(
            account_id=buyer.account_id,
            email=buyer.email,
            plan_id=plan_id,
            success_url=buyer.success_url,
            cancel_url=buyer.cancel_url,
        )
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.BeginPlanCheckout(request, timeout=step.timeout_s))
        return answer.url

    async def begin_pack_checkout(self, buyer: Buyer, pack_id: str, deadline: Deadline) -> str:
        """See PaymentDesk."""
        request = billing_pb2.BeginPackCheckoutRequest(
            account_id=buyer.account_id,
            email=buyer.email,
            pack_id=pack_id,
            success_url=buyer.success_url,
            cancel_url=buyer.cancel_url,
        )
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.BeginPackCheckout(request, timeout=step.timeout_s))
        return answer.url

    async def open_portal(self, account_id: str, return_url: str, deadline: Deadline) -> str:
        """See PaymentDesk."""
        request = billing_pb2.OpenPortalRequest(account_id=account_id, return_url=return_url)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.OpenPortal(request, timeout=step.timeout_s))
        return answer.url

    async def change_plan(self, account_id: str, plan_id: str, deadline: Deadline) -> PaidPlan:
        """See PaymentDesk."""
        request = billing_pb2.ChangePlanRequest(account_id=account_id, plan_id=plan_id)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.ChangePlan(request, timeout=step.timeout_s))
        return _paid_plan(answer.paid_plan)

    async def handle_event(self, payload: bytes, signature: str, deadline: Deadline) -> str:
        """See PaymentDesk."""
        request = billing_pb2.HandleEventRequest(payload=payload, signature=signature)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.HandleEvent(request, timeout=step.timeout_s))
        return answer.account_id


def _paid_plan(plan: billing_pb2.PaidPlan) -> PaidPlan:
    return PaidPlan(
        plan_id=plan.plan_id,
        next_plan_id=plan.next_plan_id,
        state=_STATES[plan.state],
        paid_until_time=plan.paid_until_time.ToDatetime(dt.UTC),
        is_ending=plan.is_ending,
        payment_url=plan.payment_url,
    )


def _invoice(invoice: billing_pb2.Invoice) -> Invoice:
    return Invoice(
        number=invoice.number,
        create_time=invoice.create_time.ToDatetime(dt.UTC),
        total_cents=invoice.total_cents,
        currency=invoice.currency,
        status=invoice.status,
        page_url=invoice.page_url,
        description=invoice.description,
    )
