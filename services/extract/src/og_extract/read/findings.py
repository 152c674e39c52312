"""What the readers find, before any of it is judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

MAX_VALUES_PER_SOURCE = 32


@dataclass(frozen=True, slots=True)
class RawPrice:
    """A price as a page writes it."""

    amount: str
    currency: str = ""
    amount_max: str = ""
    """The upper end of a range."""
    per: str = ""
    """What it is paid for, in schema.org's words: "HOUR", "YEAR"."""
    shown: str = ""
    """The text around it, which has a sign where the currency given is none."""

    def __str__(self) -> str:
        up_to = f" to {self.amount_max}" if self.amount_max else ""
        per = f" per {self.per}" if self.per else ""
        return f"{self.amount}{up_to} {self.currency}".strip() + per


@dataclass(frozen=True, slots=True)
class RawRating:
    """A rating as a page writes it."""

    value: str
    best: str = ""
    count: str = ""

    def __str__(self) -> str:
        best = f" of {self.best}" if self.best else ""
        return f"{self.value}{best} ({self.count})" if self.count else f"{self.value}{best}"


@dataclass(frozen=True, slots=True)
class RawLength:
    """How long a text is: its words, and the characters of scripts without spaces."""

    words: int
    characters: int = 0

    def __str__(self) -> str:
        parts = [f"{self.words} words"] if self.words or not self.characters else []
        parts += [f"{self.characters} characters"] if self.characters else []
        return " and ".join(parts)


class Findings:
    """Values by source, in the order of the page.

    A source holds values of one kind: texts, RawPrices, RawRatings or RawLengths. Readers that cost
    time are noted with `later` and run when one of their sources is first asked for, which for most
    pages is never.
    """

    def __init__(self) -> None:
        self._values: defaultdict[str, list[Any]] = defaultdict(list)
        self._pending: dict[str, Callable[[], None]] = {}

    def add(self, source: str, value: object) -> None:
        """Note a value; an empty text, what is none, or one too many, is left out."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and not value.strip():
            return
        values = self._values[source]
        is_value = isinstance(value, (str, RawPrice, RawRating, RawLength))
        if is_value and len(values) < MAX_VALUES_PER_SOURCE:
            values.append(value)

    def add_all(self, source: str, values: Iterable[object]) -> None:
        """Note several values."""
        for value in values:
            self.add(source, value)

    def later(self, sources: Sequence[str], read: Callable[[], None]) -> None:
        """Let read note the values of these sources when they are first asked for."""
        self._pending.update(dict.fromkeys(sources, read))

    def of(self, source: str) -> Sequence[Any]:
        """List a source's values."""
        read = self._pending.get(source)
        if read is not None:
            self._pending = {name: it for name, it in self._pending.items() if it != read}
            read()
        return self._values.get(source, ())

    def first(self, source: str) -> Any | None:
        """Return a source's first value."""
        return next(iter(self.of(source)), None)
