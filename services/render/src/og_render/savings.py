# ruff: noqa: RUF001 - separators of several scripts
"""How much less a price is than the one before, read off two prices as they are written."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"\d(?:[\d.,٫٬'’\s]*\d)?")
_DECIMAL_END = re.compile(r"[.,٫](?=\d{1,2}$)")
_BARE = ""


def percent_off(price: str, original_price: str) -> int | None:
    """Give the saving in whole percent, rounded down so that none is overstated.

    None where it cannot be told: the currencies or the words around the amounts differ, there is
    more than one amount, or nothing is saved.
    """
    now, before = _amount(price), _amount(original_price)
    if now is None or before is None or not _are_alike(now[0], before[0]) or now[1] >= before[1]:
        return None
    return int((1 - now[1] / before[1]) * 100) or None


def _are_alike(words: str, other_words: str) -> bool:
    return words == other_words or _BARE in {words, other_words}


def _amount(text: str) -> tuple[str, Decimal] | None:
    """Give what stands around the only number in a text, and the number."""
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1:
        return None
    words = "".join(_NUMBER.sub(" ", text).split()).casefold()
    whole, *decimals = _DECIMAL_END.split("".join(numbers[0].split()))
    digits = re.sub(r"\D", "", whole)
    return words, Decimal(".".join([digits, *decimals]))
