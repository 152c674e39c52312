"""The rules: what each command does to the balances, and when it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from og_billing.commands import Capture, Charge, Command, Grant, Release, Reserve
from og_billing.commands import price_credits as price_of
from og_billing.entries import Action, Balance, Bucket, ChargeKind, Entry, Transfer
from og_billing.errors import (
    ChargeIdReusedError,
    InsufficientCreditsError,
    InvalidRequestError,
    ReservationCapturedError,
    ReservationNotFoundError,
    ReservationReleasedError,
)
from og_billing.spending import DailySpending


class Book:
    """The pages of the ledger that some commands need, and what they write on them.

    `balances` are those of the commands' accounts, locked by whoever opened the book;
    `entries` are all that exist under the commands' charge_ids; `now` is the database's clock.
    After posting, `written` holds the new entries in their order, `spending.changed` the days that
    they changed.
    """

    def __init__(
        self,
        now: datetime,
        balances: Mapping[str, Balance],
        entries: Iterable[Entry],
        spending: DailySpending,
    ) -> None:
        self._now = now
        self.spending = spending
        self._balances = dict(balances)
        self._entries = {(entry.charge_id, entry.action.closes): entry for entry in entries}
        self.written: list[Entry] = []

    def balance(self, account_id: str) -> Balance:
        """Give what an account has now; one that nobody granted anything has nothing."""
        return self._balances.get(account_id, Balance())

    def post(self, command: Command) -> Entry:
        """Do what is asked, or find that it was done, and give its entry.

        Raises DailyCreditsReachedError, DailyGenerationsReachedError, InsufficientCreditsError,
        ChargeIdReusedError, ReservationNotFoundError, ReservationReleasedError,
        ReservationCapturedError or InvalidRequestError; nothing is written then.
        """
        match command:
            case Capture():
                return self._capture(command)
            case Release():
                return self._release(command)
        found = self._entries.get((command.charge_id, False))
        if found is None:
            return self._open(command)
        if not _is_of(found, command):
            raise ChargeIdReusedError(self.balance(command.account_id))
        return found

    def _open(self, command: Grant | Charge | Reserve) -> Entry:
        match command:
            case Grant():
                return self._grant(command)
            case Charge():
                transfers = self._spend(command, Bucket.REVENUE)
                entry = _charge_entry(command, Action.CHARGE, self._now, transfers)
            case Reserve(charge=charge, hold=hold):
                transfers = self._spend(charge, Bucket.HELD)
                entry = _charge_entry(charge, Action.RESERVE, self._now, transfers)
                entry = replace(entry, expire_time=self._now + hold)
        self.spending.open(entry)
        return self._write(entry)

    def _grant(self, command: Grant) -> Entry:
        return self._write(
            Entry(
                charge_id=command.charge_id,
                action=Action.GRANT,
                account_id=command.account_id,
                kind=None,
                credits=command.credits,
                reference=command.reference,
                create_time=self._now,
                transfers=(Transfer(Bucket.ISSUED, command.bucket, command.credits),),
            )
        )

    def _spend(self, charge: Charge, to: Bucket) -> tuple[Transfer, ...]:
        """Take the price from the plan's credits first, the rest from packs'."""
        balance, price = self.balance(charge.account_id), price_of(charge.kind)
        self.spending.admit(charge, balance, self._now)
        if balance.available_credits < price:
            raise InsufficientCreditsError(balance, price)
        from_plan = min(balance.plan_credits, price)
        parts = {Bucket.PLAN: from_plan, Bucket.PACK: price - from_plan}
        return tuple(Transfer(bucket, to, part) for bucket, part in parts.items() if part)

    def _capture(self, command: Capture) -> Entry:
        reserved = self._reserved(command.charge_id)
        kind = command.kind or reserved.kind
        if closed := self._entries.get((command.charge_id, True)):
            if closed.action is not Action.CAPTURE:
                raise ReservationReleasedError
            if closed.kind is not kind:
                raise ChargeIdReusedError(self.balance(closed.account_id))
            return closed
        # Swept or not: time decides, so that nothing depends on when the sweeper comes by.
        if reserved.expire_time is None or reserved.expire_time <= self._now:
            raise ReservationReleasedError
        return self._close(reserved, _capture_entry(reserved, kind, self._now))

    def _release(self, command: Release) -> Entry:
        reserved = self._reserved(command.charge_id)
        if closed := self._entries.get((command.charge_id, True)):
            if closed.action is not Action.RELEASE:
                raise ReservationCapturedError
            return closed
        back = tuple(transfer.reversed() for transfer in reserved.transfers)
        return self._close(reserved, _closing_entry(reserved, Action.RELEASE, self._now, back))

    def _reserved(self, charge_id: UUID) -> Entry:
        opened = self._entries.get((charge_id, False))
        if opened is None or opened.action is not Action.RESERVE:
            raise ReservationNotFoundError
        return opened

    def _close(self, reserved: Entry, draft: Entry) -> Entry:
        self.spending.close(reserved, draft)
        return self._write(draft)

    def _write(self, draft: Entry) -> Entry:
        balance = self.balance(draft.account_id).after(draft.transfers)
        entry = replace(draft, balance=balance)
        self._balances[entry.account_id] = balance
        self._entries[entry.charge_id, entry.action.closes] = entry
        self.written.append(entry)
        return entry


def _charge_entry(
    charge: Charge, action: Action, now: datetime, transfers: tuple[Transfer, ...]
) -> Entry:
    return Entry(
        charge_id=charge.charge_id,
        action=action,
        account_id=charge.account_id,
        kind=charge.kind,
        credits=price_of(charge.kind),
        reference=charge.reference,
        create_time=now,
        transfers=transfers,
        payer_id=charge.payer_id,
    )


def _closing_entry(
    opened: Entry, action: Action, now: datetime, transfers: tuple[Transfer, ...]
) -> Entry:
    return replace(opened, action=action, create_time=now, expire_time=None, transfers=transfers)


def _capture_entry(reserved: Entry, kind: ChargeKind | None, now: datetime) -> Entry:
    # What was reserved stands whatever its kind costs today.
    price = reserved.credits if kind is None or kind is reserved.kind else price_of(kind)
    if price > reserved.credits:
        raise InvalidRequestError("kind", f"must cost at most the {reserved.credits} reserved")
    returned = reserved.credits - price
    transfers = (Transfer(Bucket.HELD, Bucket.REVENUE, price), *_given_back(reserved, returned))
    entry = _closing_entry(reserved, Action.CAPTURE, now, transfers)
    return replace(entry, kind=kind, credits=price, returned_credits=returned)


def _given_back(reserved: Entry, returned: int) -> tuple[Transfer, ...]:
    """Give back packs' credits first, so that what is kept is what a charge would have taken."""
    held = {transfer.debit: transfer.credits for transfer in reserved.transfers}
    to_pack = min(held.get(Bucket.PACK, 0), returned)
    parts = {Bucket.PLAN: returned - to_pack, Bucket.PACK: to_pack}
    return tuple(Transfer(Bucket.HELD, bucket, part) for bucket, part in parts.items() if part)


def _is_of(entry: Entry, command: Grant | Charge | Reserve) -> bool:
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
