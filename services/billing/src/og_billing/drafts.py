"""The entries that commands lead to, before they are written, and whether one already is."""

from __future__ import annotations

from datetime import datetime

from og_billing.commands import Charge, Grant, Opening, Reserve
from og_billing.commands import price_credits as price_of
from og_billing.entries import Action, Balance, Bucket, ChargeKind, Entry, Transfer
from og_billing.errors import InsufficientCreditsError, InvalidRequestError


def granted(command: Grant, now: datetime) -> Entry:
    """Draft a grant."""
    return Entry(
        charge_id=command.charge_id,
        action=Action.GRANT,
        account_id=command.account_id,
        kind=None,
        credits=command.credits,
        reference=command.reference,
        create_time=now,
        transfers=(Transfer(Bucket.ISSUED, command.bucket, command.credits),),
    )


def charged(charge: Charge, balance: Balance, now: datetime) -> Entry:
    """Draft a charge; raises InsufficientCreditsError."""
    price = price_of(charge.kind)
    return _paid(charge, Action.CHARGE, price, _spent(price, balance, Bucket.REVENUE), now)


def reserved(command: Reserve, balance: Balance, now: datetime) -> Entry:
    """Draft a reservation; raises InsufficientCreditsError."""
    charge = command.charge
    price = price_of(charge.kind)
    entry = _paid(charge, Action.RESERVE, price, _spent(price, balance, Bucket.HELD), now)
    return entry._replace(expire_time=now + command.hold)


def captured(opened: Entry, kind: ChargeKind | None, now: datetime) -> Entry:
    """Draft a capture as a kind; raises InvalidRequestError for one that costs too much."""
    # What was reserved stands whatever its kind costs today.
    price = opened.credits if kind is None or kind is opened.kind else price_of(kind)
    if price > opened.credits:
        raise InvalidRequestError("kind", f"must cost at most the {opened.credits} reserved")
    returned = opened.credits - price
    transfers = (Transfer(Bucket.HELD, Bucket.REVENUE, price), *_given_back(opened, returned))
    entry = _closed(opened, Action.CAPTURE, transfers, now)
    return entry._replace(kind=kind, credits=price, returned_credits=returned)


def released(opened: Entry, now: datetime) -> Entry:
    """Draft a release."""
    back = tuple(transfer.reversed() for transfer in opened.transfers)
    return _closed(opened, Action.RELEASE, back, now)


def without_plan_credits(draft: Entry) -> Entry:
    """Let what would come back to the plan expire: the month that it was taken from is over."""
    transfers = tuple(
        transfer._replace(credit=Bucket.EXPIRED) if transfer.credit is Bucket.PLAN else transfer
        for transfer in draft.transfers
    )
    expired = sum(each.credits for each in transfers if each.credit is Bucket.EXPIRED)
    return draft._replace(transfers=transfers, expired_credits=expired)


def is_of(entry: Entry, command: Opening) -> bool:
    """Whether the entry is what the command asks for, word for word."""
    match command:
        case Grant():
            credited = [(transfer.credit, transfer.credits) for transfer in entry.transfers]
            return (
                entry.action is Action.GRANT
                and credited == [(command.bucket, command.credits)]
                and (entry.account_id, entry.reference) == (command.account_id, command.reference)
            )
        case Charge():
            return entry.action is Action.CHARGE and _pays_for(entry, command)
        case Reserve(charge=charge, hold=hold):
            held = entry.action is Action.RESERVE and entry.expire_time == entry.create_time + hold
            return held and _pays_for(entry, charge)


def _pays_for(entry: Entry, charge: Charge) -> bool:
    # Not by the price: that may have changed since, and the first one stands.
    recorded = (entry.account_id, entry.kind, entry.reference)
    asked = (charge.account_id, charge.kind, charge.reference)
    return recorded == asked and entry.payer_id in {None, charge.payer_id}


def _spent(price: int, balance: Balance, to: Bucket) -> tuple[Transfer, ...]:
    """Take the price from the plan's credits first, the rest from packs'."""
    if balance.available_credits < price:
        raise InsufficientCreditsError(balance, price)
    from_plan = min(balance.plan_credits, price)
    if from_plan == price:
        return (Transfer(Bucket.PLAN, to, price),)
    rest = Transfer(Bucket.PACK, to, price - from_plan)
    return (Transfer(Bucket.PLAN, to, from_plan), rest) if from_plan else (rest,)


def _given_back(opened: Entry, returned: int) -> tuple[Transfer, ...]:
    """Give back packs' credits first, so that what is kept is what a charge would have taken."""
    held = {transfer.debit: transfer.credits for transfer in opened.transfers}
    to_pack = min(held.get(Bucket.PACK, 0), returned)
    parts = {Bucket.PLAN: returned - to_pack, Bucket.PACK: to_pack}
    return tuple(Transfer(Bucket.HELD, bucket, part) for bucket, part in parts.items() if part)


def _paid(
    charge: Charge, action: Action, price: int, transfers: tuple[Transfer, ...], now: datetime
) -> Entry:
    return Entry(
        charge_id=charge.charge_id,
        action=action,
        account_id=charge.account_id,
        kind=charge.kind,
        credits=price,
        reference=charge.reference,
        create_time=now,
        transfers=transfers,
        payer_id=charge.payer_id,
    )


def _closed(opened: Entry, action: Action, transfers: tuple[Transfer, ...], now: datetime) -> Entry:
    return opened._replace(action=action, create_time=now, expire_time=None, transfers=transfers)
