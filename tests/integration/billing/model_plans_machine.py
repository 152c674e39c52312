"""As the other machine, with plans: months end, and what is left of them goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from og.billing.v1 import billing_pb2 as pb
from tests.integration.billing.model_calls import (
    Charge,
    Line,
    Outcome,
    Payer,
    Reserve,
    SetLowBalance,
    SetPlan,
    refused,
)
from tests.integration.billing.model_machine import (
    ACCOUNTS,
    CLOSINGS,
    KINDS,
    PAYERS,
    TICK,
    LedgerMachine,
)
from tests.integration.billing.model_months import ModelWithPlans
from tests.integration.billing.model_world import START
from tests.support.waiting import wait_until

# The first is what a model can spend in a few steps; the others show going up and down.
PLANS = st.sampled_from(["free", "free", "starter", "pro"])
LOW_BALANCES = st.sampled_from([0, 20, 105, 240])
SWEPT_TURNS = 5
"""Every which turn of a month is left to the sweeper, for which one has to wait."""
LONG_PASSES = st.sampled_from([timedelta(days=days) for days in (1, 27, 28, 31, 62, 400)])


class PlansMachine(LedgerMachine):
    model: ModelWithPlans

    def __init__(self) -> None:
        super().__init__()
        self._turns = 0

    def new_model(self) -> ModelWithPlans:
        return ModelWithPlans(START)

    @initialize(plan=PLANS)
    def subscribe(self, plan: str) -> None:
        self.do(SetPlan(self.names["first"], plan))

    @rule(account=ACCOUNTS, plan=PLANS)
    def set_plan(self, account: str, plan: str) -> None:
        self.do(SetPlan(self.names[account], plan))

    @rule(account=ACCOUNTS, low_balance=LOW_BALANCES)
    def set_low_balance(self, account: str, low_balance: int) -> None:
        self.do(SetLowBalance(self.names[account], low_balance))

    @rule(by=LONG_PASSES)
    def let_days_pass(self, by: timedelta) -> None:
        self.pass_time(by)

    @rule(account=ACCOUNTS, late=st.sampled_from([-TICK, timedelta(0), TICK]))
    def come_to_the_end_of_the_month(self, account: str, late: timedelta) -> None:
        subscription = self.model.subscriptions.get(self.names[account])
        if subscription and subscription.end + late > self.model.now:
            self.pass_time(subscription.end + late - self.model.now)

    @rule(account=ACCOUNTS, kind=KINDS, payer=PAYERS, closings=CLOSINGS)
    def reserve_across_the_end_of_the_month(
        self,
        account: str,
        kind: pb.ChargeKind.ValueType,
        payer: Payer | None,
        closings: Sequence[pb.ChargeKind.ValueType | None],
    ) -> None:
        self.come_to_the_end_of_the_month(account, -3 * TICK)
        charge = Charge(self.new_id(), self.names[account], kind, payer=payer)
        call = self.do(Reserve(charge, timedelta(hours=1)))
        self.pass_time(3 * TICK)
        self.close(call, closings)

    def turn_months(self) -> None:
        """See the new month at once, and its lines as soon as somebody wrote them."""
        returning = {self.model.held[charge_id].account for charge_id in self.model.due()}
        for account in self.model.over():
            self.model.renew(account)
            if account not in returning:
                assert self.replicas.balance(account) == self.model.balances[account]
            self._turns += 1
            if self._turns % SWEPT_TURNS:
                # Whatever is asked writes the month first; what is coming anyway changes nothing.
                plan = self.model.subscriptions[account].next_plan
                assert self.replicas.do(SetPlan(account, plan)).reason == "OK"
            else:
                lines = [it for it in self.model.statements[account] if _is_of_a_plan(it.kind)]
                wait_until(partial(self._has, account, lines))

    def _has(self, account: str, lines: list[Line]) -> bool:
        found = [it for it in self.replicas.statement(account) if _is_of_a_plan(it.kind)]
        return found == lines

    @invariant()
    def is_on_the_same_plans(self) -> None:
        for account in self.names.values():
            it = self.model.subscriptions.get(account)
            right = (
                Outcome("OK", subscribed=it.shown()) if it else refused("SUBSCRIPTION_NOT_FOUND")
            )
            assert self.replicas.subscription(account) == right
            told = sorted(self.replicas.notices(account))
            assert told == sorted(self.model.notices[account])


def _is_of_a_plan(kind: pb.EntryKind.ValueType) -> bool:
    return kind in {pb.ENTRY_KIND_PLAN_CREDITS, pb.ENTRY_KIND_PLAN_EXPIRY}
