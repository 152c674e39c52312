"""The months of a plan: when each begins and ends, what it brings, and what goes with it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from og_billing.entries import Action, Balance, Bucket, Entry, Transfer
from og_plans import PLANS, Plan

LOW_BALANCE_SHARE = 10
"""A notice is given below this part of a month's credits, unless another balance was set."""

UNPAID_PLAN: Final = PLANS["free"]
"""What comes after a month that was paid, unless the next is."""

# The ids of postings that nobody asked for are derived from this and from what they stand for.
_NAMESPACE = UUID("5f0ce7a4-3f53-4d5c-8f5e-0d6f6c1b1f0e")


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """What a paid month is known by: its invoice, and when it ends unless another comes."""

    invoice_id: str
    end_time: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A plan whose credits an account gets each month.

    `month` is the number of the present one, 0 the account's first; it brought `granted_credits`
    so far. Months follow the calendar from `anchor_time`, when the one of number `anchor_month`
    began, until one is paid: that begins at an anchor of its own. `set_low_balance_credits` is what
    somebody set, or 0.
    """

    account_id: str
    plan_id: str
    next_plan_id: str
    anchor_time: datetime
    month: int
    granted_credits: int
    set_low_balance_credits: int = 0
    anchor_month: int = 0
    paid: PaidMonth | None = None

    @classmethod
    def begun(cls, account_id: str, plan: Plan, now: datetime) -> Subscription:
        """Begin one now."""
        return cls(account_id, plan.name, plan.name, now, 0, plan.monthly_credits)

    @property
    def period_start_time(self) -> datetime:
        """When the present month began."""
        return months_after(self.anchor_time, self.month - self.anchor_month)

    @property
    def period_end_time(self) -> datetime:
        """When it ends; that moment belongs to the next."""
        if self.paid:
            return self.paid.end_time
        return months_after(self.anchor_time, self.month - self.anchor_month + 1)

    @property
    def low_balance_credits(self) -> int:
        """Below which balance a notice is given."""
        return self.set_low_balance_credits or self.granted_credits // LOW_BALANCE_SHARE

    def changed_to(self, plan: Plan) -> Subscription:
        """Start the plan at once if it brings more than this month did, else with the next month.

        So a month brings the credits of its dearest plan, however often plans change in it. The
        present plan, should it bring more since the table changed, does so from the next month on.
        """
        if plan.name == self.plan_id or plan.monthly_credits <= self.granted_credits:
            return replace(self, next_plan_id=plan.name)
        return replace(
            self,
            plan_id=plan.name,
            next_plan_id=plan.name,
            granted_credits=plan.monthly_credits,
        )

    def at(self, now: datetime) -> Subscription:
        """Give it as it is now: itself while its month lasts, else in the month that now is in.

        A plan that is no longer in the table brings what it brought last.
        """
        if now < self.period_end_time:
            return self
        if self.paid:
            return self.unpaid_from(self.paid.end_time).at(now)
        plan = PLANS.get(self.next_plan_id)
        return replace(
            self,
            plan_id=self.next_plan_id,
            month=self.anchor_month + months_between(self.anchor_time, now),
            granted_credits=plan.monthly_credits if plan else self.granted_credits,
        )

    def unpaid_from(self, moment: datetime) -> Subscription:
        """Give what follows a paid month that ends now: the plan without a price."""
        return replace(
            self._next_month(moment),
            plan_id=UNPAID_PLAN.name,
            next_plan_id=UNPAID_PLAN.name,
            granted_credits=UNPAID_PLAN.monthly_credits,
            paid=None,
        )

    def paid_from(self, moment: datetime, plan: Plan, paid: PaidMonth) -> Subscription:
        """Give the month of a plan that was paid, beginning now."""
        return self._next_month(moment).paid_as(plan, paid)

    def paid_as(self, plan: Plan, paid: PaidMonth) -> Subscription:
        """Give this month as one that was paid, on a plan."""
        return replace(
            self,
            plan_id=plan.name,
            next_plan_id=UNPAID_PLAN.name,
            granted_credits=plan.monthly_credits,
            paid=paid,
        )

    def _next_month(self, moment: datetime) -> Subscription:
        number = self.month + 1
        return replace(self, anchor_time=moment, anchor_month=number, month=number)

    def is_past(self, moment: datetime) -> bool:
        """Whether the moment lies in an earlier month; what was before the first counts to it."""
        return self.month > 0 and moment < self.period_start_time


class Standing(NamedTuple):
    """What an account has and what it is on, if it is on anything."""

    balance: Balance
    subscription: Subscription | None = None

    def at(self, now: datetime) -> Standing:
        """Give it as the next write finds it: without the credits of a month that is over."""
        if not (subscription := self.subscription):
            return self
        renewed = subscription.at(now)
        if renewed is subscription:
            return self
        return Standing(self.balance._replace(plan_credits=renewed.granted_credits), renewed)


NOTHING = Standing(Balance())


class PlanGrant(NamedTuple):
    """Which month of an account a plan_grant is for, and which invoice paid it, if any did."""

    charge_id: str
    account_id: str
    month: int
    start_time: datetime
    invoice_id: str | None


def renewal(standing: Standing, renewed: Subscription, now: datetime) -> list[Entry]:
    """Draft what a new month does: what is left of the plan's credits goes, the month's come."""
    ended, left = standing.subscription, standing.balance.plan_credits
    granted = plan_grant(renewed, renewed.granted_credits, now)
    return [_expiry(ended, left, now), granted] if ended and left else [granted]


def plan_grant(
    subscription: Subscription, credits: int, now: datetime, invoice_id: str | None = None
) -> Entry:
    """Draft the entry that brings the month's credits up to what was granted.

    The invoice is that of an upgrade; of a month that was paid, it is the month's own.
    """
    start, total = subscription.period_start_time, subscription.granted_credits
    charge_id = derived_id(f"grant {subscription.account_id} {start} {subscription.month} {total}")
    if subscription.paid:
        charge_id = invoice_charge_id(invoice_id or subscription.paid.invoice_id)
    return Entry(
        charge_id=charge_id,
        action=Action.PLAN_GRANT,
        account_id=subscription.account_id,
        kind=None,
        credits=credits,
        reference=subscription.plan_id,
        create_time=now,
        transfers=(Transfer(Bucket.ISSUED, Bucket.PLAN, credits),),
    )


def derived_id(what: str) -> str:
    """Give the charge_id of a posting that nobody made one for; the same for the same."""
    return str(uuid5(_NAMESPACE, what))


def invoice_charge_id(invoice_id: str) -> str:
    """Give the charge_id under which an invoice's credits come, so that they come once."""
    return derived_id(f"invoice {invoice_id}")


def _expiry(ended: Subscription, credits: int, now: datetime) -> Entry:
    start = ended.period_start_time
    return Entry(
        charge_id=derived_id(f"expiry {ended.account_id} {start} {ended.month}"),
        action=Action.EXPIRE,
        account_id=ended.account_id,
        kind=None,
        credits=credits,
        reference=ended.plan_id,
        create_time=now,
        transfers=(Transfer(Bucket.PLAN, Bucket.EXPIRED, credits),),
    )


def months_after(anchor: datetime, months: int) -> datetime:
    """Give the same day and time of UTC so many months later, or that month's last day."""
    start = anchor.astimezone(UTC)
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    last_day = calendar.monthrange(year, month)[1]
    return start.replace(year=year, month=month, day=min(start.day, last_day))


def months_between(anchor: datetime, now: datetime) -> int:
    """Give how many whole months of the anchor's are over."""
    start, end = anchor.astimezone(UTC), now.astimezone(UTC)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (months_after(start, months) > end)
