"""What may be asked of the ledger and what it may answer, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from og.billing.v1 import billing_pb2 as pb
from tests.integration.billing.client import Kind


@dataclass(frozen=True)
class Payer:
    """A key or a site; its limits are no part of what a charge is."""

    payer_id: str
    credits_max: int = field(default=0, compare=False)
    generations_max: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Grant:
    charge_id: str
    account: str
    bucket: pb.Bucket.ValueType
    credits: int
    reference: str = ""


@dataclass(frozen=True)
class Charge:
    charge_id: str
    account: str
    kind: Kind
    reference: str = ""
    payer: Payer | None = None


@dataclass(frozen=True)
class Reserve:
    charge: Charge
    hold: timedelta

    @property
    def charge_id(self) -> str:
        return self.charge.charge_id

    @property
    def account(self) -> str:
        return self.charge.account


@dataclass(frozen=True)
class Capture:
    charge_id: str
    kind: Kind = pb.CHARGE_KIND_UNSPECIFIED


@dataclass(frozen=True)
class Release:
    charge_id: str


@dataclass(frozen=True)
class SetPlan:
    account: str
    plan: str


@dataclass(frozen=True)
class SetLowBalance:
    account: str
    credits: int


Opening = Grant | Charge | Reserve
Call = Opening | Capture | Release | SetPlan | SetLowBalance


def wrong_calls(charge_id: str, account: str) -> list[Call]:
    """Give what is to be refused with INVALID_REQUEST, whatever the account has."""
    charge = Charge(charge_id, account, pb.CHARGE_KIND_CACHED_CARD)
    charges = [
        replace(charge, charge_id="1234"),
        replace(charge, account=""),
        replace(charge, account="a" * 129),
        replace(charge, kind=pb.CHARGE_KIND_UNSPECIFIED),
        replace(charge, reference="r" * 129),
        replace(charge, reference="\0"),
        replace(charge, payer=Payer("p" * 65)),
        replace(charge, payer=Payer("")),
        replace(charge, payer=Payer("key_1", credits_max=-1)),
        replace(charge, payer=Payer("key_1", generations_max=-1)),
    ]
    amounts = [0, -1, 1_000_000_001, -(2**63), 2**63 - 1]
    holds = [timedelta(0), timedelta(seconds=0.9), timedelta(seconds=3601), timedelta(seconds=-5)]
    return [
        *charges,
        *(Reserve(wrong, timedelta(seconds=60)) for wrong in charges),
        *(Reserve(charge, hold) for hold in holds),
        *(Grant(charge_id, account, pb.BUCKET_PACK, amount) for amount in amounts),
        Grant(charge_id, account, pb.BUCKET_UNSPECIFIED, 1),
        Capture("1234"),
        Release(charge_id + "0"),
    ]


class Balance(NamedTuple):
    plan: int = 0
    pack: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        return self.plan + self.pack


class Subscribed(NamedTuple):
    plan: str
    next_plan: str
    start: datetime
    end: datetime
    low_balance: int


class Outcome(NamedTuple):
    """`reason` is OK or the refusal's; `credits` were charged, or set aside."""

    reason: str
    credits: int = 0
    balance: Balance | None = None
    expire_time: datetime | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    subscribed: Subscribed | None = None


def refused(reason: str, **metadata: object) -> Outcome:
    return Outcome(reason, metadata=tuple(sorted((k, str(v)) for k, v in metadata.items())))


class Line(NamedTuple):
    """A line of the statement."""

    charge_id: str
    kind: pb.EntryKind.ValueType
    delta: int
    charged: int
    reference: str
    time: datetime
    payer_id: str
    balance: Balance


class Spent(NamedTuple):
    """What was spent through one payer on one day."""

    credits: int = 0
    generations: int = 0
    cached_cards: int = 0


class Told(NamedTuple):
    """A notice: when, what, and what could be spent then."""

    time: datetime
    kind: int
    available: int
