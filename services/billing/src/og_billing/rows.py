"""Rows of the database on one side, the ledger's terms on the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from og_billing.entries import Action, Balance, Bucket, ChargeKind, Entry, Transfer
from og_billing.months import PaidMonth, Standing, Subscription
from og_billing.notices import Notice, NoticeKind
from og_billing.purchases import Purchase
from og_billing.spending import PayersDay, Spending

Row = Mapping[str, Any]


def columns(rows: Iterable[tuple[object, ...]], width: int) -> list[str]:
    """Turn rows of a width into as many arrays, which may be empty, as PostgreSQL reads them.

    Their syntax is section 8.15.2 of its manual. Whole arrays, since a driver that writes each
    element by itself, asyncpg too, takes longer over them than all else that a charge needs.
    """
    return [array(column) for column in zip(*rows, strict=True)] or ["{}"] * width


def array(values: Sequence[object]) -> str:
    """Write one array."""
    types = set(map(type, values))
    if types <= {int}:
        return f"{{{','.join(map(str, values))}}}"
    if not all(issubclass(each, str) for each in types):
        return f"{{{','.join(map(_element, values))}}}"
    text = '","'.join(values)  # type: ignore[arg-type]
    if "\\" in text or text.count('"') > 2 * (len(values) - 1):
        text = '","'.join(map(_escaped, values))  # type: ignore[arg-type]
    return f'{{"{text}"}}'


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    return f'"{_escaped(value) if isinstance(value, str) else value}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def from_entry(entry: Entry) -> tuple[object, ...]:
    """Write an entry."""
    return (
        entry.charge_id,
        entry.action,
        entry.account_id,
        entry.kind,
        entry.credits,
        entry.reference,
        *entry.balance,
        entry.expire_time,
        entry.returned_credits,
        entry.payer_id,
        entry.expired_credits,
        _paid_from(entry),
    )


def from_transfers(entries: Iterable[Entry]) -> Iterator[tuple[object, ...]]:
    """Write how the entries' credits moved, where that does not stand in the entries."""
    for e in entries:
        if not _paid_from(e):
            for t in e.transfers:
                yield e.charge_id, e.action.closes, e.account_id, t.debit, t.credit, t.credits


def _paid_from(entry: Entry) -> Bucket | None:
    """Give the bucket that paid a charge whole, which then is all of its transfers."""
    if entry.action is Action.CHARGE and len(entry.transfers) == 1:
        return entry.transfers[0].debit
    return None


def to_balance(row: Row) -> Balance:
    """Read a balance."""
    return Balance(row["plan_credits"], row["pack_credits"], row["held_credits"])


def to_entry(row: Row) -> Entry:
    """Read an entry, with its transfers where the row has them as `moves`."""
    return Entry(
        charge_id=str(row["charge_id"]),
        action=Action(row["action"]),
        account_id=row["account_id"],
        kind=ChargeKind(row["kind"]) if row["kind"] else None,
        credits=row["credits"],
        reference=row["reference"],
        create_time=row["create_time"],
        expire_time=row["expire_time"],
        transfers=_transfers(row),
        balance=to_balance(row),
        returned_credits=row["returned_credits"],
        payer_id=row["payer_id"],
        expired_credits=row["expired_credits"],
    )


def _transfers(row: Row) -> tuple[Transfer, ...]:
    if paid_from := row["paid_from"]:
        return (Transfer(Bucket(paid_from), Bucket.REVENUE, row["credits"]),)
    moves = row.get("moves", ())
    return tuple(Transfer(Bucket(debit), Bucket(to), int(moved)) for debit, to, moved in moves)


def from_subscription(subscription: Subscription) -> tuple[object, ...]:
    """Write a subscription; the end of its month is for whoever looks for months that are over."""
    return (
        subscription.account_id,
        subscription.plan_id,
        subscription.next_plan_id,
        subscription.anchor_time,
        subscription.month,
        subscription.granted_credits,
        subscription.set_low_balance_credits,
        subscription.anchor_month,
        subscription.paid.invoice_id if subscription.paid else None,
        subscription.period_end_time,
    )


def to_subscription(row: Row) -> Subscription:
    """Read a subscription."""
    return Subscription(
        account_id=row["account_id"],
        plan_id=row["plan_id"],
        next_plan_id=row["next_plan_id"],
        anchor_time=row["anchor_time"],
        month=row["month"],
        granted_credits=row["granted_credits"],
        set_low_balance_credits=row["low_balance_credits"],
        anchor_month=row["anchor_month"],
        paid=PaidMonth(row["invoice_id"], row["period_end_time"]) if row["invoice_id"] else None,
    )


def to_standing(row: Row) -> Standing:
    """Read what an account has and is on, as it is at the row's `now`."""
    subscription = to_subscription(row) if row["plan_id"] else None
    return Standing(to_balance(row), subscription).at(row["now"])


def from_notice(notice: Notice) -> tuple[object, ...]:
    """Write a notice."""
    return notice.account_id, notice.kind, notice.available_credits, notice.create_time


def to_notice(row: Row) -> Notice:
    """Read a notice."""
    return Notice(
        row["account_id"], NoticeKind(row["kind"]), row["available_credits"], row["create_time"]
    )


def to_spending(row: Row) -> tuple[PayersDay, Spending]:
    """Read what was spent through a payer on a day."""
    return (
        PayersDay(row["account_id"], row["day"], row["payer_id"]),
        Spending(row["credits"], row["generations"], row["cached_cards"]),
    )


def from_purchase(purchase: Purchase) -> tuple[object, ...]:
    """Write a purchase."""
    return (
        purchase.payment_id,
        purchase.account_id,
        purchase.pack_id,
        purchase.credits,
        purchase.due_credits,
        purchase.taken_credits,
        purchase.entries,
    )


def to_purchase(row: Row) -> Purchase:
    """Read a purchase."""
    return Purchase(
        row["payment_id"],
        row["account_id"],
        row["pack_id"],
        row["credits"],
        row["due_credits"],
        row["taken_credits"],
        row["entries"],
    )
