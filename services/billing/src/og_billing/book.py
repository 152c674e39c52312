"""The rules: what each command does to an account, and when it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import overload

from og_billing import drafts
from og_billing.commands import (
    MAX_BALANCE_CREDITS,
    Capture,
    Charge,
    Grant,
    Opening,
    Posting,
    Release,
    Renew,
    Reserve,
    SetLowBalance,
    SetPlan,
    Terms,
)
from og_billing.entries import Action, Balance, Entry
from og_billing.errors import (
    BalanceTooLargeError,
    ChargeIdReusedError,
    ReservationCapturedError,
    ReservationNotFoundError,
    ReservationReleasedError,
    SubscriptionNotFoundError,
)
from og_billing.months import NOTHING, Standing, Subscription, plan_grant, renewal
from og_billing.notices import Notice, notices_of
from og_billing.spending import DailySpending, PayersDay, Spending


class Book:
    """The pages of the ledger that some commands need, and what they write on them.

    `standings` are those of the commands' accounts, locked by whoever opened the book;
    `entries` are all that exist under the commands' charge_ids, `spending` what DailySpending
    wants to know; `now` is the database's clock.
    After posting, `written` and `notices` hold the new ones in their order, `subscribed` the
    subscriptions and `spending.changed` the days that changed.
    """

    def __init__(
        self,
        now: datetime,
        standings: Mapping[str, Standing],
        entries: Iterable[Entry],
        spending: Mapping[PayersDay, Spending],
    ) -> None:
        self.now = now
        self._standings = dict(standings)
        self._entries = {(entry.charge_id, entry.action.closes): entry for entry in entries}
        self._renewed = set[str]()
        self.spending = DailySpending(now, spending)
        self.subscribed: dict[str, Subscription] = {}
        self.written: list[Entry] = []
        self.notices: list[Notice] = []

    @property
    def changed(self) -> bool:
        """Whether there is anything to write down."""
        return bool(self.written or self.subscribed)

    def standing(self, account_id: str) -> Standing:
        """Give what an account has and is on now; one that got nothing has nothing."""
        return self._standings.get(account_id, NOTHING)

    def balance(self, account_id: str) -> Balance:
        """Give what an account has now."""
        return self.standing(account_id).balance

    @overload
    def post(self, command: Posting) -> Entry: ...
    @overload
    def post(self, command: Terms) -> Standing: ...
    def post(self, command: Posting | Terms) -> Entry | Standing:
        """Do what is asked, or find that it was done, and give its entry or how things stand.

        Before anything else the account's month is renewed if it is over, so that no credits of
        an earlier month can be spent. Raises the ServiceErrors that the contract names; nothing
        else is written then.
        """
        match command:
            case Capture():
                return self._capture(command)
            case Release():
                return self._release(command)
            case Grant() | Charge() | Reserve():
                self._renew(command.account_id)
                return self._open(command)
        self._renew(command.account_id)
        match command:
            case SetPlan():
                self._set_plan(command)
            case SetLowBalance():
                self._set_low_balance(command)
            case Renew():
                pass  # as everything does
        return self.standing(command.account_id)

    def _open(self, command: Opening) -> Entry:
        balance = self.balance(command.account_id)
        if found := self._entries.get((command.charge_id, False)):
            if not drafts.is_of(found, command):
                raise ChargeIdReusedError(balance)
            return found
        match command:
            case Grant():
                if balance.total_credits + command.credits > MAX_BALANCE_CREDITS:
                    raise BalanceTooLargeError(balance, MAX_BALANCE_CREDITS)
                return self._write(drafts.granted(command, self.now))
            case Charge():
                self.spending.admit(command, balance)
                draft = drafts.charged(command, balance, self.now)
            case Reserve():
                self.spending.admit(command.charge, balance)
                draft = drafts.reserved(command, balance, self.now)
        self.spending.open(draft)
        return self._write(draft)

    def _capture(self, command: Capture) -> Entry:
        opened = self._reserved(command.charge_id)
        kind = command.kind or opened.kind
        if closed := self._entries.get((command.charge_id, True)):
            if closed.action is not Action.CAPTURE:
                raise ReservationReleasedError
            if closed.kind is not kind:
                raise ChargeIdReusedError(self.balance(closed.account_id))
            return closed
        # Swept or not: time decides, so that nothing depends on when the sweeper comes by.
        if opened.expire_time is None or opened.expire_time <= self.now:
            raise ReservationReleasedError
        return self._close(opened, drafts.captured(opened, kind, self.now))

    def _release(self, command: Release) -> Entry:
        opened = self._reserved(command.charge_id)
        if closed := self._entries.get((command.charge_id, True)):
            if closed.action is not Action.RELEASE:
                raise ReservationCapturedError
            return closed
        return self._close(opened, drafts.released(opened, self.now))

    def _reserved(self, charge_id: str) -> Entry:
        opened = self._entries.get((charge_id, False))
        if opened is None or opened.action is not Action.RESERVE:
            raise ReservationNotFoundError
        self._renew(opened.account_id)
        return opened

    def _close(self, opened: Entry, draft: Entry) -> Entry:
        subscription = self.standing(opened.account_id).subscription
        if subscription and subscription.is_past(opened.create_time):
            draft = drafts.without_plan_credits(draft)
        self.spending.close(opened, draft)
        return self._write(draft)

    def _renew(self, account_id: str) -> None:
        if account_id in self._renewed:
            return
        self._renewed.add(account_id)  # once is enough: a book is written at one moment
        standing = self.standing(account_id)
        renewed = standing.at(self.now)
        if renewed is not standing and renewed.subscription:
            self._subscribe(renewed.subscription)
            self._write(*renewal(standing, renewed.subscription, self.now))

    def _set_plan(self, command: SetPlan) -> None:
        old = self.standing(command.account_id).subscription
        if old is None:
            new = Subscription.begun(command.account_id, command.plan, self.now)
        else:
            new = old.changed_to(command.plan)
        self._subscribe(new)
        if more := new.granted_credits - (old.granted_credits if old else 0):
            self._write(plan_grant(new, more, self.now))

    def _set_low_balance(self, command: SetLowBalance) -> None:
        if not (subscription := self.standing(command.account_id).subscription):
            raise SubscriptionNotFoundError
        self._subscribe(replace(subscription, set_low_balance_credits=command.credits))

    def _subscribe(self, subscription: Subscription) -> None:
        account_id = subscription.account_id
        self._standings[account_id] = Standing(self.balance(account_id), subscription)
        self.subscribed[account_id] = subscription

    def _write(self, *together: Entry) -> Entry:
        """Write drafts of one account; notices are about what they come to together."""
        account_id = together[0].account_id
        before = after = self.standing(account_id)
        for draft in together:
            after = Standing(after.balance.after(draft.transfers), after.subscription)
            entry = draft.leaving(after.balance)
            self._entries[entry.charge_id, entry.action.closes] = entry
            self.written.append(entry)
        self._standings[account_id] = after
        self.notices += notices_of(account_id, before, after, self.now)
        return entry
