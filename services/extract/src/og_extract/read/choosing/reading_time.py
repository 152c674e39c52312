"""How long a page takes to read: as it says itself, else by its words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from og_extract.read.choosing.context import Context
from og_extract.read.choosing.rules import Verdict, refused
from og_extract.read.findings import RawLength
from og_extract.read.sources.subjects import Subject
from og_extract.read.values.durations import parse_duration
from og_extract.read.values.lengths import minutes_of, rates_of

MIN_COUNTED_MINUTES = 0.5
"""A page with less than that is no article."""
MAX_MINUTES = 240

_MINUTES = re.compile(r"\d{1,3}")
_WORDS = re.compile(r"\d{1,6}")
_REQUIRED: Final = ":timeRequired"
_SAID: Final = frozenset({"twitter:reading-time", "meta:readingtime", "text:reading-time"})
_COUNTED: Final = ":wordCount"
_PLAYED: Final = ("episode", "videoobject", "audioobject", "recording")


def judge_reading_time(raw: str | RawLength, source: str, context: Context) -> Verdict:
    """Take what a page says, or reckon from its number of words or from its text."""
    if context.subject in {Subject.PRODUCT, Subject.RECIPE}:
        return refused("nobody reads it from end to end")
    if any(name.endswith(_PLAYED) for name in context.findings.of("jsonld:@type")):
        return refused("it is played, not read")
    length = raw if isinstance(raw, RawLength) else _counted(raw, source)
    minutes = minutes_of(length) if length else _said(str(raw), source)
    reckoning = f"{length} at {rates_of(length)} a minute" if length else ""
    if not MIN_COUNTED_MINUTES <= minutes <= MAX_MINUTES:
        return refused(": ".join(filter(None, (reckoning, "no time that an article takes"))))
    return Verdict(timedelta(minutes=max(round(minutes), 1)), reckoning)


def _counted(raw: str, source: str) -> RawLength | None:
    found = _WORDS.search(raw) if source.endswith(_COUNTED) else None
    return RawLength(int(found[0])) if found else None


def _said(raw: str, source: str) -> float:
    if source.endswith(_REQUIRED):
        duration = parse_duration(raw)
        return duration.total_seconds() / 60 if duration else 0
    found = _MINUTES.search(raw) if source in _SAID else None
    return int(found[0]) if found else 0
