"""The objects of the API, in the shapes of version 2026-10-28.endive."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]

MONTH_FORMAT = "%Y-%m-%d"


def month_after(seconds: int) -> int:
    """Give the same day and time of the next month, or its last day."""
    start = datetime.fromtimestamp(seconds, UTC)
    year, month = start.year + start.month // 12, start.month % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())


def listed(url: str, found: list[Object]) -> Object:
    return {"object": "list", "url": url, "has_more": False, "data": found}


def subscription_item(item_id: str, price: Object, start: int, end: int) -> Object:
    return {
        "id": item_id,
        "object": "subscription_item",
        "price": price,
        "quantity": 1,
        "current_period_start": start,
        "current_period_end": end,
        "metadata": {},
    }


def subscription(sub_id: str, customer: str, item: Object, metadata: Object, now: int) -> Object:
    return {
        "id": sub_id,
        "object": "subscription",
        "customer": customer,
        "status": "active",
        "items": listed(f"/v1/subscription_items?subscription={sub_id}", [item]),
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "ended_at": None,
        "created": now,
        "currency": "usd",
        "latest_invoice": None,
        "livemode": False,
        "metadata": metadata,
        "pending_update": None,
        "start_date": now,
    }


def line(
    sub_id: str, price: Object, amount: int, period: tuple[int, int], *, prorated: bool
) -> Object:
    return {
        "object": "line_item",
        "amount": amount,
        "currency": "usd",
        "description": f"{'Remaining time on' if prorated else 'One month of'} {price['product']}",
        "metadata": {},
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": {
                "proration": prorated,
                "proration_details": None,
                "subscription": sub_id,
                "subscription_item": "si",
                "invoice_item": None,
            },
        },
        "period": {"start": period[0], "end": period[1]},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": 1,
    }


def invoice(
    invoice_id: str, customer: str, sub_id: str, lines: list[Object], reason: str, now: int
) -> Object:
    total = sum(each["amount"] for each in lines)
    return {
        "id": invoice_id,
        "object": "invoice",
        "billing_reason": reason,
        "created": now,
        "currency": "usd",
        "customer": customer,
        "hosted_invoice_url": f"https://invoice.stripe.com/i/{invoice_id}",
        "lines": listed(f"/v1/invoices/{invoice_id}/lines", lines),
        "livemode": False,
        "metadata": {},
        "number": invoice_id.upper(),
        "parent": {
            "type": "subscription_details",
            "quote_details": None,
            "subscription_details": {"subscription": sub_id, "metadata": {}},
        },
        "status": "open",
        "total": total,
        "amount_paid": 0,
        "period_start": now,
        "period_end": now,
    }


def intent(intent_id: str, customer: str, amount: int, metadata: Object, now: int) -> Object:
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "created": now,
        "currency": "usd",
        "customer": customer,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "status": "processing",
    }


def charge(charge_id: str, of: Object, now: int) -> Object:
    return {
        "id": charge_id,
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"],
        "amount_refunded": 0,
        "created": now,
        "currency": "usd",
        "customer": of["customer"],
        "disputed": False,
        "livemode": False,
        "metadata": dict(of["metadata"]),
        "paid": True,
        "payment_intent": of["id"],
        "refunded": False,
        "status": "succeeded",
    }


def dispute(dispute_id: str, of: Object, amount: int, now: int) -> Object:
    return {
        "id": dispute_id,
        "object": "dispute",
        "amount": amount,
        "charge": of["latest_charge"],
        "created": now,
        "currency": "usd",
        "livemode": False,
        "metadata": {},
        "payment_intent": of["id"],
        "reason": "fraudulent",
        "status": "needs_response",
    }


def session(session_id: str, asked: Object, url: str, now: int) -> Object:
    return {
        "id": session_id,
        "object": "checkout.session",
        "client_reference_id": asked.get("client_reference_id"),
        "created": now,
        "customer": asked["customer"],
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "mode": asked["mode"],
        "payment_intent": None,
        "payment_status": "unpaid",
        "status": "open",
        "subscription": None,
        "success_url": asked["success_url"],
        "cancel_url": asked["cancel_url"],
        "url": f"{url}/c/pay/{session_id}",
    }
