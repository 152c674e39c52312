"""What an account has made: each generation, and what became of its card."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, Self

from og_edge.cards import Generation

SCAN_ROWS_MAX: Final = 2_000
"""How many generations one page of a filter without an index looks at."""


class CardState(StrEnum):
    """What became of the card of a generation."""

    SERVED = "served"
    REPLACED = "replaced"
    """It was drawn again since, and that drawing is served."""
    DELETED = "deleted"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Record:
    """One generation of the past. `digest` is that of the card as it is now, "" without one."""

    generation: Generation
    create_time: dt.datetime
    state: CardState
    digest: str = ""

    @property
    def has_picture(self) -> bool:
        """Whether there is a card to show: this drawing, or the one that took its place."""
        return bool(self.digest)


class Cursor(NamedTuple):
    """A place in a history: all that is older than it comes after."""

    create_time: dt.datetime
    generation_id: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what str() wrote; None where text is nothing of the kind."""
        micros, _, generation_id = text.partition("_")
        try:
            moment = _EPOCH + dt.timedelta(microseconds=int(micros))
            return cls(moment, str(uuid.UUID(generation_id)))
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        """Write it as a URL can carry it."""
        return f"{(self.create_time - _EPOCH) // dt.timedelta(microseconds=1)}_{self.generation_id}"


_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class HistoryFilter:
    """Which generations are wanted; what is left out wants all.

    `text` is part of the page's URL. `payer_id` is an API key or site, "" the account itself. Days
    are of UTC, both ends in it. CardState.REPLACED is not asked for by itself.
    """

    text: str = ""
    template_id: str = ""
    payer_id: str | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    state: CardState | None = None

    @property
    def needs_scan(self) -> bool:
        """Whether rows must be looked at one by one."""
        return bool(self.text) or self.state in {CardState.SERVED, CardState.DELETED}


@dataclass(frozen=True)
class HistoryPage:
    """Some records, newest first, and from where to go on, if there are more.

    Where `looked_until` is set, SCAN_ROWS_MAX generations were looked at, and none older than that.
    """

    records: Sequence[Record]
    next: Cursor | None = None
    looked_until: dt.datetime | None = None


class History(Protocol):
    """The histories of all accounts."""

    async def page(
        self, account_id: str, wanted: HistoryFilter, after: Cursor | None, at_most: int
    ) -> HistoryPage:
        """Give the newest of an account's generations that are wanted, older than after."""

    async def find(self, account_id: str, generation_id: str) -> Record | None:
        """Give a generation of an account; None also for whatever is no id."""
