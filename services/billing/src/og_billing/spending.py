"""What is spent through each payer on each day, and whether there is room for more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from og_billing.commands import Charge, price_credits
from og_billing.entries import Action, Balance, ChargeKind, Entry
from og_billing.errors import DailyCreditsReachedError, DailyGenerationsReachedError, FullDay

RETENTION_DAYS = 400
"""How long counts are kept: a year and the month in which somebody asks about it."""


@dataclass(frozen=True, slots=True)
class PayersDay:
    """One payer's day of UTC; the payer_id is empty for the account itself."""

    account_id: str
    day: date
    payer_id: str


@dataclass(frozen=True, slots=True)
class Spending:
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
        return cls(entry.credits, generations=int(not cached), cached_cards=int(cached))

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

    `found` are the counts of the commands' payers today, and of reservations' payers on the days
    they were reserved. `changed` holds the new ones. Entries older than payers count nowhere.
    """

    def __init__(self, found: Mapping[PayersDay, Spending]) -> None:
        self._found = found
        self.changed: dict[PayersDay, Spending] = {}

    def admit(self, charge: Charge, balance: Balance, now: datetime) -> None:
        """Raise DailyCreditsReachedError or DailyGenerationsReachedError if there is no room."""
        if not (payer := charge.payer):
            return
        today = day_of(now)
        spent = self._on(PayersDay(charge.account_id, today, payer.payer_id))
        reset_time = datetime.combine(today + timedelta(days=1), time(), UTC)
        price, credits_max = price_credits(charge.kind), payer.daily_credits_max
        if credits_max and spent.credits + price > credits_max:
            day = FullDay(payer.payer_id, credits_max, spent.credits, reset_time)
            raise DailyCreditsReachedError(balance, day, price)
        generates = charge.kind is not ChargeKind.CACHED_CARD
        if generates and 0 < payer.daily_generations_max <= spent.generations:
            day = FullDay(
                payer.payer_id, payer.daily_generations_max, spent.generations, reset_time
            )
            raise DailyGenerationsReachedError(balance, day)

    def open(self, entry: Entry) -> None:
        """Count a charge or a reservation."""
        self._add(entry, Spending.of(entry))

    def close(self, reserved: Entry, entry: Entry) -> None:
        """Take back what a capture or release did not need, on the day of the reservation."""
        self._add(reserved, Spending.of(entry).minus(Spending.of(reserved)))

    def _add(self, opened: Entry, more: Spending) -> None:
        if opened.payer_id is None:
            return
        key = PayersDay(opened.account_id, day_of(opened.create_time), opened.payer_id)
        self.changed[key] = self._on(key).plus(more)

    def _on(self, key: PayersDay) -> Spending:
        return self.changed.get(key) or self._found.get(key, Spending())


def day_of(moment: datetime) -> date:
    """Give the day of UTC."""
    return moment.astimezone(UTC).date()
