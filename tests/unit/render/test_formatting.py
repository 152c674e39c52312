from __future__ import annotations

from datetime import UTC, date, time, timedelta
from decimal import Decimal

import pytest
from babel.localedata import locale_identifiers

from og_render.fields import PayPeriod, Price, Rating
from og_render.formatting import (
    count_text,
    date_text,
    duration_text,
    price_text,
    rating_text,
    short_count,
    time_text,
)

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "November 23, 2026"),
        ("en-GB", "23 November 2026"),
        ("de", "23. November 2026"),
        ("ja", "2026年11月23日"),
        ("pt-BR", "23 de novembro de 2026"),
        ("zz", "November 23, 2026"),
        ("de-XX", "23. November 2026"),
        ("zh-Hant-TW", "2026年11月23日"),
    ],
)
def test_days_are_written_in_the_language(language: str, expected: str) -> None:
    assert date_text(date(2026, 11, 23), language) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "language", "expected"),
    [
        ("1299.90", "USD", "en", "$1,299.90"),
        ("49.00", "USD", "en", "$49"),
        ("1299.9", "EUR", "de", f"1.299,90{NBSP}€"),
        ("49", "EUR", "de", f"49{NBSP}€"),
        ("12800", "JPY", "ja", "￥12,800"),
        ("1299.90", "", "en", "1,299.9"),
        ("899.00", "INR", "hi", "₹899"),
        ("5", "XXX", "en", "¤5"),
        ("0.5", "BTC", "en", "BTC0.50"),
        ("1234567.00", "USD", "en", "$1,234,567"),
    ],
)
def test_prices_are_written_in_the_language(
    amount: str, currency: str, language: str, expected: str
) -> None:
    written = price_text(Price(Decimal(amount), currency), language)
    assert written.replace("BTC" + NBSP, "BTC") == expected


@pytest.mark.parametrize(
    ("price", "language", "expected"),
    [
        (("145000", "USD", "180000", PayPeriod.YEAR), "en", "$145,000-180,000 per year"),
        (("145000", "EUR", "180000", PayPeriod.YEAR), "de", "145.000-180.000 € pro Jahr"),
        (("17.50", "EUR", None, PayPeriod.HOUR), "de", "17,50 € pro Stunde"),
        (("2500", "EUR", None, PayPeriod.MONTH), "fr", "2 500 € par mois"),
        (("300000", "JPY", None, PayPeriod.MONTH), "ja", "￥300,000/月"),
        (("10", "USD", "12.50", None), "en", "$10.00-12.50"),
        (("10", "", "12", PayPeriod.DAY), "en", "10-12 per day"),
    ],
)
def test_ranges_and_what_is_paid_again(
    price: tuple[str, str, str | None, PayPeriod | None], language: str, expected: str
) -> None:
    amount, currency, high, per = price
    range_ = Price(Decimal(amount), currency, Decimal(high) if high else None, per)
    written = price_text(range_, language).replace("\N{EN DASH}", "-")
    assert " ".join(written.split()) == expected


@pytest.mark.parametrize(
    ("minutes", "language", "expected"),
    [
        (0.4, "en", "1 min"),
        (48, "en", "48 min"),
        (60, "en", "1 hr"),
        (72.6, "en", "1 hr 13 min"),
        (72, "de", "1 Std. 12 Min."),
        (61, "es", "1 h 1 min"),
        (48, "ja", "48 分"),
        (48, "zz", "48 min"),
    ],
)
def test_durations_are_written_in_the_language(
    minutes: float, language: str, expected: str
) -> None:
    written = duration_text(timedelta(minutes=minutes), language)
    assert " ".join(written.split()) == expected


def test_times_of_day_are_written_in_the_language() -> None:
    assert " ".join(time_text(time(18, 30), "en").split()) == "6:30 PM"
    assert time_text(time(18, 30), "de") == "18:30"
    assert time_text(time(17, 30, tzinfo=UTC), "fr") == "17:30 UTC"


@pytest.mark.parametrize("language", sorted(it.replace("_", "-") for it in locale_identifiers()))
def test_every_language_has_words_for_how_long_and_how_often(language: str) -> None:
    written = [duration_text(timedelta(minutes=72), language), time_text(time(9), language)]
    written += [price_text(Price(Decimal(9), "EUR", None, per), language) for per in PayPeriod]
    assert not [text for text in written if "duration" in text or not any(map(str.isdigit, text))]


def test_ratings_have_one_decimal_and_a_count_where_it_is_known() -> None:
    assert rating_text(Rating(4.64), "en") == "4.6"
    assert rating_text(Rating(4), "de") == "4,0"
    assert count_text(Rating(4, rating_count=12_840), "en") == "(12,840)"
    assert count_text(Rating(4), "en") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [("999", "999"), ("12,400", "12.4K"), ("999949", "999.9K"), ("999950", "1M"), ("many", "many")],
)
def test_counts_are_short(text: str, shown: str) -> None:
    assert short_count(text, "en") == shown
