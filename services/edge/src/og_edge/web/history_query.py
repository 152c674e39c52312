"""What of a history is asked for, as the form above the list writes it into a URL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlencode

from og_edge.history import CardState, Cursor, HistoryFilter
from og_edge.web.history_view import HISTORY_PATH

MAX_TEXT_CHARS: Final = 200
MAX_ID_CHARS: Final = 64
DASHBOARD: Final = "dashboard"
"""Stands for the account itself, which has no id as a payer."""
_STATES: Final = {
    state.value: state for state in (CardState.SERVED, CardState.DELETED, CardState.BLOCKED)
}
_NAMES: Final = ("text", "template", "by", "state", "from", "to")


@dataclass(frozen=True)
class HistoryQuery:
    """The form as it was filled in, what it means, and what is wrong with it by field."""

    given: Mapping[str, str]
    wanted: HistoryFilter
    after: Cursor | None
    errors: Mapping[str, str]

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """Read a query; what cannot be meant is left out, days besides are told."""
        # PostgreSQL takes no U+0000.
        given = {
            name: query.get(name, "").replace("\0", "").strip()[:MAX_TEXT_CHARS] for name in _NAMES
        }
        errors: dict[str, str] = {}
        days = {name: _day(given[name], name, errors) for name in ("from", "to")}
        first, last = days["from"], days["to"]
        if first and last and first > last:
            errors["to"] = "The last day is before the first."
        by = given["by"][:MAX_ID_CHARS]
        wanted = HistoryFilter(
            text=given["text"],
            template_id=given["template"][:MAX_ID_CHARS],
            payer_id=("" if by == DASHBOARD else by) if by else None,
            first_day=first,
            last_day=last,
            state=_STATES.get(given["state"]),
        )
        return cls(given, wanted, Cursor.parse(query.get("after", "")), errors)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but everything is asked for."""
        return any(self.given.values())

    @property
    def is_narrowed(self) -> bool:
        """Whether it is by more than a text."""
        return any(value for name, value in self.given.items() if name != "text")

    @property
    def states(self) -> list[tuple[str, str]]:
        """What may be chosen of the states."""
        return [
            ("", "Any"),
            (CardState.SERVED.value, "Served now"),
            (CardState.DELETED.value, "Deleted"),
            (CardState.BLOCKED.value, "Blocked"),
        ]

    def path(self, after: Cursor | None = None) -> str:
        """Give the address of the same list, from a place in it on."""
        asked = {name: value for name, value in self.given.items() if value}
        if after is not None:
            asked["after"] = str(after)
        return f"{HISTORY_PATH}?{urlencode(asked)}" if asked else HISTORY_PATH


def _day(text: str, name: str, errors: dict[str, str]) -> dt.date | None:
    if not text:
        return None
    try:
        # The day after it is counted with too.
        day = dt.date.fromisoformat(text)
        day + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        errors[name] = "Write a day as 2026-11-26."
        return None
    return day
