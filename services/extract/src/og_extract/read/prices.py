from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from og_extract.read.findings import RawPrice, RawRating

MAX_AMOUNT_DIGITS = 12
MAX_PRICE_CHARS = 64
GROUP_DIGITS = 3
CODE_CHARS = 3
_BESTS: Final = (5.0, 10.0, 100.0)

_AMOUNT = re.compile(r"\d[\d.,'\u2019\s]*")
_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_SYMBOLS: Final = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₴": "UAH",
    "₪": "ILS",
    "₫": "VND",
    "zł": "PLN",
    "Kč": "CZK",
    "R$": "BRL",
    "US$": "USD",
    "$": "USD",
}


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in plain notation with a dot, and an ISO 4217 code or nothing."""

    amount: str
    currency: str = ""

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}".strip()


@dataclass(frozen=True, slots=True)
class Rating:
    """0 <= value <= best; count is 0 where unknown."""

    value: float
    best: float
    count: int = 0

    def __str__(self) -> str:
        count = f" ({self.count})" if self.count else ""
        return f"{self.value:g} of {self.best:g}{count}"


def parse_price(raw: RawPrice) -> Price | None:
    """Read a price; None where there is no amount, or none over zero."""
    amount = parse_amount(raw.amount)
    if amount is None or amount <= 0:
        return None
    return Price(f"{amount:f}", _currency(raw))


def parse_amount(text: str) -> Decimal | None:
    """Read the first number of a text, whichever marks separate its groups and its decimals."""
    match = _AMOUNT.search(text[:MAX_PRICE_CHARS])
    if match is None:
        return None
    digits = re.sub(r"[\s'\u2019]", "", match[0]).rstrip(".,")
    digits = digits.replace(_group_mark(digits), "").replace(",", ".")
    if sum(char.isdecimal() for char in digits) > MAX_AMOUNT_DIGITS:
        return None
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _group_mark(digits: str) -> str:
    """Tell which mark groups thousands: the earlier of two, a repeated one, or before 3 digits."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return " "
    mark = digits[last]
    other = "," if mark == "." else "."
    if other in digits:
        return other
    decimals = len(digits) - last - 1
    is_group = digits.count(mark) > 1 or (decimals == GROUP_DIGITS and not digits.startswith("0"))
    return mark if is_group else " "


def _currency(raw: RawPrice) -> str:
    for text in (raw.currency.strip(), raw.amount[:MAX_PRICE_CHARS]):
        if match := _CODE.search(text.upper() if len(text) == CODE_CHARS else text):
            return match[1]
        for symbol, code in _SYMBOLS.items():
            if symbol in text:
                return code
    return ""


def parse_rating(raw: RawRating) -> Rating | None:
    """Read a rating; where the best value is not given, the usual scale that holds the value."""
    value = _number(raw.value)
    if value is None or value <= 0:
        return None
    best = _number(raw.best) or next((best for best in _BESTS if value <= best), None)
    if best is None or value > best:
        return None
    count = re.sub(r"\D", "", raw.count.partition(".")[0])[:MAX_AMOUNT_DIGITS]
    return Rating(value, best, int(count or 0))


def _number(text: str) -> float | None:
    match = re.search(r"\d{1,4}(?:[.,]\d{1,12})?", text[:MAX_PRICE_CHARS])
    return float(match[0].replace(",", ".")) if match else None
