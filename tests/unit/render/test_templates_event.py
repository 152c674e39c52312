from __future__ import annotations

from datetime import date

import pytest

from og_render.formatting import month_text, weekday_text
from og_render.text.fonts import FontBook
from tests.unit.render.drawn import card, pixels_of

DAY = date(2026, 12, 3)


@pytest.mark.parametrize(
    ("language", "month", "weekday"),
    [
        ("en", "December 2026", "Thursday"),
        ("de", "Dezember 2026", "Donnerstag"),
        ("ja", "2026年12月", "木曜日"),
        ("ar", "ديسمبر 2026", "الخميس"),
        ("xx", "December 2026", "Thursday"),
    ],
)
def test_month_and_weekday_are_written_in_the_cards_language(
    language: str, month: str, weekday: str
) -> None:
    assert month_text(DAY, language) == month
    assert weekday_text(DAY, language) == weekday


@pytest.mark.parametrize("text", ["2026-12-03", " 2026-12-03 ", "2026-12-03T18:30:00+01:00"])
def test_a_day_given_as_text_is_a_leaf_of_the_calendar(book: FontBook, text: str) -> None:
    typed = pixels_of(card("event/standard", title="Party", date=DAY), book)
    assert (pixels_of(card("event/standard", title="Party", date=text), book) == typed).all()


def test_a_text_that_is_no_day_stands_on_the_leaf_as_it_is(book: FontBook) -> None:
    cards = [
        pixels_of(card("event/standard", title="Party", date=text), book)
        for text in ("", "Next week", "Next month")
    ]
    assert (cards[0] != cards[1]).any()
    assert (cards[1] != cards[2]).any()


def test_every_fact_is_shown_beside_a_long_title(book: FontBook) -> None:
    facts = {"time": "18:30", "location": "Pier 9", "host": "Jane Doe"}
    whole = card("event/standard", title="हमने खोज इंजन को शुरू से बनाया " * 5, **facts)
    first = pixels_of(whole, book)
    for name in facts:
        other = card("event/standard", **{**whole.values, name: "Other"})
        assert (pixels_of(other, book) != first).any()
