"""What an account pays for, as Stripe has it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PaidPlanState(StrEnum):
    """How the payments of a plan stand."""

    ACTIVE = "active"
    PENDING = "pending"
    PAYMENT_FAILED = "payment_failed"


@dataclass(frozen=True, slots=True)
class PaidPlan:
    """A plan that is paid for, until when, and what comes then.

    `payment_url` is where the customer pays what is open, empty where nothing is.
    """

    plan_id: str
    next_plan_id: str
    state: PaidPlanState
    paid_until_time: datetime
    is_ending: bool
    payment_url: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as a list of them shows it; `total_cents` in a currency of ISO 4217."""

    number: str
    create_time: datetime
    total_cents: int
    currency: str
    status: str
    page_url: str
    description: str


@dataclass(frozen=True, slots=True)
class Payments:
    """What an account pays for and paid lately; `pending_pack_ids` are under way."""

    paid_plan: PaidPlan | None = None
    invoices: Sequence[Invoice] = ()
    pending_pack_ids: Sequence[str] = ()
    has_portal: bool = False


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, and where the browser goes when it is paid or given up."""

    account_id: str
    email: str
    success_url: str
    cancel_url: str
