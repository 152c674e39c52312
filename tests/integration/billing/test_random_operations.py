"""Random operations against the service and against the simplest model that could be right."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

from og.billing.v1 import billing_pb2 as pb
from tests.integration.billing.client import (
    PRICES,
    Client,
    Kind,
    buckets,
    charge_request,
    new_id,
    reason_of,
)

OPERATIONS = 250
ACCOUNTS = 3
CHARGE_IDS = 60


@dataclass
class Model:
    """Credits as plain numbers; every charge_id remembers what it was used for."""

    plan: dict[str, int]
    pack: dict[str, int]
    used: dict[str, tuple[object, ...]] = field(default_factory=dict)
    held: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    closed: dict[str, str | Kind] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)

    def grant(self, charge_id: str, account: str, bucket: int, credits_granted: int) -> str:
        content = ("grant", account, bucket, credits_granted)
        if charge_id in self.used:
            return "OK" if self.used[charge_id] == content else "CHARGE_ID_REUSED"
        self.used[charge_id] = content
        side = self.plan if bucket == pb.BUCKET_PLAN else self.pack
        side[account] += credits_granted
        return "OK"

    def spend(self, charge_id: str, account: str, kind: Kind, *, hold: bool) -> str:
        content = ("reserve" if hold else "charge", account, kind)
        if charge_id in self.used:
            return "OK" if self.used[charge_id] == content else "CHARGE_ID_REUSED"
        price = PRICES[kind]
        if self.plan[account] + self.pack[account] < price:
            return "INSUFFICIENT_CREDITS"
        self.used[charge_id] = content
        if not hold:
            self.paid[charge_id] = price
        from_plan = min(price, self.plan[account])
        self.plan[account] -= from_plan
        self.pack[account] -= price - from_plan
        if hold:
            self.held[charge_id] = (account, from_plan, price - from_plan)
        return "OK"

    def release(self, charge_id: str) -> str:
        if self.used.get(charge_id, ("",))[0] != "reserve":
            return "RESERVATION_NOT_FOUND"
        if charge_id in self.closed:
            return "OK" if self.closed[charge_id] == "RELEASED" else "RESERVATION_CAPTURED"
        self.closed[charge_id] = "RELEASED"
        account, from_plan, from_pack = self.held.pop(charge_id)
        self.plan[account] += from_plan
        self.pack[account] += from_pack
        return "OK"

    def capture(self, charge_id: str, kind: Kind) -> str:
        how, _, reserved_kind = self.used.get(charge_id, ("", "", ""))[:3]
        if how != "reserve":
            return "RESERVATION_NOT_FOUND"
        kind = kind or cast("Kind", reserved_kind)
        closed = self.closed.get(charge_id, kind)
        if closed != kind:
            return "RESERVATION_RELEASED" if closed == "RELEASED" else "CHARGE_ID_REUSED"
        if charge_id in self.closed:
            return "OK"
        account, from_plan, from_pack = self.held[charge_id]
        price = PRICES[kind]
        if price > from_plan + from_pack:
            return "INVALID_REQUEST"
        del self.held[charge_id]
        self.closed[charge_id], self.paid[charge_id] = kind, price
        # As a charge at the lower price would have found it: the plan's credits go first.
        self.plan[account] += from_plan - min(from_plan, price)
        self.pack[account] += from_pack - (price - min(from_plan, price))
        return "OK"

    def buckets(self, account: str) -> tuple[int, int, int]:
        held = sum(plan + pack for owner, plan, pack in self.held.values() if owner == account)
        return self.plan[account], self.pack[account], held


class Walk:
    """One random step after the other, on the service and on the model."""

    def __init__(self, billing: Client, seed: int) -> None:
        self.random = random.Random(seed)
        self.billing = billing
        self.accounts = [f"acct_{new_id()}" for _ in range(ACCOUNTS)]
        self.charge_ids = [new_id() for _ in range(CHARGE_IDS)]
        self.model = Model(dict.fromkeys(self.accounts, 0), dict.fromkeys(self.accounts, 0))

    async def step(self) -> None:
        steps: list[Callable[[], Awaitable[None]]] = [
            self.grant,
            self.charge,
            self.charge,
            self.batch,
            self.reserve,
            self.reserve,
            self.close,
            self.close,
        ]
        await self.random.choice(steps)()
        account = self.random.choice(self.accounts)
        assert buckets(await self.billing.balance(account)) == self.model.buckets(account)

    def _chosen(self) -> tuple[str, str, Kind]:
        # A fresh id as often as one that may have been used.
        charge_id = self.random.choice([new_id(), self.random.choice(self.charge_ids)])
        return charge_id, self.random.choice(self.accounts), self.random.choice(list(PRICES))

    async def grant(self) -> None:
        charge_id, account, _ = self._chosen()
        bucket = self.random.choice([pb.BUCKET_PLAN, pb.BUCKET_PACK])
        amount = self.random.choice([1, 15, 40])
        call = self.billing.grant(account, amount, bucket, charge_id=charge_id)
        assert await reason_of(call) == self.model.grant(charge_id, account, bucket, amount)

    async def charge(self) -> None:
        charge_id, account, kind = self._chosen()
        call = self.billing.charge(account, kind, charge_id=charge_id)
        assert await reason_of(call) == self.model.spend(charge_id, account, kind, hold=False)

    async def batch(self) -> None:
        chosen = [self._chosen() for _ in range(self.random.randint(1, 12))]
        outcomes = await self.billing.batch(
            *(charge_request(account, kind, charge_id=id_) for id_, account, kind in chosen)
        )
        results = {
            pb.CHARGE_RESULT_CHARGED: "OK",
            pb.CHARGE_RESULT_INSUFFICIENT_CREDITS: "INSUFFICIENT_CREDITS",
            pb.CHARGE_RESULT_CHARGE_ID_REUSED: "CHARGE_ID_REUSED",
        }
        assert [results[outcome.result] for outcome in outcomes] == [
            self.model.spend(id_, account, kind, hold=False) for id_, account, kind in chosen
        ]

    async def reserve(self) -> None:
        charge_id, account, kind = self._chosen()
        call = self.billing.reserve(account, kind, charge_id=charge_id, hold_s=3600)
        assert await reason_of(call) == self.model.spend(charge_id, account, kind, hold=True)

    async def close(self) -> None:
        charge_id = self.random.choice([*self.charge_ids, *self.model.held, new_id()])
        kind = self.random.choice([pb.CHARGE_KIND_UNSPECIFIED, *PRICES])
        if self.random.random() < 0.3:
            expected = self.model.release(charge_id)
            assert await reason_of(self.billing.release(charge_id)) == expected
            return
        expected = self.model.capture(charge_id, kind)
        assert await reason_of(self.billing.capture(charge_id, kind)) == expected
        if expected == "OK":
            again = await self.billing.capture(charge_id, kind)
            assert again.charged_credits == self.model.paid[charge_id]


async def test_the_ledger_agrees_with_the_model(billing: Client) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - to repeat it
    walk = Walk(billing, seed)
    for _ in range(OPERATIONS):
        await walk.step()
    for account in walk.accounts:
        entries, token, first = list[pb.Entry](), "", True
        while first or token:
            page, token = await billing.page(account, 50, token)
            entries, first = entries + page, False
        plan, pack, _ = walk.model.buckets(account)
        assert sum(entry.available_delta_credits for entry in entries) == plan + pack
        charged = {e.charge_id: e.charged_credits for e in entries if e.charged_credits}
        own = (id_ for id_, content in walk.model.used.items() if content[1] == account)
        assert charged == {id_: walk.model.paid[id_] for id_ in own if id_ in walk.model.paid}
