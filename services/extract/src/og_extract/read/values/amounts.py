"""Amounts of money as pages write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision, get_decimal_symbol
from price_parser import Price as PrintedPrice

from og_extract.read.values.currencies import CODES, SYMBOLS

MAX_AMOUNT_DIGITS = 12
MAX_PRICE_CHARS = 64
GROUP_DIGITS = 3
MAX_TERRITORIES = 512
"""More than ISO 3166 has."""

_PLAIN = re.compile(r"(\d+)\.(\d+)", re.ASCII)
_DIGIT = re.compile(r"\d")
_MARKS: Final = {0x066B: ".", 0x066C: ",", 0x2019: "'", 0x02BC: "'", 0xFF0C: ",", 0xFF0E: "."}
"""Arabic, typographic and full-width marks, and what they stand for."""
_SIGN = "|".join(map(re.escape, sorted({*SYMBOLS, *CODES}, key=len, reverse=True)))
_NUMBER = r"\d(?:[\d.,'\s]*\d)?"
_WITH_SIGN = re.compile(rf"(?:{_SIGN})\s?({_NUMBER})|({_NUMBER})\s?(?:{_SIGN})")
_NOT_NOW = re.compile(
    r"\b(?:was|were|list|rrp|msrp|reg|regular|original|instead of|save|before|uvp|statt|bisher"
    r"|vorher|früher|spare|sie sparen|rabatt|avant|au lieu de|antes|invece di|prima)\b[^\d]{0,12}$",
    re.IGNORECASE,
)
"""Before an amount that was asked for once, or that is taken off."""
_TIMES = re.compile(r"\d\s*[x\u00d7*]\s*$", re.IGNORECASE)
"""Before one of several instalments."""


def parse_amount(text: str, currency: str = "", territory: str = "") -> Decimal | None:
    """Read the amount that a text asks for; of several, the first that is asked for now.

    A dot before three digits groups them where the currency's country, or else the page's
    territory, writes decimals otherwise.
    """
    text = _with_plain_digits(text[:MAX_PRICE_CHARS]).strip()
    plain = _PLAIN.fullmatch(text)
    if plain and _is_decimal(plain[1], plain[2], currency, territory):
        amount: Decimal | None = Decimal(text)
    else:
        amount = next(_asked_for(text), None)
    if amount is None or len(amount.as_tuple().digits) > MAX_AMOUNT_DIGITS:
        return None
    return amount


def _asked_for(text: str) -> Iterator[Decimal]:
    """List the amounts with a sign, or the only number where there is none."""
    signed = list(_WITH_SIGN.finditer(text))
    if not signed and _DIGIT.search(text) and not text.startswith("-"):
        yield from _printed(text)
    for found in signed:
        before = text[: found.start()]
        is_only = len(signed) == 1
        if not _TIMES.search(before) and (is_only or not _NOT_NOW.search(before)):
            yield from _printed(found[1] or found[2])


def _printed(text: str) -> Iterator[Decimal]:
    amount = PrintedPrice.fromstring(text).amount
    if amount is not None:
        yield amount


def _is_decimal(whole: str, decimals: str, currency: str, territory: str) -> bool:
    """Tell whether what follows the only dot of a number is less than one."""
    if len(decimals) != GROUP_DIGITS or len(whole) > GROUP_DIGITS or whole[0] == "0":
        return True
    if currency and get_currency_precision(currency) == GROUP_DIGITS:
        return True
    return "." in (_decimal_mark(currency[:2]) or _decimal_mark(territory))


@lru_cache(MAX_TERRITORIES)
def _decimal_mark(territory: str) -> str:
    """Give the mark before decimals in a country; nothing where it is none (ISO 4217 begins so)."""
    try:
        return get_decimal_symbol(Locale.parse(f"und_{territory}")) if territory else ""
    except (UnknownLocaleError, ValueError):
        return ""


def _with_plain_digits(text: str) -> str:
    """Write digits and marks of other scripts as ASCII."""
    if text.isascii():
        return text
    marks = text.translate(_MARKS)
    return "".join(str(unicodedata.decimal(char, char)) for char in marks)
