from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Final

_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_OPENERS = re.compile(r"(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)")
_CLOSERS = ("-->", "]]> */", "]]>*/", "]]>")


def parse_script(text: str) -> object:
    """Parse a script, repairing what about one in a hundred needs; None where that fails."""
    text = _unwrapped(text)
    for repair in _REPAIRS:
        text = repair(text)
        try:
            return json.loads(text, strict=False)
        except ValueError:
            continue
        except RecursionError:
            return None
    return None


def _as_it_is(text: str) -> str:
    return text


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", text)


_REPAIRS: Final[tuple[Callable[[str], str], ...]] = (
    _as_it_is,
    html.unescape,
    _without_trailing_commas,
)


def _unwrapped(text: str) -> str:
    """Take away comment and CDATA marks, which once hid scripts from old browsers."""
    text = text.strip()
    opener = _OPENERS.match(text)
    text = text[opener.end() :] if opener else text
    for closer in _CLOSERS:
        if text.endswith(closer):
            return text.removesuffix(closer).rstrip("/* \n\r\t").rstrip(";")
    return text.rstrip(";")
