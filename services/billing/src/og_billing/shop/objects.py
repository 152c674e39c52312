"""Stripe's objects, of client.API_VERSION, read into our terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import stripe

from og_billing.billed_months import BilledMonth, Upgrade
from og_billing.paid_plans import Invoice, PaidPlan, PaidPlanState
from og_billing.purchases import Payment
from og_plans import PLANS

PLAN_PRODUCT: Final = "og_plan_"
"""What the ids of plans' products begin with; the plan's name follows."""
_LIVE: Final = frozenset({"active", "trialing", "past_due"})
_WAITING: Final = frozenset({"incomplete", "unpaid", "paused"})
_NOT_WITHDRAWN: Final = frozenset(
    {"won", "prevented", "warning_needs_response", "warning_under_review", "warning_closed"}
)
"""Disputes whose money is ours: won, never taken, or settled by a refund that counts itself."""


def governing(subscriptions: Iterable[stripe.Subscription]) -> stripe.Subscription | None:
    """Choose the subscription to a plan of ours that holds, of a list with the newest first."""
    ours = [each for each in subscriptions if plan_of_subscription(each)]
    for states in (_LIVE, _WAITING):
        for each in ours:
            if each.status in states:
                return each
    return None


def is_live(subscription: stripe.Subscription) -> bool:
    """Whether what it paid for is to be had."""
    return subscription.status in _LIVE


def item_of(subscription: stripe.Subscription) -> stripe.SubscriptionItem:
    """Give its one item."""
    [item, *_] = _items(subscription)
    return item


def plan_of_subscription(subscription: stripe.Subscription) -> str | None:
    """Name the plan that its next invoice is for; None where that is none of ours."""
    items = _items(subscription)
    return _plan_of_product(id_of(items[0].price.product)) if items else None


def is_ending(subscription: stripe.Subscription) -> bool:
    """Whether it ends with what is paid."""
    return subscription.cancel_at_period_end or subscription.cancel_at is not None


def billed_month(
    subscription: stripe.Subscription, paid_invoices: Sequence[stripe.Invoice]
) -> BilledMonth | None:
    """Find the last month that was paid, and the upgrades that were paid in it.

    Invoices come newest first, as Stripe lists them.
    """
    months: list[tuple[datetime, BilledMonth]] = []
    upgrades: list[tuple[int, datetime, Upgrade]] = []
    for invoice in reversed(paid_invoices):  # times are to a second: of two in one, their order
        if line := _line(invoice, prorated=False):
            until = _time(line.period.end)
            month = BilledMonth(
                invoice.id, _plan(line), _time(line.period.start), until, is_ending(subscription)
            )
            months.append((until, month))
        elif line := _line(invoice, prorated=True):
            upgrade = Upgrade(invoice.id, _plan(line), _time(line.period.start))
            upgrades.append((invoice.created, _time(line.period.end), upgrade))
    if not months:
        return None
    _, last = max(months, key=lambda each: each[0])
    of_last = [each for each in upgrades if each[1] == last.until_time]
    in_turn = tuple(upgrade for _, _, upgrade in sorted(of_last, key=lambda each: each[0]))
    return BilledMonth(
        last.invoice_id,
        last.plan_id,
        last.start_time,
        last.until_time,
        last.is_ending,
        in_turn,
    )


def paid_plan(subscription: stripe.Subscription, month: BilledMonth | None) -> PaidPlan:
    """Tell what a subscription is to its customer; its latest_invoice must be expanded."""
    next_plan = plan_of_subscription(subscription) or ""
    paid_until = month.until_time if month else _time(item_of(subscription).current_period_end)
    return PaidPlan(
        plan_id=month.present_plan_id if month else next_plan,
        next_plan_id=next_plan,
        state=_state(subscription),
        paid_until_time=paid_until,
        is_ending=is_ending(subscription),
        payment_url=_payment_url(subscription),
    )


def payment(intent: stripe.PaymentIntent, disputes: Iterable[stripe.Dispute]) -> Payment | None:
    """Read a payment for a pack, with its latest_charge expanded; None where it is no paid one."""
    charge, sold = intent.latest_charge, intent.metadata.to_dict() if intent.metadata else {}
    if "pack_id" not in sold or intent.status != "succeeded":
        return None
    if not isinstance(charge, stripe.Charge):
        return None
    disputed = sum(each.amount for each in disputes if each.status not in _NOT_WITHDRAWN)
    return Payment(
        payment_id=intent.id,
        pack_id=sold["pack_id"],
        credits=int(sold["credits"]),
        amount_cents=charge.amount,
        withdrawn_cents=min(charge.amount, charge.amount_refunded + disputed),
    )


def invoice_line(invoice: stripe.Invoice) -> Invoice:
    """Read an invoice for a list."""
    lines: Sequence[stripe.InvoiceLineItem] = invoice.lines.data
    return Invoice(
        number=invoice.number or "",
        create_time=_time(invoice.created),
        total_cents=invoice.total,
        currency=invoice.currency,
        status=invoice.status or "",
        page_url=invoice.hosted_invoice_url or "",
        description=(lines[0].description or "") if lines else "",
    )


def id_of(reference: object) -> str:
    """Give the id of what is named, or there whole; empty where it is nothing."""
    if isinstance(reference, str):
        return reference
    return str(getattr(reference, "id", ""))


def _items(subscription: stripe.Subscription) -> list[stripe.SubscriptionItem]:
    items: list[stripe.SubscriptionItem] = subscription["items"].data
    return items


def _state(subscription: stripe.Subscription) -> PaidPlanState:
    if subscription.status == "incomplete":
        return PaidPlanState.PENDING
    if subscription.status not in {"active", "trialing"} or subscription.pending_update:
        return PaidPlanState.PAYMENT_FAILED
    return PaidPlanState.ACTIVE


def _payment_url(subscription: stripe.Subscription) -> str:
    invoice = subscription.latest_invoice
    if isinstance(invoice, stripe.Invoice) and invoice.status == "open":
        return invoice.hosted_invoice_url or ""
    return ""


def _line(invoice: stripe.Invoice, *, prorated: bool) -> stripe.InvoiceLineItem | None:
    """Find the line of a plan of ours that is for a whole month, or asks for the rest of one."""
    for line in invoice.lines.data:
        parent = line.parent and line.parent.subscription_item_details
        if parent and parent.proration is prorated and line.amount >= 0 and _product(line):
            return line
    return None


def _product(line: stripe.InvoiceLineItem) -> str | None:
    price = line.pricing and line.pricing.price_details
    return _plan_of_product(price.product) if price else None


def _plan(line: stripe.InvoiceLineItem) -> str:
    name = _product(line)
    if name is None or name not in PLANS:
        # Its money is taken and its credits are unknown: Stripe tries again while somebody looks.
        msg = f"an invoice was paid for the plan {name!r}, which is not in the table"
        raise LookupError(msg)
    return name


def _plan_of_product(product: str) -> str | None:
    return product.removeprefix(PLAN_PRODUCT) if product.startswith(PLAN_PRODUCT) else None


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
