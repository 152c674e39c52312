"""How long things take and when they begin, as pages write it."""

from __future__ import annotations

import re
from datetime import UTC, time, timedelta
from typing import Final

MAX_DURATION: Final = timedelta(hours=100)
MAX_CHARS = 64

_ISO = re.compile(
    r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})(?:\.\d+)?S)?)?", re.IGNORECASE
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d\d)")
_SECONDS = re.compile(r"(\d{1,7})(?:\.\d+)?")
_WORDS = re.compile(
    r"(?:(\d{1,3}) ?(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?|ore?|uur|時間|小时)\b)?\W*"
    r"(?:(\d{1,4}) ?(?:m|min|mins|minutes?|minuten|minutos?|minuti|минут\w*|分|分钟)\b)?\W*",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?")


def parse_duration(text: str) -> timedelta | None:
    """Read "PT48M", "1:12:30", "48:12", seconds, or "48 min"; None for what is none."""
    text = text.strip()[:MAX_CHARS]
    if found := _ISO.fullmatch(text):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    elif found := _CLOCK.fullmatch(text):
        days, (hours, minutes, seconds) = 0, (int(part or 0) for part in found.groups())
    elif found := _SECONDS.fullmatch(text):
        days, hours, minutes, seconds = 0, 0, 0, int(found[1])
    elif found := _WORDS.fullmatch(text):
        days, (hours, minutes), seconds = 0, (int(part or 0) for part in found.groups()), 0
    else:
        return None
    duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return duration if timedelta() < duration < MAX_DURATION else None


def parse_time(text: str) -> time | None:
    """Read the time of day of "2026-12-03T18:30:00+01:00", as it is there; of UTC only for "Z"."""
    found = _TIME.search(text[:MAX_CHARS])
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2]), tzinfo=UTC if found[3] == "Z" else None)
    except ValueError:
        return None
