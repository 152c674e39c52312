"""What the ledger is made of: balances, transfers and the entries they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class _Word(StrEnum):
    """A word of the ledger's, found in dicts as quickly as its text: Enum's hash is in Python."""

    __hash__ = str.__hash__


class Bucket(_Word):
    """The accounts of one customer; their balances add up to zero.

    PLAN and PACK can be spent, HELD is set aside. ISSUED, REVENUE and EXPIRED are the house's
    side: where credits come from and where they go.
    """

    PLAN = "plan"
    PACK = "pack"
    HELD = "held"
    ISSUED = "issued"
    REVENUE = "revenue"
    EXPIRED = "expired"


class ChargeKind(_Word):
    """What a charge is for; its price follows from it."""

    CACHED_CARD = "cached_card"
    GENERATION = "generation"
    AI_GENERATION = "ai_generation"


class Action(_Word):
    """What an entry did."""

    GRANT = "grant"
    CHARGE = "charge"
    RESERVE = "reserve"
    CAPTURE = "capture"
    RELEASE = "release"
    PLAN_GRANT = "plan_grant"
    EXPIRE = "expire"
    REVERSAL = "reversal"

    @property
    def closes(self) -> bool:
        """Whether it ends a reservation; all others use a charge_id for the first time."""
        return self is Action.CAPTURE or self is Action.RELEASE


class Transfer(NamedTuple):
    """Credits taken from one bucket (debit) and given to another (credit); at least 1."""

    debit: Bucket
    credit: Bucket
    credits: int

    def reversed(self) -> Transfer:
        """Give the transfer that undoes this one."""
        return Transfer(self.credit, self.debit, self.credits)


class Balance(NamedTuple):
    """What a customer has, in credits; never negative."""

    plan_credits: int = 0
    pack_credits: int = 0
    held_credits: int = 0

    @property
    def available_credits(self) -> int:
        """What can be spent."""
        return self.plan_credits + self.pack_credits

    @property
    def total_credits(self) -> int:
        """What is the customer's, set aside or not."""
        return self.available_credits + self.held_credits

    def after(self, transfers: Iterable[Transfer]) -> Balance:
        """Give the balance that the transfers lead to."""
        plan, pack, held = self
        for debit, credit, moved in transfers:
            for bucket, change in ((debit, -moved), (credit, moved)):
                if bucket is Bucket.PLAN:
                    plan += change
                elif bucket is Bucket.PACK:
                    pack += change
                elif bucket is Bucket.HELD:
                    held += change
        return Balance(plan, pack, held)


class Entry(NamedTuple):
    """One thing that happened, never changed; `balance` is what the account had after it.

    `charge_id` is a UUID as PostgreSQL writes it. `kind` is None where nothing is paid,
    `expire_time` for all but reservations. `returned_credits` is what a capture gave back of its
    reservation, `expired_credits` what of that, or of a release, expired at once. `payer_id` is
    empty where the account itself paid, and None in entries older than payers. `transfers` is
    empty where a statement is read: they say how the credits moved, not how many.
    """

    charge_id: str
    action: Action
    account_id: str
    kind: ChargeKind | None
    credits: int
    reference: str
    create_time: datetime
    expire_time: datetime | None = None
    transfers: tuple[Transfer, ...] = ()
    balance: Balance = Balance()
    returned_credits: int = 0
    payer_id: str | None = ""
    expired_credits: int = 0

    def leaving(self, balance: Balance) -> Entry:
        """Give it with what the account has after it."""
        # _replace, which knows fields by their names, takes twice as long.
        fields: tuple[object, ...] = self
        return Entry._make((*fields[:_BALANCE], balance, *fields[_BALANCE + 1 :]))

    @property
    def available_delta_credits(self) -> int:
        """What it did to what can be spent."""
        match self.action:
            case Action.GRANT | Action.PLAN_GRANT:
                return self.credits
            case Action.CHARGE | Action.RESERVE | Action.EXPIRE | Action.REVERSAL:
                return -self.credits
            case Action.RELEASE:
                return self.credits - self.expired_credits
            case Action.CAPTURE:
                return self.returned_credits - self.expired_credits

    @property
    def charged_credits(self) -> int:
        """What was paid for good by it."""
        return self.credits if self.action in {Action.CHARGE, Action.CAPTURE} else 0


_BALANCE = Entry._fields.index("balance")
