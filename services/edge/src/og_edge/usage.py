"""What an account has spent, added up by day and by payer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from og_edge.credit_books import DaySpending


@dataclass
class Sum:
    """What came together: credits, new cards, and answers from cards that existed."""

    spent_credits: int = 0
    generations: int = 0
    cached_cards: int = 0

    def add(self, spending: DaySpending) -> None:
        """Add one payer's day."""
        self.spent_credits += spending.spent_credits
        self.generations += spending.generations
        self.cached_cards += spending.cached_cards

    @property
    def answers(self) -> int:
        """All answers that were paid for."""
        return self.generations + self.cached_cards

    @property
    def hit_percent(self) -> int | None:
        """Of a hundred answers, how many existed already; rounded down, so 100 is all."""
        return self.cached_cards * 100 // self.answers if self.answers else None


@dataclass(frozen=True)
class Usage:
    """Some days, the last of them the present one, oldest first; and who spent the most first."""

    days: Sequence[tuple[dt.date, Sum]]
    payers: Sequence[tuple[str, Sum]]
    total: Sum = field(default_factory=Sum)


def added_up(spendings: Iterable[DaySpending], first_day: dt.date, last_day: dt.date) -> Usage:
    """Add up what was spent from first_day to last_day; days without anything are there too."""
    length = (last_day - first_day).days + 1
    days = {first_day + dt.timedelta(days=number): Sum() for number in range(length)}
    payers: dict[str, Sum] = {}
    total = Sum()
    for spending in spendings:
        # By the database's clock a new day may have begun.
        if spending.day in days:
            days[spending.day].add(spending)
            payers.setdefault(spending.payer_id, Sum()).add(spending)
            total.add(spending)
    most_first = sorted(payers.items(), key=lambda each: (-each[1].spent_credits, each[0]))
    return Usage(list(days.items()), most_first, total)
