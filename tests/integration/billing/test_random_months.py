"""Random changes of plans, charges and months that pass, against plain numbers."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from og_billing.commands import (
    Capture,
    Charge,
    Command,
    Grant,
    Payer,
    Release,
    Renew,
    Reserve,
    SetPlan,
)
from og_billing.entries import Bucket, ChargeKind
from og_billing.errors import ServiceError
from og_plans import PLANS
from tests.integration.billing.ledger import Ledger, open_ledger
from tests.support.database_clock import DatabaseClock
from tests.support.seeds import rng

__all__ = ["rng"]

STEPS = 200
PRICES = {ChargeKind.CACHED_CARD: 1, ChargeKind.GENERATION: 10, ChargeKind.AI_GENERATION: 100}
HOLD = timedelta(hours=1)


def monthly(anchor: datetime, months: int) -> datetime:
    years, month = divmod(anchor.month - 1 + months, 12)
    for day in range(anchor.day, 0, -1):
        try:
            return anchor.replace(year=anchor.year + years, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError


@dataclass
class Account:
    """One account as a customer would count it on paper."""

    now: datetime
    plan: int = 0
    pack: int = 0
    anchor: datetime | None = None
    month: int = 0
    plan_id: str = ""
    next_plan_id: str = ""
    dearest: int = 0
    held: dict[str, tuple[int, int, int, datetime]] = field(default_factory=dict)

    def turn_the_calendar(self) -> None:
        while self.anchor and monthly(self.anchor, self.month + 1) <= self.now:
            self.month, self.plan_id = self.month + 1, self.next_plan_id
            self.plan = self.dearest = PLANS[self.plan_id].monthly_credits

    def set_plan(self, plan_id: str) -> None:
        monthly_credits = PLANS[plan_id].monthly_credits
        if not self.anchor:
            self.anchor = self.now
        self.next_plan_id = plan_id
        if monthly_credits > self.dearest:
            self.plan += monthly_credits - self.dearest
            self.plan_id, self.dearest = plan_id, monthly_credits

    def pay(self, price: int) -> tuple[int, int] | None:
        if price > self.plan + self.pack:
            return None
        from_plan = min(price, self.plan)
        self.plan, self.pack = self.plan - from_plan, self.pack - (price - from_plan)
        return from_plan, price - from_plan

    def give_back(self, charge_id: str, price: int) -> None:
        from_plan, from_pack, month, _ = self.held.pop(charge_id)
        back = from_plan + from_pack - price
        to_pack = min(back, from_pack)
        self.pack += to_pack
        if month == self.month:
            self.plan += back - to_pack


class Walk:
    """One random step after the other, in the ledger and on paper."""

    def __init__(self, store: Ledger, clock: DatabaseClock, rng: random.Random) -> None:
        self.store, self.clock, self.rng = store, clock, rng
        self.paper = Account(clock.time)

    async def step(self) -> None:
        steps: list[Callable[[], Awaitable[None]]] = [self.wait, self.wait, self.pay, self.pay]
        steps += [self.reserve, self.reserve, self.close, self.close, self.grant, self.set_plan]
        await self.rng.choice(steps)()
        standing = await self.store.standing("acct")
        held = sum(plan + pack for plan, pack, _, _ in self.paper.held.values())
        assert (standing.balance.plan_credits, standing.balance.pack_credits) == (
            (self.paper.plan, self.paper.pack)
        )
        assert standing.balance.held_credits == held
        if self.paper.anchor and (subscription := standing.subscription):
            end = monthly(self.paper.anchor, self.paper.month + 1)
            assert subscription.period_end_time == end > self.paper.now
            assert (subscription.plan_id, subscription.next_plan_id) == (
                (self.paper.plan_id, self.paper.next_plan_id)
            )

    async def post(self, command: Command, *, refused: bool = False) -> None:
        [outcome] = await self.store.post([command])
        assert isinstance(outcome, ServiceError) is refused, outcome

    async def wait(self) -> None:
        minutes = self.rng.choice([1, 30, 60, 60 * 24 * 7, 60 * 24 * 28, 60 * 24 * 75])
        seconds = self.rng.randrange(60 * minutes)
        if self.paper.anchor and self.rng.random() < 0.5:
            # To the very moment that a month ends, or just before.
            end = monthly(self.paper.anchor, self.paper.month + 1) - self.paper.now
            self.clock.advance(end - timedelta(microseconds=self.rng.randrange(2)))
        else:
            self.clock.advance(timedelta(seconds=seconds))
        self.paper.now = self.clock.time
        self.paper.turn_the_calendar()
        if self.rng.random() < 0.3:
            await self.post(Renew("acct"))

    async def grant(self) -> None:
        bucket, amount = self.rng.choice([Bucket.PLAN, Bucket.PACK]), self.rng.randrange(1, 300)
        await self.post(Grant(str(uuid4()), "acct", amount, bucket, ""))
        if bucket is Bucket.PLAN:
            self.paper.plan += amount
        else:
            self.paper.pack += amount

    async def set_plan(self) -> None:
        plan_id = self.rng.choice(["free", "free", "starter", *PLANS])
        self.paper.set_plan(plan_id)
        await self.post(SetPlan("acct", plan_id))

    def _charge(self) -> Charge:
        kind = self.rng.choice([*PRICES])
        payer = self.rng.choice([None, Payer("key_1"), Payer("site_1")])
        return Charge(str(uuid4()), "acct", kind, "", payer)

    async def pay(self) -> None:
        charge = self._charge()
        await self.post(charge, refused=self.paper.pay(PRICES[charge.kind]) is None)

    async def reserve(self) -> None:
        charge = self._charge()
        parts = self.paper.pay(PRICES[charge.kind])
        await self.post(Reserve(charge, HOLD), refused=parts is None)
        if parts:
            held = (*parts, self.paper.month, self.paper.now + HOLD)
            self.paper.held[charge.charge_id] = held

    async def close(self) -> None:
        if not self.paper.held:
            return
        charge_id = self.rng.choice([*self.paper.held])
        *parts, _, expiry = self.paper.held[charge_id]
        kind = self.rng.choice([kind for kind in PRICES if PRICES[kind] <= sum(parts)])
        if self.rng.random() < 0.5 and expiry > self.paper.now:
            await self.post(Capture(charge_id, kind))
            self.paper.give_back(charge_id, PRICES[kind])
            return
        if expiry <= self.paper.now:
            await self.post(Capture(charge_id, kind), refused=True)
        await self.post(Release(charge_id))
        self.paper.give_back(charge_id, 0)


async def test_months_and_plans_agree_with_paper(
    clocked_dsn: str, clock: DatabaseClock, rng: random.Random
) -> None:
    clock.set(clock.time + timedelta(seconds=rng.randrange(10**8)))
    # No sweeper: what is late must not show.
    async with open_ledger(clocked_dsn) as store:
        walk = Walk(store, clock, rng)
        await walk.grant()
        for _ in range(STEPS):
            await walk.step()
        for charge_id in [*walk.paper.held]:  # as the sweeper would, or they were overdue
            await walk.post(Release(charge_id))
        audit = await store.verify()
        assert audit.passed, audit
