from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypedDict

from og_auth.errors import InvalidEmailError, InvalidRateLimitError, UnknownPlanError
from og_plans import PLANS, Plan

MAX_EMAIL_CHARS: Final = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
MAX_EMAIL_LOCAL_CHARS: Final = 64  # RFC 5321, section 4.5.3.1.1
RATE_LIMIT_MAX: Final = 1_000_000
SIGN_UPS_MAX: Final = 5
"""Accounts that may come from one client address in SIGN_UPS_WINDOW."""
SIGN_UPS_WINDOW: Final = timedelta(hours=24)

# What an address may hold is the mail server's to say; this keeps out what cannot be one.
_EMAIL: Final = re.compile(rf"([^\s@]{{1,{MAX_EMAIL_LOCAL_CHARS}}})@([^\s@.]+(?:\.[^\s@.]+)+)")


@dataclass(frozen=True, slots=True)
class Account:
    """A customer as requests are decided about.

    `plan_id` is the plan that applies now; `rate_limit_override` replaces its limit where it is
    set.
    """

    account_id: str
    plan_id: str
    rate_limit_override: int | None

    @property
    def plan(self) -> Plan:
        """The plan; KeyError where the file of plans dropped one that accounts have."""
        return PLANS[self.plan_id]

    @property
    def rate_limit(self) -> int:
        """Requests in a window."""
        return self.rate_limit_override or self.plan.rate_limit_per_minute


@dataclass(frozen=True, slots=True)
class AccountRecord(Account):
    """All that is kept of a customer; `next_plan_id` comes at `next_plan_time`, if any does.

    `email` is empty where the account is deleted.
    """

    email: str
    next_plan_id: str | None
    next_plan_time: datetime | None
    create_time: datetime
    suspend_time: datetime | None
    suspend_reason: str
    email_verify_time: datetime | None
    delete_time: datetime | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A customer that is to be added; all of it was checked."""

    email: str
    plan_id: str
    rate_limit_override: int | None


class PlanChange(NamedTuple):
    """A plan and when it comes; None: now. A time that has passed is now, too."""

    plan_id: str
    time: datetime | None


class AccountChanges(TypedDict, total=False):
    """What is to be set; all of it was checked. An override of None is none."""

    plan: PlanChange
    rate_limit_override: int | None


def normalised_email(text: str) -> str:
    """Give an e-mail address as it is kept: trimmed, NFC, its domain in lower case.

    Raises InvalidEmailError. The part before the @ keeps its case, since mail servers may tell
    cases apart; that two accounts do not differ by case alone is the store's to see.
    """
    email = unicodedata.normalize("NFC", text.strip())
    match = _EMAIL.fullmatch(email)
    if match is None or len(email) > MAX_EMAIL_CHARS or not email.isprintable():
        raise InvalidEmailError(MAX_EMAIL_CHARS)
    local, domain = match.groups()
    return f"{local}@{domain.lower()}"


def checked_plan(plan_id: str) -> str:
    """Give plan_id if there is such a plan, or raise UnknownPlanError."""
    if plan_id not in PLANS:
        raise UnknownPlanError(PLANS)
    return plan_id


def checked_rate_limit(override: int) -> int | None:
    """Give the override, None for 0, or raise InvalidRateLimitError."""
    if not 0 <= override <= RATE_LIMIT_MAX:
        raise InvalidRateLimitError(RATE_LIMIT_MAX)
    return override or None
