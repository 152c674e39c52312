"""What is spent through each payer on each day, and whether there is room for more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from og_billing.commands import Charge, Payer, price_credits
from og_billing.entries import Action, Balance, ChargeKind, Entry
from og_billing.errors import DailyCreditsReachedError, DailyGenerationsReachedError, FullDay

RETENTION_DAYS = 400
"""How long counts are kept: a year and the month in which somebody asks about it."""


class PayersDay(NamedTuple):
    """One payer's day of UTC; the payer_id is empty for the account itself."""

    account_id: str
    day: date
    payer_id: str


class Spending(NamedTuple):
    """Credits and how many new and existing cards they paid for, what is set aside included."""

    credits: int = 0
    generations: int = 0
    cached_cards: int = 0

    @classmethod
    def of(cls, entry: Entry) -> Spending:
        """Give what stands after the entry of what its charge_id is for."""
        if entry.action is Action.RELEASE:
            return cls()
        cached = entry.kind is ChargeKind.CACHED_CARD
        return cls(entry.credits, int(not cached), int(cached))

    def plus(self, other: Spending) -> Spending:
        """Give the sum."""
        return Spending(
            self.credits + other.credits,
            self.generations + other.generations,
            self.cached_cards + other.cached_cards,
        )

    def minus(self, other: Spending) -> Spending:
        """Give the difference."""
        return Spending(
            self.credits - other.credits,
            self.generations - other.generations,
            self.cached_cards - other.cached_cards,
        )


class DailySpending:
    """The counts that a book's commands read and change.

    `now` is the book's; `found` are the counts of the commands' payers today, and of reservations'
    payers on the days they were reserved. `changed` holds the new ones. Entries older than payers
    count nowhere.
    """

    def __init__(self, now: datetime, found: Mapping[PayersDay, Spending]) -> None:
        self._today = day_of(now)
        self._found = found
        self.changed: dict[PayersDay, Spending] = {}

    def admit(self, charge: Charge, balance: Balance) -> None:
        """Raise DailyCreditsReachedError or DailyGenerationsReachedError if there is no room."""
        payer = charge.payer
        if not (payer and (payer.daily_credits_max or payer.daily_generations_max)):
            return
        spent = self._on(PayersDay(charge.account_id, self._today, payer.payer_id))
        price, credits_max = price_credits(charge.kind), payer.daily_credits_max
        if credits_max and spent.credits + price > credits_max:
            day = self._full(payer, credits_max, spent.credits)
            raise DailyCreditsReachedError(balance, day, price)
        generates = charge.kind is not ChargeKind.CACHED_CARD
        if generates and 0 < payer.daily_generations_max <= spent.generations:
            day = self._full(payer, payer.daily_generations_max, spent.generations)
            raise DailyGenerationsReachedError(balance, day)

    def _full(self, payer: Payer, daily_max: int, counted: int) -> FullDay:
        tomorrow = datetime.combine(self._today + timedelta(days=1), time(), UTC)
        return FullDay(payer.payer_id, daily_max, counted, reset_time=tomorrow)

    def open(self, entry: Entry) -> None:
        """Count a charge or a reservation of now."""
        self._add(entry, self._today, Spending.of(entry))

    def close(self, reserved: Entry, entry: Entry) -> None:
        """Take back what a capture or release did not need, on the day of the reservation."""
        day = day_of(reserved.create_time)
        self._add(reserved, day, Spending.of(entry).minus(Spending.of(reserved)))

    def _add(self, opened: Entry, day: date, more: Spending) -> None:
        if opened.payer_id is None:
            return
        key = PayersDay(opened.account_id, day, opened.payer_id)
        self.changed[key] = self._on(key).plus(more)

    def _on(self, key: PayersDay) -> Spending:
        return self.changed.get(key) or self._found.get(key) or Spending()


def day_of(moment: datetime) -> date:
    """Give the day of UTC."""
    return moment.astimezone(UTC).date()
