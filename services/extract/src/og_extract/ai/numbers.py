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
_SPACES = re.compile(r"[\u00a0\u2009\u202f]")
_DECIMAL_MARKS: Final = frozenset(".,")
_PERCENT = re.compile(
    r"\s?(?:[%\u066a\uff05]|per ?cent\b|prozent\b|pour cent\b|por ?cien|por cento\b|per cento\b"
    r"|procent|\u043f\u0440\u043e\u0446\u0435\u043d\u0442)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as written, in ASCII digits."""

    text: str
    is_percentage: bool


def has_all_numbers(text: str, page: str) -> bool:
    """Tell whether every number of a text occurs on the page, as a percentage where it is one.

    1,299.50 and 1 299,5 are one number; what may be read in two ways counts in either.
    """
    on_page = list(_numbers(page))
    all_of_page = {reading for number in on_page for reading in _readings(number.text)}
    percentages = {
        reading for number in on_page if number.is_percentage for reading in _readings(number.text)
    }
    return all(
        not _readings(number.text).isdisjoint(percentages if number.is_percentage else all_of_page)
        or (" " in number.text and all_of_page.issuperset(map(_plain, number.text.split(" "))))
        for number in _numbers(text)
    )


def _numbers(text: str) -> Iterator[_Number]:
    text = _SPACES.sub(" ", _with_ascii_digits(text))
    for found in _NUMBER.finditer(text):
        yield _Number(found[0], _PERCENT.match(text, found.end()) is not None)


def _with_ascii_digits(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char
        for char in text
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
    if " " in marks:  # perhaps two numbers side by side
        readings.update(map(_plain, groups))
    return readings


def _plain(whole: str, decimals: str = "") -> str:
    digits = whole.lstrip("0") or "0"
    decimals = decimals.rstrip("0")
    return f"{digits}.{decimals}" if decimals else digits
