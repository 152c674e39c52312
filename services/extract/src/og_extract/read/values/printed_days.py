"""Days as people write them, in any language, by dateparser's knowledge of these."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

MAX_CHARS = 60
# A year, a word, and a day: whatever lacks one of them is no day, and not worth the time.
_YEAR = re.compile(r"(?<!\d)(?:19|20|25)\d\d(?!\d)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
# From the day's number to the year, or from the word to the year, or from the year to the day.
_SPANS: Final = (
    re.compile(r"(?<!\d)\d{1,2}(?!\d)\D{2,40}?(?:19|20|25)\d\d(?!\d)"),
    re.compile(r"[^\W\d_]{2,20}\W{1,3}\d{1,2}(?!\d)\W{1,4}(?:19|20|25)\d\d(?!\d)"),
    re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)\D{2,40}?\d{1,2}(?!\d)"),
)
_SETTINGS: Final = {
    "STRICT_PARSING": True,
    "REQUIRE_PARTS": ["day", "month", "year"],
    "PARSERS": ["absolute-time"],
}
BUDDHIST_YEARS = 543
BUDDHIST_FROM = 2500


def parse_printed_day(text: str, language: str) -> date | None:
    """Find the day that a text names in the language of a page; None where there is none."""
    code = language.partition("-")[0]
    has_all = _YEAR.search(text) and _WORD.search(text) and _DAY.search(text)
    if not code or not has_all:
        return None
    for span in _SPANS:
        found = span.search(text)
        day = _parse(found[0][:MAX_CHARS], code) if found else None
        if day is not None:
            return day
    return None


def _parse(text: str, code: str) -> date | None:
    import dateparser  # noqa: PLC0415 - 50 ms that few pages need

    settings: Any = _SETTINGS
    try:
        moment = dateparser.parse(text, languages=[code], settings=settings)
    except ValueError:  # a language that it does not know
        return None
    if moment is None:
        return None
    year = moment.year - BUDDHIST_YEARS if moment.year >= BUDDHIST_FROM else moment.year
    return date(year, moment.month, moment.day)
