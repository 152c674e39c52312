"""How long a page takes to read: as it says itself, else by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from og_extract.read.context import Context
from og_extract.read.durations import parse_duration
from og_extract.read.findings import RawLength
from og_extract.read.rules import Verdict, refused
from og_extract.read.subjects import Subject
from og_extract.read.words import READING_TIME

WORDS_PER_MINUTE = 238
"""Silent reading of English (Brysbaert, How many words do we read per minute?, 2019)."""
CJK_CHARACTERS_PER_MINUTE = 500
"""Of scripts that put no space between words; what Hugo and Medium count by."""
MIN_COUNTED_MINUTES = 0.5
"""A page with less than that is no article."""
MAX_MINUTES = 240

MAX_PRINTED_CHARS = 120
MAX_PIECES = 3
"""A time may be printed in as many texts: label, number and unit."""

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_WORD = re.compile(r"\w+")
_MINUTES = re.compile(r"\d{1,3}")
_WORDS = re.compile(r"\d{1,6}")
_REQUIRED: Final = ":timeRequired"
_SAID: Final = frozenset({"twitter:reading-time", "meta:readingtime", "text:reading-time"})
_COUNTED: Final = ":wordCount"
_PLAYED: Final = ("episode", "videoobject", "audioobject", "recording")


# As printed: "4 min read", "Lesezeit: 4 Min.", "4分で読めます".
_MINUTE: Final = (
    r"(?:min(?:ut|uut)\w{0,4}|mins?|мин(?:ут\w?)?|хв(?:илин\w?)?|dk|dakika\w*"
    r"|λεπτ\w{1,2}|دقائق|دقيقة|分钟|分鐘|分|분)\.?"
)
_READ_AFTER: Final = (
    r"(?:to )?read(?:ing)?\b(?! (?:on|more|next|the|all)\b)"
    r"|(?:de |di )?(?:lecture|lectura|leitura|lettura)\b|lesezeit|lesedauer"
    r"|leestijd|leestid|lästid|læsetid|lesetid|lesning|läsning|czytania|чтения|читання|okuma"
    r"|قراءة|で?読|で?阅读|で?閱讀|阅读|閱讀|읽기"
)
_READ_BEFORE: Final = (
    rf"{READING_TIME.pattern}|lesedauer|(?:阅读|閱讀|閲覧|読了)(?:时间|時間|目安)?"
)
_AMOUNT: Final = r"(?P<{}>\d{{1,3}})(?:\s?[-\u2013]\s?\d{{1,3}})?"
_PRINTED: Final = re.compile(
    rf"(?<!\d)(?<!\d[.,:]){_AMOUNT.format('first')}[\s-]?{_MINUTE}\s?(?:{_READ_AFTER})"
    rf"|(?:{_READ_BEFORE})[^\d!?]{{0,12}}{_AMOUNT.format('second')}\s?{_MINUTE}",
    re.IGNORECASE,
)


def printed_reading_time(texts: Sequence[str]) -> str:
    """Return the first reading time printed in short texts, perhaps in several pieces, or ""."""
    short = [text for text in texts if len(text) <= MAX_PRINTED_CHARS]
    for at in range(len(short)):
        found = _PRINTED.search(" ".join(short[at : at + MAX_PIECES]))
        if found:
            return found[0]
    return ""


def judge_reading_time(raw: str | RawLength, source: str, context: Context) -> Verdict:
    """Take what a page says, or reckon from its number of words or from its text."""
    if context.subject in {Subject.PRODUCT, Subject.RECIPE}:
        return refused("nobody reads it from end to end")
    if any(name.endswith(_PLAYED) for name in context.findings.of("jsonld:@type")):
        return refused("it is played, not read")
    length = raw if isinstance(raw, RawLength) else _counted(raw, source)
    minutes = minutes_of(length) if length else _said(str(raw), source)
    reckoning = f"{length} at {_rates(length)} a minute" if length else ""
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


def _rates(length: RawLength) -> str:
    rates = [str(WORDS_PER_MINUTE)] if length.words or not length.characters else []
    return " and ".join([*rates, *([str(CJK_CHARACTERS_PER_MINUTE)] if length.characters else [])])


def length_of(text: str) -> RawLength:
    """Count a text's words, and the characters of scripts that put no space between words."""
    characters = len(_CJK_CHARACTER.findall(text))
    rest = _CJK_CHARACTER.sub(" ", text) if characters else text
    return RawLength(len(_WORD.findall(rest) if characters else rest.split()), characters)


def minutes_of(length: RawLength) -> float:
    """Reckon how long a text takes to read."""
    return length.words / WORDS_PER_MINUTE + length.characters / CJK_CHARACTERS_PER_MINUTE
