from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from og_render.fields import Price, Rating
from og_render.formatting import count_text, date_text, price_text, rating_text, short_count

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
