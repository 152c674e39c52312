from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

MAX_VALUES_PER_SOURCE = 32


@dataclass(frozen=True, slots=True)
class RawPrice:
    """A price as a page writes it."""

    amount: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class RawRating:
    """A rating as a page writes it."""

    value: str
    best: str = ""
    count: str = ""


@dataclass(slots=True)
class Findings:
    """What the readers found, by source; nothing is judged yet."""

    texts: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    prices: defaultdict[str, list[RawPrice]] = field(default_factory=lambda: defaultdict(list))
    ratings: defaultdict[str, list[RawRating]] = field(default_factory=lambda: defaultdict(list))

    def add(self, source: str, value: object) -> None:
        """Note a text; what is none, or one too many, is left out."""
        values = self.texts[source]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip() and len(values) < MAX_VALUES_PER_SOURCE:
            values.append(value)
