from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from babel.numbers import get_territory_currencies, list_currencies

from og_extract.read.findings import RawPrice, RawRating
from og_extract.read.values.amounts import MAX_AMOUNT_DIGITS, MAX_PRICE_CHARS, parse_amount
from og_extract.read.values.currencies import CODES, SHARED, SYMBOLS

CODE_CHARS = 3
_BESTS: Final = (5.0, 10.0, 100.0)

_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_DECIMALS_OF_COUNT = re.compile(r"\.\d{1,2}(?!\d)")
"""Three digits after a dot are thousands: nobody counts in fractions."""


class PayPeriod(StrEnum):
    """How often an amount is paid, as og.extract.v1.PayPeriod names it."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_PERIODS: Final = {
    "HOUR": PayPeriod.HOUR,
    "HOURLY": PayPeriod.HOUR,
    "DAY": PayPeriod.DAY,
    "DAILY": PayPeriod.DAY,
    "WEEK": PayPeriod.WEEK,
    "WEEKLY": PayPeriod.WEEK,
    "MONTH": PayPeriod.MONTH,
    "MONTHLY": PayPeriod.MONTH,
    "YEAR": PayPeriod.YEAR,
    "YEARLY": PayPeriod.YEAR,
    "ANNUAL": PayPeriod.YEAR,
    "ANNUALLY": PayPeriod.YEAR,
    # UN/CEFACT's codes, which unitCode holds.
    "HUR": PayPeriod.HOUR,
    "WEE": PayPeriod.WEEK,
    "MON": PayPeriod.MONTH,
    "ANN": PayPeriod.YEAR,
}


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in plain notation with a dot, and an ISO 4217 code or nothing."""

    amount: str
    currency: str = ""
    amount_max: str = ""
    """The upper end of a range, or nothing."""
    per: PayPeriod | None = None

    def __str__(self) -> str:
        up_to = f" to {self.amount_max}" if self.amount_max else ""
        per = f" per {self.per}" if self.per else ""
        return f"{self.amount}{up_to} {self.currency}".strip() + per


@dataclass(frozen=True, slots=True)
class Rating:
    """0 <= value <= best; count is 0 where unknown."""

    value: float
    best: float
    count: int = 0

    def __str__(self) -> str:
        count = f" ({self.count})" if self.count else ""
        return f"{self.value:g} of {self.best:g}{count}"


def parse_price(raw: RawPrice, territory: str = "", currencies: Sequence[str] = ()) -> Price | None:
    """Read a price; None where there is no amount, or none over zero.

    The territory, an ISO 3166 code, tells what a sign means that several currencies share. The
    currencies are those of the page's prices at large, for one that names none.
    """
    currency = _currency(raw, territory)
    for code in currencies:
        currency = currency or _currency(RawPrice("", code), territory)
    amount = parse_amount(raw.amount, currency, territory)
    if amount is None or amount <= 0:
        return None
    high = parse_amount(raw.amount_max, currency, territory)
    amount_max = f"{high:f}" if high is not None and high > amount else ""
    return Price(f"{amount:f}", currency, amount_max, _PERIODS.get(raw.per.upper()))


def _currency(raw: RawPrice, territory: str) -> str:
    code = raw.currency.strip().upper()
    if code in list_currencies():
        return code
    for text in (raw.currency.strip(), raw.amount[:MAX_PRICE_CHARS], raw.shown[:MAX_PRICE_CHARS]):
        for match in _CODE.finditer(text.upper() if len(text) == CODE_CHARS else text):
            if match[1] in CODES:
                return match[1]
        for symbol, code in SYMBOLS.items():
            if symbol in text:
                return _local(symbol, code, territory)
    return ""


def local_currency(territory: str) -> str:
    """Return the code of the currency that is used in a territory; empty where none is known."""
    local: list[str] = get_territory_currencies(territory) if territory else []
    return local[0] if local else ""


def _local(symbol: str, code: str, territory: str) -> str:
    """Tell which of the currencies that share a sign is that of the territory."""
    if symbol not in SHARED or not territory:
        return code
    local = local_currency(territory)
    return local if local in SHARED[symbol] else code


def parse_rating(raw: RawRating) -> Rating | None:
    """Read a rating; where the best value is not given, the usual scale that holds the value."""
    value = _number(raw.value)
    if value is None or value <= 0:
        return None
    best = _number(raw.best) or next((best for best in _BESTS if value <= best), None)
    if best is None or value > best:
        return None
    count = re.sub(r"\D", "", _DECIMALS_OF_COUNT.sub("", raw.count))[:MAX_AMOUNT_DIGITS]
    return Rating(value, best, int(count or 0))


def _number(text: str) -> float | None:
    match = re.search(r"\d{1,4}(?:[.,]\d{1,12})?", text[:MAX_PRICE_CHARS])
    return float(match[0].replace(",", ".")) if match else None
