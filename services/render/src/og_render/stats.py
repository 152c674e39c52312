"""Numbers that speak for themselves, with a few words on what they count."""

from __future__ import annotations

import re
from dataclasses import dataclass

# More than a tile can show; what is read is bounded, since patterns go back and forth over it.
MAX_STAT_CHARACTERS = 200
# A number may have a sign before it ("< 5"), be grouped by spaces ("10 000") and have a unit.
_UNITS = r"ms|s|min|h|[kKMGTP]i?B|mm|cm|m|km|g|kg|[^\w\s]{1,2}"
_NUMBER_FIRST = re.compile(
    rf"((?:[^\w\s]{{1,3}}\s)?\S*\d\S*(?:\s\d{{3}})*(?:\s(?:{_UNITS}))?)\s+(\S.*)", re.DOTALL
)
_NUMBER_LAST = re.compile(r"(\D*\S)\s+(\S*\d\S*)", re.DOTALL)
_BAR = re.compile(r"[|\N{FULLWIDTH VERTICAL LINE}\n]")


@dataclass(frozen=True)
class Stat:
    """A number as written, and what it counts; either may be empty, not both."""

    number: str
    label: str


def stat_of(text: str) -> Stat | None:
    """Read "98%|uptime", "98% uptime" or "uptime 98%"; a text without a number is all number."""
    first, *rest = (part.strip() for part in _BAR.split(text[:MAX_STAT_CHARACTERS], maxsplit=1))
    if rest and (first or rest[0]):
        return Stat(first, rest[0])
    if found := _NUMBER_FIRST.fullmatch(first):
        return Stat(found[1], found[2])
    if found := _NUMBER_LAST.fullmatch(first):
        return Stat(found[2], found[1])
    return Stat(first, "") if first else None
