"""Packs that were paid: the credits they brought, and what of these goes where money goes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from og_billing.entries import Action, Bucket, Entry, Transfer
from og_billing.months import derived_id


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment for a pack as it stands at Stripe.

    Of `amount_cents`, `withdrawn_cents` are not ours: refunded, or disputed and not won. `credits`
    is what was sold, whatever the pack holds today.
    """

    payment_id: str
    pack_id: str
    credits: int
    amount_cents: int
    withdrawn_cents: int

    @property
    def due_credits(self) -> int:
        """How many credits of it are to be taken back: its share of the money, rounded down."""
        if self.withdrawn_cents >= self.amount_cents:
            return self.credits
        return self.credits * self.withdrawn_cents // self.amount_cents


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the ledger has of a payment.

    `due_credits` were to be taken back so far and `taken_credits` of them were; what had been
    spent stays spent. `entries` counts what was written for it.
    """

    payment_id: str
    account_id: str
    pack_id: str
    credits: int
    due_credits: int = 0
    taken_credits: int = 0
    entries: int = 1


class PurchaseEntry(NamedTuple):
    """Which purchase brought an entry about."""

    charge_id: str
    payment_id: str


def bought(account_id: str, payment: Payment, now: datetime) -> tuple[Purchase, Entry]:
    """Draft what a pack brings when it is paid."""
    purchase = Purchase(payment.payment_id, account_id, payment.pack_id, payment.credits)
    return purchase, _entry(purchase, Action.GRANT, payment.credits, now, "")


def settled(
    purchase: Purchase, payment: Payment, pack_credits: int, now: datetime
) -> tuple[Purchase, Entry | None]:
    """Draft what is to be taken back or given back, where the account has so many pack credits.

    No more is taken than is there: what is missing then is never asked for again, so that later
    packs are whole. Where money comes back, so do credits, up to what was taken.
    """
    due = payment.due_credits
    if due >= purchase.due_credits:
        taken = purchase.taken_credits + min(due - purchase.due_credits, pack_credits)
    else:
        taken = min(purchase.taken_credits, due)
    more = taken - purchase.taken_credits
    after = Purchase(
        purchase.payment_id,
        purchase.account_id,
        purchase.pack_id,
        purchase.credits,
        due,
        taken,
        purchase.entries + (more != 0),
    )
    if not more:
        return after, None
    if more > 0:
        return after, _entry(after, Action.REVERSAL, more, now, ", taken back")
    return after, _entry(after, Action.GRANT, -more, now, ", given back")


def _entry(purchase: Purchase, action: Action, credits: int, now: datetime, why: str) -> Entry:
    granted = Transfer(Bucket.ISSUED, Bucket.PACK, credits)
    return Entry(
        charge_id=derived_id(f"payment {purchase.payment_id} {purchase.entries}"),
        action=action,
        account_id=purchase.account_id,
        kind=None,
        credits=credits,
        reference=f"{purchase.pack_id} pack{why}",
        create_time=now,
        transfers=(granted if action is Action.GRANT else granted.reversed(),),
    )
