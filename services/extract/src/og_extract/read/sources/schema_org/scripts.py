"""Parsing of JSON-LD scripts, of which about one in a hundred is no JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

MAX_VALUES_PER_SCRIPT = 64
MAX_DECIMALS = 6

_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r"([}\]\"])([ \t\r]*\n\s*)(?=\")")
# A comment ends before the next begins, or many that never end would each be searched through.
_COMMENT = re.compile(r"(?m)^[ \t]*//[^\n]*|/\*(?:(?!/\*)[\s\S])*?\*/")
_WRONG_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])|\\u(?![0-9a-fA-F]{4})')
_OPENERS = re.compile(r"(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)")
_CLOSERS = ("-->", "]]> */", "]]>*/", "]]>")


def _plain(number: str) -> str:
    """Write a fraction without an exponent, and without the noise that some programs add to it.

    "19.989999999999998" is what they make of 19.99.
    """
    return format(Decimal(repr(round(float(number), MAX_DECIMALS))), "f")


# Control characters within texts are common.
_DECODER: Final = json.JSONDecoder(strict=False, parse_float=_plain)


def parse_script(text: str) -> list[Any]:
    """Return the values of a script, repaired where needed; nothing where that fails."""
    text = _unwrapped(text)
    for repair in _REPAIRS:
        text = repair(text)
        try:
            return [_DECODER.decode(text)]
        except ValueError:
            continue
        except RecursionError:
            return []
    return list(_values(text))


def _values(text: str) -> Iterator[Any]:
    """Give the values that stand one after another, up to the first fault."""
    position = 0
    for _ in range(MAX_VALUES_PER_SCRIPT):
        start = re.compile(r"[\[{]").search(text, position)
        if start is None:
            return
        try:
            value, position = _DECODER.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            return
        yield value


def _as_it_is(text: str) -> str:
    return text


def _without_comments(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", text))


def _with_fewer_escapes(text: str) -> str:
    return _WRONG_ESCAPE.sub("", text)


def _with_commas(text: str) -> str:
    return _MISSING_COMMA.sub(r"\1,\2", text)


_REPAIRS: Final[tuple[Callable[[str], str], ...]] = (
    _as_it_is,
    html.unescape,
    _without_comments,
    _with_fewer_escapes,
    _with_commas,
)


def _unwrapped(text: str) -> str:
    """Take away comment and CDATA marks, which once hid scripts from old browsers."""
    text = text.strip().strip("\ufeff")
    opener = _OPENERS.match(text)
    text = text[opener.end() :] if opener else text
    for closer in _CLOSERS:
        if text.endswith(closer):
            return text.removesuffix(closer).rstrip("/* \n\r\t").rstrip(";")
    return text.rstrip(";")
