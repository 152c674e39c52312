"""What was typed into forms, read as values; what is wrong is kept by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
from typing import Final

from og_service.status import RemoteError

ONE_DAY: Final = dt.timedelta(days=1)
MAX_DIGITS: Final = 12


class Typed:
    """The fields of a form; `errors` says for people what to change, by field."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.errors: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Give a text without the space around it."""
        return self._form.get(name, "").strip()

    def ticked(self, name: str) -> bool:
        """Tell whether a box is ticked."""
        return name in self._form

    def chosen(self, name: str, choices: Container[str], otherwise: str) -> str:
        """Give one of the choices; anything else was not typed by a person."""
        value = self._form.get(name, "")
        return value if value in choices else otherwise

    def lines(self, name: str) -> list[str]:
        """Give the lines of a text that say something."""
        return [line.strip() for line in self._form.get(name, "").split("\n") if line.strip()]

    def limit(self, name: str, at_most: int) -> int:
        """Give a whole number from 1; 0 where nothing was typed, and where it is wrong."""
        text = self.text(name).replace(",", "").replace("_", "")
        if not text:
            return 0
        is_number = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
        if is_number and 1 <= int(text) <= at_most:
            return int(text)
        self.errors[name] = f"Give a whole number from 1 to {at_most:,}, or leave it empty."
        return 0

    def end_of_day(self, name: str, now: dt.datetime) -> dt.datetime | None:
        """Give the end of a day of UTC that is not over; None where nothing was typed."""
        text = self.text(name)
        if not text:
            return None
        try:
            end = last_day_end(dt.date.fromisoformat(text))
        except (ValueError, OverflowError):
            self.errors[name] = "Give a day such as 2027-01-31, or leave it empty."
            return None
        if end <= now:
            self.errors[name] = "Give a day that is not over, or leave it empty."
        return end

    def refuse(self, error: RemoteError, reasons: Container[str] = ()) -> None:
        """Keep what a service says is wrong; raises error where it is about no form.

        `reasons` are those of errors about the form as a whole.
        """
        if error.field_violations:
            for field, text in error.field_violations.items():
                self.errors[field.partition("[")[0]] = text
        elif error.reason in reasons:
            self.errors["form"] = error.message
        else:
            raise error


def last_day_end(day: dt.date) -> dt.datetime:
    """Give the moment at which a day of UTC is over."""
    return dt.datetime.combine(day + ONE_DAY, dt.time.min, dt.UTC)


def last_day(end: dt.datetime) -> str:
    """Give the last day that is not after a moment, as a field of kind date takes it."""
    return (end - dt.timedelta(microseconds=1)).astimezone(dt.UTC).date().isoformat()
