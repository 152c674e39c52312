"""What may be asked of a ledger in any order, asked of the service and of the model."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import ClassVar, TypeVar
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from og.billing.v1 import billing_pb2 as pb
from tests.integration.billing.client import PRICES
from tests.integration.billing.model import Model
from tests.integration.billing.model_calls import (
    Call,
    Capture,
    Charge,
    Grant,
    Opening,
    Payer,
    Release,
    Reserve,
    refused,
    wrong_calls,
)
from tests.integration.billing.model_world import START, World
from tests.support.waiting import wait_until

TICK = timedelta(milliseconds=1)

AnyCall = TypeVar("AnyCall", bound=Call)

ACCOUNTS = st.sampled_from(["first", "second"])
KINDS = st.sampled_from([*PRICES])
BUCKETS = st.sampled_from([pb.BUCKET_PLAN, pb.BUCKET_PACK])
# Around the prices, so that what is there often just does or just does not suffice.
AMOUNTS = st.sampled_from([1, 9, 10, 35, 130])
REFERENCES = st.sampled_from(["", "https://example.com/"])
HOLDS = st.sampled_from([timedelta(seconds=1), timedelta(seconds=30.5), timedelta(hours=1)])
PAYERS = st.sampled_from(
    [
        None,
        Payer("key_1"),
        Payer("key_1", credits_max=12),
        Payer("key_1", credits_max=120, generations_max=3),
        Payer("site_1", generations_max=1),
        Payer("site_1", credits_max=100, generations_max=2),
    ]
)
CLOSINGS = st.lists(
    st.sampled_from([None, pb.CHARGE_KIND_UNSPECIFIED, *PRICES]), min_size=1, max_size=3
)
MEDDLERS = st.sampled_from([Capture, Capture, Release, None])
PASSES = st.sampled_from([timedelta(seconds=s) for s in (0.4, 1, 30, 3600)])


class LedgerMachine(RuleBasedStateMachine):
    """What may be asked, in any order; all that can be seen is compared after every step."""

    world: ClassVar[World]
    calls: Bundle[Opening] = Bundle("calls")
    reserved: Bundle[Opening] = Bundle("reserved")

    def __init__(self) -> None:
        super().__init__()
        self.world.clock.set(START)
        self.model = self.new_model()
        self.replicas = self.world.replicas
        self._number = uuid4().int
        self.names = {name: f"acct_{name}_{uuid4()}" for name in ("first", "second")}

    def new_model(self) -> Model:
        return Model(START)

    @initialize(amounts=st.tuples(AMOUNTS, AMOUNTS))
    def begin(self, amounts: tuple[int, int]) -> None:
        for bucket, amount in zip((pb.BUCKET_PLAN, pb.BUCKET_PACK), amounts, strict=True):
            for name in self.names:
                self.grant(name, bucket, amount, "")

    @rule(target=calls, account=ACCOUNTS, bucket=BUCKETS, amount=AMOUNTS, reference=REFERENCES)
    def grant(
        self, account: str, bucket: pb.Bucket.ValueType, amount: int, reference: str
    ) -> Opening:
        return self.do(Grant(self.new_id(), self.names[account], bucket, amount, reference))

    @rule(target=calls, account=ACCOUNTS, kind=KINDS, reference=REFERENCES, payer=PAYERS)
    def charge(
        self, account: str, kind: pb.ChargeKind.ValueType, reference: str, payer: Payer | None
    ) -> Opening:
        return self.do(Charge(self.new_id(), self.names[account], kind, reference, payer))

    @rule(target=reserved, account=ACCOUNTS, kind=KINDS, hold=HOLDS, payer=PAYERS)
    def reserve(
        self,
        account: str,
        kind: pb.ChargeKind.ValueType,
        hold: timedelta,
        payer: Payer | None,
    ) -> Opening | MultipleResults[Opening]:
        charge = Charge(self.new_id(), self.names[account], kind, payer=payer)
        call = self.do(Reserve(charge, hold))
        return call if call.charge_id in self.model.held else multiple()

    @rule(
        new=st.lists(st.tuples(ACCOUNTS, KINDS, PAYERS), max_size=8),
        old=st.lists(calls, max_size=3),
        order=st.randoms(use_true_random=False),
    )
    def batch(
        self,
        new: Sequence[tuple[str, pb.ChargeKind.ValueType, Payer | None]],
        old: Sequence[Opening],
        order: random.Random,
    ) -> None:
        """Charge many at once: new ones, earlier ones, and some of them twice."""
        charges = [
            Charge(self.new_id(), self.names[account], kind, payer=payer)
            for account, kind, payer in new
        ]
        charges += [_as_charge(call) for call in old]
        charges += order.choices(charges, k=2) if charges else []
        order.shuffle(charges)
        if not charges:
            return
        self.pass_time(TICK)
        right = self.model.batch(charges)
        assert self.replicas.batch(charges) == right

    @rule(call=reserved, closings=CLOSINGS)
    def close(self, call: Opening, closings: Sequence[pb.ChargeKind.ValueType | None]) -> None:
        """Capture as some kind or release (None), and try again in another way."""
        for kind in closings:
            charge_id = call.charge_id
            self.do(Release(charge_id) if kind is None else Capture(charge_id, kind))

    @rule(call=calls, how=st.sampled_from([Capture, Release]))
    def close_what_is_no_reservation(self, call: Opening, how: type[Capture | Release]) -> None:
        self.do(how(call.charge_id))

    @rule(call=st.one_of(reserved, calls))
    def repeat(self, call: Opening) -> None:
        self.do(call)

    @rule(call=st.one_of(reserved, calls), data=st.data())
    def repeat_changed(self, call: Opening, data: st.DataObject) -> None:
        others = [name for name in self.names.values() if name != call.account]
        self.do(data.draw(st.sampled_from(_changed(call, others[0]))))

    @rule(account=ACCOUNTS, data=st.data())
    def ask_what_is_wrong(self, account: str, data: st.DataObject) -> None:
        wrong = data.draw(st.sampled_from(wrong_calls(self.new_id(), self.names[account])))
        assert self.replicas.do(wrong) == refused("INVALID_REQUEST")

    @rule(by=PASSES)
    def let_time_pass(self, by: timedelta) -> None:
        self.pass_time(by)

    @rule(call=reserved, late=st.sampled_from([-TICK, timedelta(0), TICK]), meddler=MEDDLERS)
    def come_at_the_last_moment(
        self, call: Opening, late: timedelta, meddler: type[Capture | Release] | None
    ) -> None:
        """Ask about a reservation just before or after its end, before a sweeper comes by."""
        if (held := self.model.held.get(call.charge_id)) is None:
            return
        meddling = meddler(call.charge_id) if meddler else None
        self.pass_time(held.expire_time + late - self.model.now, meddling)

    @invariant()
    def looks_the_same(self) -> None:
        names = [*self.names.values()]
        balances = {name: self.model.balances[name] for name in names}
        assert self.world.sums(names) == balances
        for name in names:
            assert self.replicas.balance(name) == balances[name]
            assert self.replicas.statement(name) == self.model.statements[name]
            days = [day for day in self.replicas.days(name) if any(day[1])]
            # The newest day first, on each the payers by name.
            right = sorted(self.model.days[name].items())
            right.sort(key=lambda item: item[0][0], reverse=True)
            assert days == [day for day in right if any(day[1])]

    def new_id(self) -> str:
        self._number = (self._number + 1) % 2**128
        return str(UUID(int=self._number))

    def do(self, call: AnyCall) -> AnyCall:
        """Ask for it, and hold the answer against the model's."""
        self.pass_time(TICK)
        self._ask(call)
        return call

    def _ask(self, call: Call) -> None:
        right = self.model.do(call)
        assert self.replicas.do(call) == right

    def pass_time(self, by: timedelta, meddling: Capture | Release | None = None) -> None:
        """Move the clock, ask something at once, and wait until what is over has come back."""
        self.model.now += by
        self.world.clock.set(self.model.now)
        self.turn_months()
        due = self.model.due()
        if meddling and meddling.charge_id not in due:
            self._ask(meddling)
        elif meddling:
            reason = self.replicas.do(meddling).reason
            assert reason == ("OK" if isinstance(meddling, Release) else "RESERVATION_RELEASED")
        due_by_account = defaultdict[str, set[str]](set)
        for charge_id in due:
            due_by_account[self.model.held[charge_id].account].add(charge_id)
        for account, of_it in due_by_account.items():
            wait_until(partial(self._have_come_back, account, of_it))
            # In the order in which the statement has them.
            for line in self.replicas.statement(account):
                if line.charge_id in of_it and line.kind == pb.ENTRY_KIND_RELEASE:
                    self.model.expire(line.charge_id)
        assert not self.model.due()

    def turn_months(self) -> None:
        """Do what comes with the time alone; here nothing."""

    def _have_come_back(self, account: str, charge_ids: set[str]) -> bool:
        lines = self.replicas.statement(account)
        back = {line.charge_id for line in lines if line.kind == pb.ENTRY_KIND_RELEASE}
        return charge_ids <= back


def _as_charge(call: Opening) -> Charge:
    match call:
        case Charge():
            return call
        case Reserve(charge, _):
            return charge
        case Grant(charge_id, account):
            return Charge(charge_id, account, pb.CHARGE_KIND_CACHED_CARD)


def _changed(call: Opening, other_account: str) -> list[Opening]:
    """Give what is the same call but for one thing."""
    match call:
        case Grant():
            other = pb.BUCKET_PACK if call.bucket == pb.BUCKET_PLAN else pb.BUCKET_PLAN
            return [
                replace(call, account=other_account),
                replace(call, credits=call.credits + 1),
                replace(call, bucket=other),
                replace(call, reference="other"),
                _as_charge(call),
            ]
        case Charge():
            return [*_changed_charges(call, other_account), Reserve(call, timedelta(seconds=1))]
        case Reserve(charge, hold):
            changed = _changed_charges(charge, other_account)
            longer = Reserve(charge, timedelta(minutes=1))
            return [charge, longer, *(Reserve(other, hold) for other in changed)]


def _changed_charges(charge: Charge, other_account: str) -> list[Charge]:
    kinds = [kind for kind in PRICES if kind != charge.kind]
    return [
        replace(charge, account=other_account),
        replace(charge, reference="other"),
        replace(charge, payer=Payer("key_2")),
        # The only change that changes nothing.
        replace(charge, payer=charge.payer and replace(charge.payer, credits_max=1)),
        *(replace(charge, kind=kind) for kind in kinds),
    ]
