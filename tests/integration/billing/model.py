"""What billing.proto promises, in plain numbers; written from its words, not from the service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from og.billing.v1 import billing_pb2 as pb
from tests.integration.billing.client import PRICES, Kind
from tests.integration.billing.model_calls import (
    Balance,
    Call,
    Capture,
    Charge,
    Grant,
    Line,
    Opening,
    Outcome,
    Payer,
    Release,
    Reserve,
    SetLowBalance,
    SetPlan,
    Spent,
    refused,
)

ENTRY_KINDS: dict[Kind, pb.EntryKind.ValueType] = {
    pb.CHARGE_KIND_CACHED_CARD: pb.ENTRY_KIND_CACHED_CARD,
    pb.CHARGE_KIND_GENERATION: pb.ENTRY_KIND_GENERATION,
    pb.CHARGE_KIND_AI_GENERATION: pb.ENTRY_KIND_AI_GENERATION,
}


@dataclass(frozen=True)
class Held:
    """A reservation that is neither captured nor released."""

    charge: Charge
    from_plan: int
    from_pack: int
    since: datetime
    expire_time: datetime

    @property
    def account(self) -> str:
        return self.charge.account

    @property
    def credits(self) -> int:
        return self.from_plan + self.from_pack


@dataclass(frozen=True)
class Closed:
    """How a reservation ended; the kind is None where it was released."""

    kind: Kind | None
    outcome: Outcome


class Model:
    """A ledger. `now` is the database's time, moved from outside."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.balances: defaultdict[str, Balance] = defaultdict(Balance)
        self.statements: defaultdict[str, list[Line]] = defaultdict(list)
        self.days: defaultdict[str, defaultdict[tuple[str, str], Spent]] = defaultdict(
            lambda: defaultdict(Spent)
        )
        self.opened: dict[str, tuple[Opening, Outcome]] = {}
        self.held: dict[str, Held] = {}
        self.closed: dict[str, Closed] = {}

    def do(self, call: Call) -> Outcome:
        """Do it, where it can be done."""
        match call:
            case Capture():
                return self._capture(call)
            case Release():
                return self._release(call)
            case SetPlan() | SetLowBalance():
                raise AssertionError("this model knows no plans")
        if call.charge_id in self.opened:
            first, outcome = self.opened[call.charge_id]
            return outcome if first == call else refused("CHARGE_ID_REUSED")
        match call:
            case Grant():
                return self._grant(call)
            case Charge():
                return self._spend(call, call, hold=None)
            case Reserve(charge, hold):
                return self._spend(call, charge, hold)

    def batch(self, charges: Sequence[Charge]) -> list[Outcome]:
        """Do one after the other; every answer tells the account's balance after it."""
        outcomes = []
        for charge in charges:
            outcome = self.do(charge)
            balance = outcome.balance or self.balances[charge.account]
            outcomes.append(outcome._replace(balance=balance, metadata=()))
        return outcomes

    def due(self) -> list[str]:
        """Name the reservations whose time is over."""
        return [id_ for id_, held in self.held.items() if held.expire_time <= self.now]

    def expire(self, charge_id: str) -> None:
        """Let a reservation expire."""
        assert self.held[charge_id].expire_time <= self.now
        self._release(Release(charge_id))

    def _grant(self, call: Grant) -> Outcome:
        balance = self.balances[call.account]
        if call.bucket == pb.BUCKET_PLAN:
            balance = balance._replace(plan=balance.plan + call.credits)
        else:
            balance = balance._replace(pack=balance.pack + call.credits)
        self._note(call, balance, pb.ENTRY_KIND_GRANT, call.credits)
        return self._open(call, Outcome("OK", balance=balance))

    def _spend(self, call: Charge | Reserve, charge: Charge, hold: timedelta | None) -> Outcome:
        if refusal := self._refusal(charge):
            return refusal
        price, (plan, pack, reserved) = PRICES[charge.kind], self.balances[charge.account]
        from_plan = min(price, plan)
        from_pack = price - from_plan
        self._count(charge, self.now, charge.kind, 1)
        if hold is None:
            balance = Balance(plan - from_plan, pack - from_pack, reserved)
            self._note(charge, balance, ENTRY_KINDS[charge.kind], -price, price)
            return self._open(call, Outcome("OK", price, balance))
        balance = Balance(plan - from_plan, pack - from_pack, reserved + price)
        held = Held(charge, from_plan, from_pack, self.now, self.now + hold)
        self.held[charge.charge_id] = held
        self._note(charge, balance, pb.ENTRY_KIND_RESERVATION, -price)
        return self._open(call, Outcome("OK", price, balance, held.expire_time))

    def _refusal(self, charge: Charge) -> Outcome | None:
        if charge.payer and (refusal := self._daily_refusal(charge, charge.payer)):
            return refusal
        has = self.balances[charge.account].available
        if has < PRICES[charge.kind]:
            return refused("INSUFFICIENT_CREDITS", balance_credits=has)
        return None

    def _daily_refusal(self, charge: Charge, payer: Payer) -> Outcome | None:
        day = self.now.date()
        midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
        told = {"payer_id": payer.payer_id, "reset_time": int(midnight.timestamp())}
        spent = self.days[charge.account][day.isoformat(), payer.payer_id]
        if payer.credits_max and spent.credits + PRICES[charge.kind] > payer.credits_max:
            return refused("DAILY_CREDITS_REACHED", daily_max=payer.credits_max, **told)
        is_new = charge.kind != pb.CHARGE_KIND_CACHED_CARD
        if is_new and payer.generations_max and spent.generations + 1 > payer.generations_max:
            return refused("DAILY_GENERATIONS_REACHED", daily_max=payer.generations_max, **told)
        return None

    def _count(self, charge: Charge, since: datetime, kind: Kind, times: int) -> None:
        """Count a card of this kind on the day on which it was asked for, or take it back (-1)."""
        key = since.date().isoformat(), charge.payer.payer_id if charge.payer else ""
        credits_spent, generations, cached = self.days[charge.account][key]
        is_cached = kind == pb.CHARGE_KIND_CACHED_CARD
        self.days[charge.account][key] = Spent(
            credits_spent + times * PRICES[kind],
            generations + times * (not is_cached),
            cached + times * is_cached,
        )

    def _capture(self, call: Capture) -> Outcome:
        first, _ = self.opened.get(call.charge_id, (None, None))
        if not isinstance(first, Reserve):
            return refused("RESERVATION_NOT_FOUND")
        kind = call.kind or first.charge.kind
        if closed := self.closed.get(call.charge_id):
            if closed.kind is None:
                return refused("RESERVATION_RELEASED")
            return closed.outcome if closed.kind == kind else refused("CHARGE_ID_REUSED")
        held = self.held[call.charge_id]
        if held.expire_time <= self.now:
            return refused("RESERVATION_RELEASED")
        price = PRICES[kind]
        if price > held.credits:
            return refused("INVALID_REQUEST")
        # As a charge at the lower price would have taken it: the plan's credits go first.
        back_to_plan = held.from_plan - min(held.from_plan, price)
        back_to_pack = held.credits - price - back_to_plan
        back_to_plan, back_to_pack = self._returned(held, back_to_plan, back_to_pack)
        balance = self._give_back(held, back_to_plan, back_to_pack)
        self._count(first.charge, held.since, kind, 1)
        self._note(first.charge, balance, ENTRY_KINDS[kind], back_to_plan + back_to_pack, price)
        return self._close(call.charge_id, kind, Outcome("OK", price, balance))

    def _release(self, call: Release) -> Outcome:
        first, _ = self.opened.get(call.charge_id, (None, None))
        if not isinstance(first, Reserve):
            return refused("RESERVATION_NOT_FOUND")
        if closed := self.closed.get(call.charge_id):
            return closed.outcome if closed.kind is None else refused("RESERVATION_CAPTURED")
        held = self.held[call.charge_id]
        to_plan, to_pack = self._returned(held, held.from_plan, held.from_pack)
        balance = self._give_back(held, to_plan, to_pack)
        self._note(first.charge, balance, pb.ENTRY_KIND_RELEASE, to_plan + to_pack)
        return self._close(call.charge_id, None, Outcome("OK", balance=balance))

    def _returned(self, held: Held, to_plan: int, to_pack: int) -> tuple[int, int]:
        """Give what really comes back to the plan and to packs."""
        assert held.charge.charge_id in self.held
        return to_plan, to_pack

    def _give_back(self, held: Held, to_plan: int, to_pack: int) -> Balance:
        self._count(held.charge, held.since, held.charge.kind, -1)
        plan, pack, reserved = self.balances[held.account]
        return Balance(plan + to_plan, pack + to_pack, reserved - held.credits)

    def _open(self, call: Opening, outcome: Outcome) -> Outcome:
        self.opened[call.charge_id] = call, outcome
        return outcome

    def _close(self, charge_id: str, kind: Kind | None, outcome: Outcome) -> Outcome:
        del self.held[charge_id]
        self.closed[charge_id] = Closed(kind, outcome)
        return outcome

    def _note(
        self,
        of: Grant | Charge,
        balance: Balance,
        kind: pb.EntryKind.ValueType,
        delta: int,
        charged: int = 0,
    ) -> None:
        payer = of.payer if isinstance(of, Charge) else None
        payer_id = payer.payer_id if payer else ""
        line = Line(of.charge_id, kind, delta, charged, of.reference, self.now, payer_id, balance)
        self.balances[of.account] = balance
        self.statements[of.account].append(line)
