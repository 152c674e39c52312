"""What of a model's text counts as said by the page."""

from __future__ import annotations

import pytest

from og_extract.ai.numbers import has_all_numbers
from og_extract.ai.words import Vocabulary, scripts_of


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("1,299.50", "It costs 1299.50 today."),
        ("1 299,5", "It costs 1,299.50 today."),
        ("1.299,50", "It costs 1299.5 today."),
        ("12,000 nests", "about 12 000 nests"),
        ("12 000 nests", "about 12000 nests"),
        ("12\u202f000 nests", "about 12.000 nests"),
        ("in 2024", "on 2024-05-17"),
        ("5 April", "2024-04-05"),
        ("40%", "40 % of them"),
        ("40 Prozent", "40% davon"),
        ("40 of them", "40 % of them"),
        ("3.50", "3,5"),
        ("٣ كتب", "3 books"),
        ("第3回", "第３回"),
        ("16GB", "16 GB of memory"),
        ("version 3.11.7", "Python 3.11.7 is out"),
        ("2023 2024", "2023 and 2024"),
        ("in 2024 99 bees", "99 bees in 2024"),
        ("2024 99%", "99% in 2024"),
        ("5 099 bees", "5,099 bees"),
        ("99 bees", "in 2024 99 bees"),
        ("٤\u066b٣ من ٤", "4.3 of 4"),
        ("٢٬٢٩٩", "2,299"),
        ("10%", "10パーセント"),
        ("٢٣٪", "23 بالمئة"),
        ("10 %", "%10 indirim"),
        ("25 %", "eine 25-prozentige Lösung"),
        ("no numbers at all", ""),
    ],
)
def test_a_number_is_one_however_it_is_written(text: str, page: str) -> None:
    assert has_all_numbers(text, page)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("17 facts", "Facts about bees"),
        ("1,300", "It costs 1299.50 today."),
        ("40%", "40 of them"),
        ("4 km", "40 km"),
        ("2024", "20 24"),
        ("3.11.8", "Python 3.11.7 is out"),
        ("5 stars, 3 reviews", "5 stars"),
        ("in 2024 99 bees", "in 2024"),
        ("Since 1999 500 customers", "since 1999"),
        ("2024 99%", "99 of them in 2024"),
        ("%10", "10 of them"),
        ("1.5 times", "15 times"),
    ],
)
def test_a_number_that_the_page_does_not_state(text: str, page: str) -> None:
    assert not has_all_numbers(text, page)


@pytest.mark.parametrize(
    ("text", "page", "share"),
    [
        ("Bees of the valley", "The bees of the valley fly", 1.0),
        ("BEES OF THE VALLEY", "bees of the valley", 1.0),
        ("Walking in cafes", "They walked in cafés", 1.0),
        ("Bienen im Tal", "Bees of the valley", 0.0),
        ("bees fly", "bees swim", 4 / 7),
        ("2024", "20245", 0.0),
        ("谷の蜂", "谷の蜂たち", 1.0),
        ("谷の野生の蜂", "谷の蜂", 4 / 6),
        ("株価の話", "谷の蜂", 0.0),
        ("蜂", "谷の蜂", 0.0),
        ("한국의 벌은", "한국의 벌과 꽃", 3 / 5),
        ("ผึ้งในหุบเขา", "ผึ้งในหุบเขาบินไปหาอาหาร", 1.0),
        ("пчёлы долины", "Пчелы долины летают", 1.0),
        ("…!?", "anything", 1.0),
        ("anything", "", 0.0),
    ],
)
def test_words_are_counted_by_their_letters(text: str, page: str, share: float) -> None:
    assert Vocabulary([page]).share_of(text) == pytest.approx(share, abs=0.01)


def test_scripts_are_told_apart() -> None:
    assert scripts_of("Bees 12!") == {"LATIN": 4}
    assert scripts_of("谷の蜂カ") == {"CJK": 4}
    assert scripts_of("Пч ab") == {"CYRILLIC": 2, "LATIN": 2}
