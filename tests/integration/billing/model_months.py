"""The model, with plans whose credits come and go by the month, and what accounts are told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from og.billing.v1 import billing_pb2 as pb
from og_plans import PLANS
from tests.integration.billing.client import PRICES
from tests.integration.billing.model import Held, Model
from tests.integration.billing.model_calls import (
    Balance,
    Call,
    Charge,
    Grant,
    Line,
    Outcome,
    SetLowBalance,
    SetPlan,
    Subscribed,
    Told,
    refused,
)


@dataclass(frozen=True)
class Subscription:
    plan: str
    next_plan: str
    began: datetime
    month: int
    granted: int
    set_low_balance: int = 0

    @property
    def start(self) -> datetime:
        return months_after(self.began, self.month)

    @property
    def end(self) -> datetime:
        return months_after(self.began, self.month + 1)

    @property
    def low_balance(self) -> int:
        return self.set_low_balance or PLANS[self.plan].monthly_credits // 10

    def shown(self) -> Subscribed:
        return Subscribed(self.plan, self.next_plan, self.start, self.end, self.low_balance)


class ModelWithPlans(Model):
    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.subscriptions: dict[str, Subscription] = {}
        self.notices: defaultdict[str, list[Told]] = defaultdict(list)

    def do(self, call: Call) -> Outcome:
        match call:
            case SetPlan(account, plan):
                return self._set_plan(account, plan)
            case SetLowBalance(account, low_balance):
                return self._set_low_balance(account, low_balance)
        return super().do(call)

    def over(self) -> list[str]:
        """Name the accounts whose month is over."""
        return [name for name, it in self.subscriptions.items() if it.end <= self.now]

    def renew(self, account: str) -> None:
        """End the month and bring the present one."""
        old = self.subscriptions[account]
        monthly = PLANS[old.next_plan].monthly_credits
        new = replace(old, plan=old.next_plan, granted=monthly)
        while new.end <= self.now:
            new = replace(new, month=new.month + 1)
        self.subscriptions[account] = new
        before = self.balances[account]
        if before.plan:
            self._write_plan_line(account, pb.ENTRY_KIND_PLAN_EXPIRY, -before.plan, old.plan)
        self._write_plan_line(account, pb.ENTRY_KIND_PLAN_CREDITS, monthly, new.plan)
        self._tell(account, before)

    def _set_plan(self, account: str, plan: str) -> Outcome:
        monthly = PLANS[plan].monthly_credits
        old = self.subscriptions.get(account) or Subscription(plan, plan, self.now, 0, 0)
        if monthly > old.granted:
            self._write_plan_line(account, pb.ENTRY_KIND_PLAN_CREDITS, monthly - old.granted, plan)
            new = replace(old, plan=plan, next_plan=plan, granted=monthly)
        else:
            new = replace(old, next_plan=plan)
        self.subscriptions[account] = new
        return Outcome("OK", balance=self.balances[account], subscribed=new.shown())

    def _set_low_balance(self, account: str, low_balance: int) -> Outcome:
        if not (old := self.subscriptions.get(account)):
            return refused("SUBSCRIPTION_NOT_FOUND")
        new = self.subscriptions[account] = replace(old, set_low_balance=low_balance)
        return Outcome("OK", subscribed=new.shown())

    def _write_plan_line(
        self, account: str, kind: pb.EntryKind.ValueType, delta: int, plan: str
    ) -> None:
        before = self.balances[account]
        balance = before._replace(plan=before.plan + delta)
        # The id of what nobody asked for is the ledger's own business.
        line = Line("", kind, delta, 0, plan, self.now, "", balance)
        self.balances[account] = balance
        self.statements[account].append(line)

    def _returned(self, held: Held, to_plan: int, to_pack: int) -> tuple[int, int]:
        subscription = self.subscriptions.get(held.account)
        if subscription and subscription.month and held.since < subscription.start:
            to_plan = 0  # the month that they were taken from is over
        return super()._returned(held, to_plan, to_pack)

    def _note(
        self,
        of: Grant | Charge,
        balance: Balance,
        kind: pb.EntryKind.ValueType,
        delta: int,
        charged: int = 0,
    ) -> None:
        before = self.balances[of.account]
        super()._note(of, balance, kind, delta, charged)
        self._tell(of.account, before)

    def _tell(self, account: str, before: Balance) -> None:
        """Note what came about: what can be spent or is set aside fell below one of two bounds."""
        now = self.balances[account]
        had, has = before.available + before.reserved, now.available + now.reserved
        bounds = {pb.NOTICE_KIND_OUT_OF_CREDITS: PRICES[pb.CHARGE_KIND_GENERATION]}
        if subscription := self.subscriptions.get(account):
            bounds[pb.NOTICE_KIND_LOW_BALANCE] = subscription.low_balance
        for kind, bound in bounds.items():
            if has < bound <= had:
                self.notices[account].append(Told(self.now, kind, now.available))


def months_after(began: datetime, months: int) -> datetime:
    """Give the same day so many months later, or the last one before it."""
    years, month = divmod(began.month - 1 + months, 12)
    for day in range(began.day, 0, -1):
        try:
            return began.replace(year=began.year + years, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a first")
