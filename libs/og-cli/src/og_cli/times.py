"""Times and durations as they are typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import typer

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION: Final = re.compile(r"(\d{1,6})([mhdw])")


def parse_duration(text: str) -> timedelta:
    """Read a duration such as 30m, 24h, 7d or 2w, or 0."""
    if text == "0":
        return timedelta(0)
    match = _DURATION.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no duration; use for example 30m, 24h, 7d or 2w.")
    number, unit = match.groups()
    return timedelta(**{_UNITS[unit]: int(number)})


def parse_end(text: str) -> datetime | None:
    """Read when something is to end: a duration from now, a day or time, or "never" (None).

    What names no offset is in UTC.
    """
    if text == "never":
        return None
    try:
        if _DURATION.fullmatch(text):
            return datetime.now(UTC) + parse_duration(text)
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text!r} is no time; use for example 90d, 2027-01-31, 2027-01-31T12:00Z or never."
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def parse_start(text: str) -> datetime:
    """Read since when something counts: a duration until now, a day or a time in UTC."""
    try:
        if _DURATION.fullmatch(text):
            return datetime.now(UTC) - parse_duration(text)
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text!r} is no time; use for example 7d, 2026-11-01 or 2026-11-01T12:00Z."
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
