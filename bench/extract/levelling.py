"""When a value is the one expected: compared after what does not matter is levelled."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ada_url import URL

RATING_TOLERANCE: Final = 0.05
"""Half of what a rating is printed with."""
_INVISIBLE: Final = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_QUOTES: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a`\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
)
_SPACE = re.compile(r"\s+")
_BETWEEN_NAMES = re.compile(r"\s*[,;&|/]\s*|\s+(?:and|und|et|y|e|en|och)\s+", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,' ])\d{3})+(?!\d)")
_SIGNS: Final = {
    "€": {"EUR"},
    "£": {"GBP"},
    "₹": {"INR"},
    "¥": {"JPY", "CNY"},
    "₺": {"TRY"},
    "₽": {"RUB"},
    "R$": {"BRL"},
    "$": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"},
}


def matches(field: str, expected: object, found: object) -> bool:
    """Tell whether a value found is the one expected; None where there is none."""
    if expected is None or found is None or found == "":
        return expected is None and found in (None, "")
    return _COMPARISONS.get(field, _same_text)(expected, found)


def level_text(value: object) -> str:
    """Level entities, quotes, white space, case, and what nobody sees."""
    text = html.unescape(html.unescape(str(value)))
    text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_QUOTES)
    return _SPACE.sub(" ", text).strip().casefold()


def level_names(value: object) -> list[str]:
    """Level one or more names, given as a list or in one text, to any order."""
    texts = value if isinstance(value, list) else [value]
    names = (name for text in texts for name in _BETWEEN_NAMES.split(level_text(text)))
    return sorted(filter(None, names))


def level_day(value: object) -> date | None:
    """Level a day or an ISO moment to the day it names."""
    text = str(value).strip()
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def level_amount(value: object) -> Decimal | None:
    """Level a number, as printed with separators of thousands or without, to its value."""
    text = level_text(value)
    grouped = _THOUSANDS.match(text)
    if grouped:
        text = text[: grouped.end()].replace(grouped[1], "") + text[grouped.end() :]
    return level_number(text)


def level_number(value: object) -> Decimal | None:
    """Level a number with a point or a comma to its value."""
    text = level_text(value)
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _same_text(expected: object, found: object) -> bool:
    if isinstance(expected, list):
        return any(_same_text(one, found) for one in expected)
    return level_text(expected) == level_text(found)


def _same_names(expected: object, found: object) -> bool:
    return level_names(expected) == level_names(found)


def _same_day(expected: object, found: object) -> bool:
    day = level_day(found)
    return day is not None and day == level_day(expected)


def _same_amount(expected: object, found: object) -> bool:
    amount = level_amount(found)
    return amount is not None and amount == level_amount(expected)


def _same_rating(expected: object, found: object) -> bool:
    wanted, number = level_number(expected), level_number(found)
    if wanted is None or number is None:
        return False
    return abs(wanted - number) < Decimal(str(RATING_TOLERANCE))


def _same_currency(expected: object, found: object) -> bool:
    """Let a sign stand for any currency that is written with it."""
    wanted, code = str(expected).strip(), str(found).strip().upper()
    return code == wanted.upper() or code in _SIGNS.get(wanted, ())


def _same_url(expected: object, found: object) -> bool:
    return _level_url(expected) == _level_url(found)


def _level_url(value: object) -> str:
    """Level a URL as the URL standard does; the fragment does not count."""
    text = html.unescape(str(value)).strip()
    try:
        return URL(text).href.partition("#")[0]
    except ValueError:
        return text


def _same_language(expected: object, found: object) -> bool:
    return _level_tag(expected) == _level_tag(found)


def _same_primary_language(expected: object, found: object) -> bool:
    return _level_tag(expected)[0] == _level_tag(found)[0]


def _level_tag(value: object) -> Sequence[str]:
    return level_text(value).replace("_", "-").split("-")


def _same_term(expected: object, found: object) -> bool:
    """Compare terms of schema.org, in full or by their last part, however they are spelt."""
    return _level_term(expected) == _level_term(found)


def _level_term(value: object) -> str:
    term = level_text(value).rstrip("/").rpartition("/")[2]
    return "".join(filter(str.isalnum, term))


_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "author": _same_names,
    "publishedAt": _same_day,
    "price": _same_amount,
    "currency": _same_currency,
    "rating": _same_rating,
    "ratingCount": _same_amount,
    "availability": _same_term,
    "image": _same_url,
    "logo": _same_url,
    "url": _same_url,
    "lang": _same_language,
    "language": _same_primary_language,
}
