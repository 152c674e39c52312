"""Typed values as the card's language writes them (CLDR, by babel)."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)
from babel.units import format_compound_unit, format_unit

from og_render.fields import PayPeriod, Price, Rating

FALLBACK_LANGUAGE = "en"
_MINUS = "\N{MINUS SIGN}"
_FRACTION = re.compile(r"\.0+")
_GROUPS = re.compile(r"(?<=[0-9])[,.\u00a0\u202f' ](?=[0-9]{3})")
_SHORT_DIGITS = 4
_MINUTES_OF_HOUR = 60
_SEVERAL = 10
_DASH = "\N{EN DASH}"
_NO_UNIT = "duration-"
"""Stands in a text for which CLDR has no word."""
_BEFORE_DIGITS = re.compile(r"[^0-9]*")
_AFTER_DIGITS = re.compile(r"[^0-9]*$")
_WHOLE = re.compile(r"[0-9]{1,15}")


def locale_of(language_code: str) -> Locale:
    """Give the CLDR locale nearest to a BCP 47 code; English where CLDR has none."""
    try:
        return Locale.parse(language_code, sep="-") or Locale(FALLBACK_LANGUAGE)
    except (UnknownLocaleError, ValueError):
        primary = language_code.partition("-")[0]
        return locale_of(primary) if primary != language_code else Locale(FALLBACK_LANGUAGE)


def text_of(value: str | date | time | timedelta | Price | Rating, language_code: str) -> str:
    """Write any value but a picture."""
    match value:
        case str():
            return value.strip()
        case date():
            return date_text(value, language_code)
        case time():
            return time_text(value, language_code)
        case timedelta():
            return duration_text(value, language_code)
        case Price():
            return price_text(value, language_code)
        case Rating():
            return rating_text(value, language_code)


def date_text(day: date, language_code: str) -> str:
    """Write a day out, for example "November 23, 2026"."""
    return format_date(day, "long", locale=locale_of(language_code))


def month_text(day: date, language_code: str) -> str:
    """Write a day's month and year, for example "November 2026"."""
    return format_skeleton("yMMMM", day, locale=locale_of(language_code))


def weekday_text(day: date, language_code: str) -> str:
    """Name the day of the week, for example "Monday"."""
    return format_date(day, "cccc", locale=locale_of(language_code))


def time_text(clock: time, language_code: str) -> str:
    """Write a time of day, for example "6:30 PM" or "18:30", with "UTC" where it is one of that."""
    text = format_time(clock.replace(tzinfo=None), "short", locale=locale_of(language_code))
    return f"{text} UTC" if clock.tzinfo is not None else text


def duration_text(duration: timedelta, language_code: str) -> str:
    """Write how long something takes, to the minute, for example "1 hr 12 min"."""
    minutes = max(round(duration.total_seconds() / _MINUTES_OF_HOUR), 1)
    hours, minutes = divmod(minutes, _MINUTES_OF_HOUR)
    parts = ((hours, "duration-hour"), (minutes, "duration-minute"))
    return " ".join(_unit_text(count, unit, language_code) for count, unit in parts if count)


def _unit_text(count: int, unit: str, language_code: str) -> str:
    # Of one, babel writes "1 horas" where CLDR has one short form for all numbers; ten has it.
    several = _SEVERAL if count == 1 else count
    text = format_unit(several, unit, length="short", locale=locale_of(language_code))
    text = text.replace(str(several), str(count))
    return text if _NO_UNIT not in text else _unit_text(count, unit, FALLBACK_LANGUAGE)


def percent_off_text(percent: int, language_code: str) -> str:
    """Write a saving with a true minus sign, for example "-35%"."""
    text = format_percent(-percent / 100, locale=locale_of(language_code))
    return text.replace("-", _MINUS)


def price_text(price: Price, language_code: str) -> str:
    """Write an amount, for example "€1,299.90" or "€49"; bare where there is no currency.

    A range is "€60,000-70,000", both ends whole or neither; an amount that is paid again and again
    is "€60,000 per year".
    """
    ends = [it for it in (price.amount, price.amount_max) if it is not None]
    is_whole = all(it == it.to_integral_value() for it in ends)
    texts = [_amount_text(it, price.currency_code, language_code, is_whole=is_whole) for it in ends]
    text = texts[0] if len(texts) == 1 else _range_text(*texts)
    return _per_text(text, price.per, language_code) if price.per else text


def _amount_text(amount: Decimal, currency_code: str, language_code: str, *, is_whole: bool) -> str:
    locale = locale_of(language_code)
    if currency_code and is_whole:
        pattern = locale.currency_formats["standard"].pattern
        whole = _FRACTION.sub("", pattern)
        return format_currency(amount, currency_code, whole, locale=locale, currency_digits=False)
    if currency_code:
        return format_currency(amount, currency_code, locale=locale)
    return format_decimal(amount, locale=locale)


def _range_text(low: str, high: str) -> str:
    """Put a dash between two amounts, and what stands around both only once."""
    after = _AFTER_DIGITS.search(low)
    if after and after[0] and high.endswith(after[0]):
        low = low.removesuffix(after[0])
    before = _BEFORE_DIGITS.match(high)
    if before and low.startswith(before[0]):
        high = high.removeprefix(before[0])
    return f"{low}{_DASH}{high}"


def _per_text(amount: str, per: PayPeriod, language_code: str) -> str:
    locale = locale_of(language_code)
    for length in ("long", "short"):
        text = format_compound_unit(
            amount, denominator_unit=per.value, length=length, locale=locale
        )
        if text and _NO_UNIT not in text:
            return text
    return amount


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
