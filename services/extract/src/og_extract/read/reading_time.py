"""How long a page takes to read: as it says itself, else by its words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from og_extract.read.context import Context
from og_extract.read.durations import parse_duration
from og_extract.read.rules import Verdict, refused
from og_extract.read.subjects import Subject

WORDS_PER_MINUTE = 238
"""Silent reading of English (Brysbaert, How many words do we read per minute?, 2019)."""
CJK_CHARACTERS_PER_MINUTE = 500
"""Of scripts that put no space between words; what Hugo and Medium count by."""
MIN_COUNTED_MINUTES = 0.5
"""A page with less than that is no article."""
MAX_MINUTES = 240

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_WORD = re.compile(r"\w+")
_MINUTES = re.compile(r"\d{1,3}")
_WORDS = re.compile(r"\d{1,6}")
_REQUIRED: Final = ":timeRequired"
_LABELLED: Final = frozenset({"twitter:reading-time", "meta:readingtime"})
_COUNTED: Final = ":wordCount"
_PLAYED: Final = ("episode", "videoobject", "audioobject", "recording")


def judge_reading_time(raw: str, source: str, context: Context) -> Verdict:
    """Take what a page says, or reckon from its number of words or from its text."""
    if context.subject in {Subject.PRODUCT, Subject.RECIPE}:
        return refused("nobody reads it from end to end")
    if any(name.endswith(_PLAYED) for name in context.findings.of("jsonld:@type")):
        return refused("it is played, not read")
    minutes = _minutes(raw, source)
    if not MIN_COUNTED_MINUTES <= minutes <= MAX_MINUTES:
        return refused("no time that an article takes")
    is_said = source in _LABELLED or source.endswith(_REQUIRED)
    reason = "" if is_said else f"reckoned by {WORDS_PER_MINUTE} words a minute"
    return Verdict(timedelta(minutes=max(round(minutes), 1)), reason)


def _minutes(raw: str, source: str) -> float:
    if source.endswith(_REQUIRED):
        duration = parse_duration(raw)
        return duration.total_seconds() / 60 if duration else 0
    if source in _LABELLED:
        found = _MINUTES.search(raw)
        return int(found[0]) if found else 0
    if source.endswith(_COUNTED):
        found = _WORDS.search(raw)
        return int(found[0]) / WORDS_PER_MINUTE if found else 0
    return minutes_of(raw)


def minutes_of(text: str) -> float:
    """Reckon how long a text takes to read."""
    characters = len(_CJK_CHARACTER.findall(text))
    rest = _CJK_CHARACTER.sub(" ", text) if characters else text
    words = len(_WORD.findall(rest) if characters else rest.split())
    return words / WORDS_PER_MINUTE + characters / CJK_CHARACTERS_PER_MINUTE
