"""In which order counters may be shown: no clocks but one, no knowledge of how cards are made."""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field


class Act(enum.Enum):
    """What was asked."""

    GET = "get"
    REFRESH = "refresh"
    DELETE = "delete"


@dataclass(frozen=True)
class Seen:
    """An answer that came whole: what it showed, and between which moments it was asked and there.

    `count` is what the page's counter was when the card was drawn; 0 for a deletion.
    """

    act: Act
    begun_s: float
    ended_s: float
    count: int = 0
    where: str = ""


@dataclass
class _Floor:
    """The highest value known by each moment."""

    times_s: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def rise(self, time_s: float, value: float) -> None:
        """Add a value that holds from a moment on; moments come in order."""
        self.times_s.append(time_s)
        self.values.append(max(value, self.values[-1] if self.values else value))

    def before(self, time_s: float) -> float:
        """Tell the highest value that held before a moment."""
        index = bisect_left(self.times_s, time_s)
        return self.values[index - 1] if index else float("-inf")


class History:
    """All that was seen of one card."""

    def __init__(self, seen: Iterable[Seen], fetched_s: Sequence[float]) -> None:
        """Take what was seen, and when the page was asked for each count, beginning with 1."""
        answers = sorted(seen, key=lambda one: one.ended_s)
        self._fetched_s = fetched_s
        self._cards = [one for one in answers if one.act is not Act.DELETE]
        self._refreshed, self._shown, self._deleted = _Floor(), _Floor(), _Floor()
        self._first_shown_s: dict[int, float] = {}
        for one in answers:
            if one.act is Act.DELETE:
                self._deleted.rise(one.ended_s, one.begun_s)
                continue
            self._shown.rise(one.ended_s, one.count)
            self._first_shown_s.setdefault(one.count, one.ended_s)
            if one.act is Act.REFRESH:
                self._refreshed.rise(one.ended_s, one.count)

    def breaches(self) -> list[str]:
        """Name every answer that shows an old drawing."""
        return [
            f"{one.where} {one.act.value} shows {one.count}, {fault}"
            for one in self._cards
            for fault in self._faults(one)
        ]

    def _faults(self, one: Seen) -> Iterator[str]:
        asked_s = self._fetched_s[one.count - 1]
        deletion_s = self._deleted.before(one.begun_s)
        if one.count < (count := self._refreshed.before(one.begun_s)):
            yield f"although a refresh had been answered with {count:.0f}"
        elif one.count < (count := self._shown.before(one.begun_s)):
            yield f"although {count:.0f} had been shown"
        if self._first_shown_s[one.count] < deletion_s:
            yield "which had been shown and was deleted since"
        elif asked_s < deletion_s:
            yield "of a page that was asked for before the card was deleted"
        if one.act is Act.REFRESH and asked_s < one.begun_s:
            yield "of a page that was asked for before the refresh was"
