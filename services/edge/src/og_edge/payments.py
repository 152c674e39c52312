"""What an account pays for, as its owner sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from og_edge.deadline import Deadline


class PaidPlanState(Enum):
    """How the payments of a plan stand."""

    ACTIVE = auto()
    PENDING = auto()
    PAYMENT_FAILED = auto()


@dataclass(frozen=True, slots=True)
class PaidPlan:
    """A plan that is paid for, until when, and what comes then.

    `payment_url` is where what is open is paid, empty where nothing is.
    """

    plan_id: str
    next_plan_id: str
    state: PaidPlanState
    paid_until_time: dt.datetime
    is_ending: bool
    payment_url: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice; `page_url` is empty for one that is not finished."""

    number: str
    create_time: dt.datetime
    total_cents: int
    currency: str
    status: str
    page_url: str
    description: str


@dataclass(frozen=True, slots=True)
class Payments:
    """What is paid for and was paid lately; all of it empty where payments are not set up."""

    is_configured: bool = False
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


class PaymentDesk(Protocol):
    """Sells plans and packs. Every method raises RemoteError and OutOfTimeError."""

    async def payments(self, account_id: str, deadline: Deadline) -> Payments:
        """Tell what an account pays for."""
        ...

    async def begin_plan_checkout(self, buyer: Buyer, plan_id: str, deadline: Deadline) -> str:
        """Give the URL where a plan is bought."""
        ...

    async def begin_pack_checkout(self, buyer: Buyer, pack_id: str, deadline: Deadline) -> str:
        """Give the URL where a pack is bought."""
        ...

    async def open_portal(self, account_id: str, return_url: str, deadline: Deadline) -> str:
        """Give the URL of the portal."""
        ...

    async def change_plan(self, account_id: str, plan_id: str, deadline: Deadline) -> PaidPlan:
        """Change the plan that is paid for."""
        ...

    async def handle_event(self, payload: bytes, signature: str, deadline: Deadline) -> str:
        """Have billing take an event, and give whose it was; empty: nobody's here."""
        ...


class PlanKeeper(Protocol):
    """Keeps auth on the plan that billing has an account on."""

    async def tell(self, account_id: str) -> None:
        """Tell auth, and look whether both agree."""
        ...
