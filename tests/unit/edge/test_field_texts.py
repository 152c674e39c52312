from __future__ import annotations

import datetime as dt

import pytest

from og_edge.field_texts import MAX_TEXT_CHARS, field_texts
from og_edge.page import PayPeriod, Price, Rating, Value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("A title", "A title"),
        ("a\0b", "ab"),
        ("x" * 300, "x" * (MAX_TEXT_CHARS - 1) + "…"),
        (dt.date(2026, 11, 26), "2026-11-26"),
        (Price("19.99", "EUR"), "19.99 EUR"),
        (Price("50000", "", "60000", PayPeriod.YEAR), "50000 to 60000 per year"),
        (Rating(4.5, 5, 1234), "4.5 of 5 (1,234 ratings)"),
        (Rating(4, 5, 0), "4 of 5"),
        (dt.timedelta(minutes=90), "1:30:00"),
    ],
)
def test_a_value_reads_as_one_line(value: Value, text: str) -> None:
    assert field_texts({"field": value}) == {"field": text}


def test_a_picture_has_no_text() -> None:
    assert field_texts({"image": b"PNG", "title": "T"}) == {"title": "T"}
