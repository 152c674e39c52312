"""Typed values as the card's language writes them (CLDR, by babel)."""

from __future__ import annotations

import re
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

from og_render.fields import Price, Rating

FALLBACK_LANGUAGE = "en"
_MINUS = "\N{MINUS SIGN}"
_FRACTION = re.compile(r"\.0+")
_GROUPS = re.compile(r"(?<=[0-9])[,.\u00a0\u202f' ](?=[0-9]{3})")
_SHORT_DIGITS = 4
_WHOLE = re.compile(r"[0-9]{1,15}")


def locale_of(language_code: str) -> Locale:
    """Give the CLDR locale nearest to a BCP 47 code; English where CLDR has none."""
    try:
        return Locale.parse(language_code, sep="-") or Locale(FALLBACK_LANGUAGE)
    except (UnknownLocaleError, ValueError):
        primary = language_code.partition("-")[0]
        return locale_of(primary) if primary != language_code else Locale(FALLBACK_LANGUAGE)


def date_text(day: date, language_code: str) -> str:
    """Write a day out, for example "November 23, 2026"."""
    return format_date(day, "long", locale=locale_of(language_code))


def month_text(day: date, language_code: str) -> str:
    """Write a day's month and year, for example "November 2026"."""
    return format_skeleton("yMMMM", day, locale=locale_of(language_code))


def weekday_text(day: date, language_code: str) -> str:
    """Name the day of the week, for example "Monday"."""
    return format_date(day, "cccc", locale=locale_of(language_code))


def percent_off_text(percent: int, language_code: str) -> str:
    """Write a saving with a true minus sign, for example "-35%"."""
    text = format_percent(-percent / 100, locale=locale_of(language_code))
    return text.replace("-", _MINUS)


def price_text(price: Price, language_code: str) -> str:
    """Write an amount, for example "€1,299.90" or "€49"; bare where there is no currency."""
    locale = locale_of(language_code)
    if price.currency_code and price.amount == price.amount.to_integral_value():
        pattern = locale.currency_formats["standard"].pattern
        whole = _FRACTION.sub("", pattern)
        return format_currency(
            price.amount, price.currency_code, whole, locale=locale, currency_digits=False
        )
    if price.currency_code:
        return format_currency(price.amount, price.currency_code, locale=locale)
    return format_decimal(price.amount, locale=locale)


def rating_text(rating: Rating, language_code: str) -> str:
    """Write a rating to one decimal, for example "4.8"."""
    return format_decimal(round(rating.value, 1), format="0.0", locale=locale_of(language_code))


def count_text(rating: Rating, language_code: str) -> str:
    """Write how many ratings there are in brackets, or nothing when unknown."""
    if not rating.rating_count:
        return ""
    return f"({format_decimal(rating.rating_count, locale=locale_of(language_code))})"


def short_count(text: str, language_code: str) -> str:
    """Shorten a whole number as the language does, for example "12.4K"; other text stays."""
    digits = _GROUPS.sub("", text.strip())
    if not _WHOLE.fullmatch(digits):
        return text
    locale = locale_of(language_code)
    # To what is shown of it, or 999,950 would be a thousand thousands.
    shown = int(float(f"{int(digits):.{_SHORT_DIGITS}g}"))
    return format_compact_decimal(shown, locale=locale, fraction_digits=1)
