"""The rules: what each command does to an account, and when it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import overload

from og_billing import drafts
from og_billing.billed_months import BilledMonth, Unbilled, Upgrade
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
    Settle,
    Terms,
)
from og_billing.entries import Action, Balance, Entry
from og_billing.errors import (
    BalanceTooLargeError,
    ChargeIdReusedError,
    PlanIsPaidError,
    ReservationCapturedError,
    ReservationNotFoundError,
    ReservationReleasedError,
    SubscriptionNotFoundError,
)
from og_billing.months import (
    NOTHING,
    PaidMonth,
    PlanGrant,
    Standing,
    Subscription,
    invoice_charge_id,
    plan_grant,
    renewal,
)
from og_billing.notices import Notice, notices_of
from og_billing.purchases import Payment, bought, settled
from og_billing.settling import Settlements
from og_billing.spending import DailySpending, PayersDay, Spending
from og_plans import PLANS


class Book:
    """The pages of the ledger that some commands need, and what they write on them.

    `standings` are those of the commands' accounts, locked by whoever opened the book;
    `entries` are all that exist under the commands' charge_ids, `spending` what DailySpending
    wants to know, `settlements` what Settle does; `now` is the database's clock.
    After posting, `written` and `notices` hold the new ones in their order, `plan_grants` the
    months of those that are a plan's, `subscribed` the subscriptions and `spending.changed` the
    days that changed; `settlements` likewise.
    """

    def __init__(
        self,
        now: datetime,
        standings: Mapping[str, Standing],
        entries: Iterable[Entry],
        spending: Mapping[PayersDay, Spending],
        settlements: Settlements | None = None,
    ) -> None:
        self.now = now
        self._standings = dict(standings)
        self._entries = {(entry.charge_id, entry.action.closes): entry for entry in entries}
        self._renewed = set[str]()
        self.spending = DailySpending(now, spending)
        self.settlements = settlements or Settlements()
        self.subscribed: dict[str, Subscription] = {}
        self.written: list[Entry] = []
        self.plan_grants: list[PlanGrant] = []
        self.notices: list[Notice] = []

    @property
    def changed(self) -> bool:
        """Whether there is anything to write down."""
        return bool(self.written or self.subscribed or self.settlements.settled)

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
            case Settle():
                self._settle(command)
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
            self._begin_month(standing, renewed.subscription)

    def _set_plan(self, command: SetPlan) -> None:
        old = self.standing(command.account_id).subscription
        if old is None:
            new = Subscription.begun(command.account_id, command.plan, self.now)
        else:
            if old.paid:
                raise PlanIsPaidError
            new = old.changed_to(command.plan)
        self._subscribe(new)
        if more := new.granted_credits - (old.granted_credits if old else 0):
            self._write_grant(new, plan_grant(new, more, self.now))

    def _settle(self, command: Settle) -> None:
        if not self.settlements.admit(command):
            return
        match command.settled:
            case Payment():
                self._settle_pack(command.account_id, command.settled)
            case BilledMonth():
                self._settle_month(command.account_id, command.settled)
            case Unbilled():
                self._end_paid_month(command.account_id)
        self.settlements.note(command)

    def _settle_pack(self, account_id: str, payment: Payment) -> None:
        purchase = self.settlements.purchases.get(payment.payment_id)
        if purchase is None:
            balance = self.balance(account_id)
            if balance.total_credits + payment.credits > MAX_BALANCE_CREDITS:
                raise BalanceTooLargeError(balance, MAX_BALANCE_CREDITS)
            purchase, granted = bought(account_id, payment, self.now)
            self.settlements.keep(purchase, self._write(granted).charge_id)
        pack_credits = self.balance(account_id).pack_credits
        after, draft = settled(purchase, payment, pack_credits, self.now)
        self.settlements.keep(after, self._write(draft).charge_id if draft else None)

    def _settle_month(self, account_id: str, billed: BilledMonth) -> None:
        if billed.end_time <= self.now:
            return
        standing = self.standing(account_id)
        paid = PaidMonth(billed.invoice_id, billed.end_time)
        old = standing.subscription
        if old and old.paid and old.paid.invoice_id == billed.invoice_id:
            self._subscribe(replace(old, paid=paid))
        elif self._was_brought(billed.invoice_id):
            return  # it ended here before; only another payment brings a month
        else:
            plan = PLANS[billed.plan_id]
            first = Subscription.begun(account_id, plan, self.now).paid_as(plan, paid)
            month = old.paid_from(self.now, plan, paid) if old else first
            self._begin_month(standing, month)
        for upgrade, brought in zip(billed.upgrades, billed.upgrade_credits(), strict=True):
            if brought and not self._was_brought(upgrade.invoice_id):
                self._upgrade(account_id, upgrade, brought)
        if subscription := self.standing(account_id).subscription:
            self._subscribe(replace(subscription, plan_id=billed.present_plan_id))

    def _upgrade(self, account_id: str, upgrade: Upgrade, brought: int) -> None:
        if old := self.standing(account_id).subscription:
            granted = old.granted_credits + brought
            new = replace(old, plan_id=upgrade.plan_id, granted_credits=granted)
            self._subscribe(new)
            draft = plan_grant(new, brought, self.now, upgrade.invoice_id)
            self._write_grant(new, draft, invoice_id=upgrade.invoice_id)

    def _end_paid_month(self, account_id: str) -> None:
        standing = self.standing(account_id)
        if standing.subscription and standing.subscription.paid:
            self._begin_month(standing, standing.subscription.unpaid_from(self.now))

    def _was_brought(self, invoice_id: str) -> bool:
        return (invoice_charge_id(invoice_id), False) in self._entries

    def _begin_month(self, ended: Standing, month: Subscription) -> None:
        self._subscribe(month)
        self._write_grant(month, *renewal(ended, month, self.now))

    def _write_grant(
        self, month: Subscription, *together: Entry, invoice_id: str | None = None
    ) -> None:
        granted = self._write(*together)
        paid_by = invoice_id or (month.paid.invoice_id if month.paid else None)
        start = month.period_start_time
        self.plan_grants.append(
            PlanGrant(granted.charge_id, granted.account_id, month.month, start, paid_by)
        )

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
