"""The messages of PaymentService on one side, payments' terms on the other."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from og.billing.v1 import billing_pb2 as pb
from og_billing.commands import check_account_id
from og_billing.errors import InvalidRequestError, UnknownPlanError
from og_billing.messages import from_subscription, from_time
from og_billing.months import Standing
from og_billing.paid_plans import Buyer, Invoice, PaidPlan, PaidPlanState, Payments
from og_billing.payment_errors import UnknownPackError
from og_plans import PACKS, PLANS, Pack, Plan

MAX_EMAIL_CHARS: Final = 254
MAX_URL_CHARS: Final = 2_000
SOLD_PLANS: Final = {name: plan for name, plan in PLANS.items() if plan.monthly_price_usd_cents}

_STATES: Final = {
    PaidPlanState.ACTIVE: pb.PAID_PLAN_STATE_ACTIVE,
    PaidPlanState.PENDING: pb.PAID_PLAN_STATE_PENDING,
    PaidPlanState.PAYMENT_FAILED: pb.PAID_PLAN_STATE_PAYMENT_FAILED,
}


def to_plan(plan_id: str) -> Plan:
    """Read a plan that is sold."""
    if (plan := SOLD_PLANS.get(plan_id)) is None:
        raise UnknownPlanError(SOLD_PLANS)
    return plan


def to_pack(pack_id: str) -> Pack:
    """Read a pack."""
    if (pack := PACKS.get(pack_id)) is None:
        raise UnknownPackError(PACKS)
    return pack


def to_buyer(request: pb.BeginPlanCheckoutRequest | pb.BeginPackCheckoutRequest) -> Buyer:
    """Read who buys."""
    check_account_id(request.account_id)
    if not 1 <= len(request.email) <= MAX_EMAIL_CHARS or "@" not in request.email:
        raise InvalidRequestError("email", f"must be an address of up to {MAX_EMAIL_CHARS}")
    return Buyer(
        account_id=request.account_id,
        email=request.email,
        success_url=to_url("success_url", request.success_url),
        cancel_url=to_url("cancel_url", request.cancel_url),
    )


def to_url(field: str, url: str) -> str:
    """Read where a browser is to go."""
    if len(url) > MAX_URL_CHARS or not url.isprintable():
        raise InvalidRequestError(field, f"must be a URL of up to {MAX_URL_CHARS:,} characters")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise InvalidRequestError(field, "must be an absolute URL of http or https")
    return url


def from_payments(payments: Payments) -> pb.GetPaymentsResponse:
    """Write what an account pays for and paid lately."""
    return pb.GetPaymentsResponse(
        is_configured=True,
        paid_plan=from_paid_plan(payments.paid_plan) if payments.paid_plan else None,
        invoices=map(_from_invoice, payments.invoices),
        pending_pack_ids=payments.pending_pack_ids,
        has_portal=payments.has_portal,
    )


def from_paid_plan(plan: PaidPlan) -> pb.PaidPlan:
    """Write what is paid for."""
    return pb.PaidPlan(
        plan_id=plan.plan_id,
        next_plan_id=plan.next_plan_id,
        state=_STATES[plan.state],
        paid_until_time=from_time(plan.paid_until_time),
        is_ending=plan.is_ending,
        payment_url=plan.payment_url,
    )


def from_standing(standing: Standing) -> pb.Subscription | None:
    """Write what an account is on, if it is on anything."""
    return from_subscription(standing.subscription) if standing.subscription else None


def _from_invoice(invoice: Invoice) -> pb.Invoice:
    return pb.Invoice(
        number=invoice.number,
        create_time=from_time(invoice.create_time),
        total_cents=invoice.total_cents,
        currency=invoice.currency,
        status=invoice.status,
        page_url=invoice.page_url,
        description=invoice.description,
    )
