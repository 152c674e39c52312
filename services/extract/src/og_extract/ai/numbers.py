"""The numbers that a text holds, however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

GROUP_DIGITS = 3

_NUMBER = re.compile(r"\d+(?:[.,'\u2019 ]\d+)*")
_MARK = re.compile(r"[.,'\u2019 ]")
_ARABIC_MARKS: Final = str.maketrans("\u066b\u066c", ".,")
_SPACES = re.compile(r"[\u00a0\u2009\u202f]")
_DECIMAL_MARKS: Final = frozenset(".,")
_PERCENT = re.compile(
    r"[\s-]?(?:[%\u066a\uff05]|per ?cent\b|prozent|pour cent\b|por ?cien|por cento\b|per cento\b"
    r"|procent|\u043f\u0440\u043e\u0446\u0435\u043d\u0442|パーセント|(?:بال|في ال)م[ئا]+ة)",
    re.IGNORECASE,
)
_PERCENT_BEFORE = re.compile(r"(?<!\d)[%\u066a\uff05]$")
"""As Turkish has it."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as written, in ASCII digits."""

    text: str
    is_percentage: bool

    @property
    def side_by_side(self) -> list[_Number]:
        """What it is if its spaces do not group digits; a sign of percent is the last one's."""
        *others, last = self.text.split(" ")
        return [
            *(_Number(text, is_percentage=False) for text in others),
            _Number(last, self.is_percentage),
        ]


def has_all_numbers(text: str, page: str) -> bool:
    """Tell whether every number of a text occurs on the page, as a percentage where it is one.

    1,299.50 and 1 299,5 are one number; what may be read in two ways counts in either. Numbers
    side by side may be one or several: all of them must be on the page then.
    """
    on_page = [part for number in _numbers(page) for part in {number, *number.side_by_side}]
    plain = {reading for number in on_page for reading in _readings(number.text)}
    percentages = {
        reading for number in on_page if number.is_percentage for reading in _readings(number.text)
    }

    def is_on_page(number: _Number) -> bool:
        known = percentages if number.is_percentage else plain
        return not _readings(number.text).isdisjoint(known)

    return all(
        is_on_page(number) or (" " in number.text and all(map(is_on_page, number.side_by_side)))
        for number in _numbers(text)
    )


def _numbers(text: str) -> Iterator[_Number]:
    text = _SPACES.sub(" ", _with_ascii_digits(text))
    for found in _NUMBER.finditer(text):
        is_percentage = _PERCENT.match(text, found.end()) or _PERCENT_BEFORE.search(
            text, max(found.start() - 2, 0), found.start()
        )
        yield _Number(found[0], is_percentage is not None)


def _with_ascii_digits(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char
        for char in text.translate(_ARABIC_MARKS)
    )


def _readings(number: str) -> set[str]:
    """List what a number may mean, in plain notation with a dot."""
    groups, marks = _MARK.split(number), _MARK.findall(number)
    readings = {_plain(number)} if not marks else set()
    if all(len(group) == GROUP_DIGITS for group in groups[1:]):
        readings.add(_plain("".join(groups)))
    if marks and marks[-1] in _DECIMAL_MARKS and marks[-1] not in marks[:-1]:
        readings.add(_plain("".join(groups[:-1]), groups[-1]))
    if len(set(marks)) == 1 and len(marks) > 1:
        readings.add(number)  # a version, a date
    return readings


def _plain(whole: str, decimals: str = "") -> str:
    digits = whole.lstrip("0") or "0"
    decimals = decimals.rstrip("0")
    return f"{digits}.{decimals}" if decimals else digits
