from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

YEAR_MIN = 1970
YEAR_MAX = 2100
MONTHS = 12
MAX_DATE_CHARS = 200

# The first three letters tell the months of most European languages apart; the rest are listed.
_MONTHS: Final = {
    prefix: number
    for number, prefixes in enumerate(
        (
            "jan gen ene янв sty led",
            "feb fév fev фев",
            "mar mär mrt mär мар",
            "apr avr abr апр kwi",
            "may mai mag maj mei май мая",
            "jun juin giu июн cze",
            "jul juil lug июл lip",
            "aug aoû aou ago авг sie",
            "sep set сен wrz",
            "oct okt ott out окт paź",
            "nov ноя lis",
            "dec dez déc dic дек gru",
        ),
        start=1,
    )
    for prefix in prefixes.split()
}
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})(?:\D|\d{6}|$)")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})")
_DAY_MONTH_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|er|st|nd|rd|th|º)?\s*(?:de |of )?"
    r"([^\W\d_]{3,})[.,]?\s*(?:de |del )?(\d{4})(?!\d)"
)
_MONTH_DAY_YEAR = re.compile(
    r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+"
    r"(?:\d\d?:\d\d(?::\d\d)?\s+(?:[A-Z]{2,5}\s+)?)?(\d{4})(?!\d)"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})\s*$")


def parse_day(text: str, language: str = "") -> date | None:
    """Find the day a text names, as printed there; None where there is none.

    Of 3/4/2020, American pages mean the 4th of March and others the 3rd of April.
    """
    text = text[:MAX_DATE_CHARS]
    if text.lstrip().startswith(("P", "PT")) and text.strip()[1:2].isalnum() and "D" in text[:12]:
        return None
    epoch = _EPOCH.match(text)
    if epoch:
        return _checked(datetime.fromtimestamp(int(epoch[1][:10]), UTC).date())
    for pattern in (_ISO, _COMPACT, _EAST_ASIAN):
        if match := pattern.search(text):
            return _day(match[1], match[2], match[3])
    return _named_month(text) or _numeric(text, language)


def _named_month(text: str) -> date | None:
    for match in _DAY_MONTH_YEAR.finditer(text):
        if month := _month(match[2]):
            return _day(match[3], month, match[1])
    for match in _MONTH_DAY_YEAR.finditer(text):
        if month := _month(match[1]):
            return _day(match[3], month, match[2])
    return None


def _numeric(text: str, language: str) -> date | None:
    match = _NUMERIC.search(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    is_american = match[2] == "/" and language.lower().replace("_", "-") in {"", "en", "en-us"}
    day, month = (
        (second, first) if (is_american and first <= MONTHS) or second > MONTHS else (first, second)
    )
    return _day(match[4], month, day)


def _month(word: str) -> int | None:
    word = word.lower()
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return _checked(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _checked(day: date) -> date | None:
    return day if YEAR_MIN <= day.year <= YEAR_MAX else None
