from __future__ import annotations

import pytest

from og_render.stats import Stat, stat_of
from og_render.text.fonts import FontBook
from tests.unit.render.drawn import card, pixels_of


@pytest.mark.parametrize(
    ("text", "number", "label"),
    [
        ("98%|uptime", "98%", "uptime"),
        (" 98% | of all | days ", "98%", "of all | days"),
        ("98%｜稼働率", "98%", "稼働率"),  # noqa: RUF001
        ("98% uptime", "98%", "uptime"),
        ("uptime 98%", "98%", "uptime"),
        ("12 ms median latency", "12 ms", "median latency"),
        ("10 000 users", "10 000", "users"),
        ("< 5 ms p99", "< 5 ms", "p99"),
        ("12 € saved", "12 €", "saved"),
        ("$4.2M in revenue", "$4.2M", "in revenue"),
        ("24/7 support", "24/7", "support"),
        ("190", "190", ""),
        ("Fast", "Fast", ""),
        ("|only words", "", "only words"),
    ],
)
def test_a_number_is_told_from_what_it_counts(text: str, number: str, label: str) -> None:
    assert stat_of(text) == Stat(number, label)


@pytest.mark.parametrize("text", ["", "|", "  "])
def test_nothing_is_no_number(text: str) -> None:
    assert stat_of(text) is None


def test_numbers_in_equal_tiles_share_one_size(book: FontBook) -> None:
    stats = {"stat1": "98%|a", "stat2": "12|b", "stat3": "7|c", "stat4": "1|d"}
    short = pixels_of(card("data/stat", title="Year", **stats), book)
    longer = pixels_of(card("data/stat", title="Year", **{**stats, "stat4": "1,234,567|d"}), book)
    first_tile = slice(60, 290), slice(560, 830)
    assert (short[first_tile] != longer[first_tile]).any()


def test_the_order_of_what_is_given_fills_the_tiles(book: FontBook) -> None:
    gapped = card("data/stat", title="Year", stat2="98%|a", stat4="12|b")
    packed = card("data/stat", title="Year", stat1="98%|a", stat2="12|b")
    assert (pixels_of(gapped, book) == pixels_of(packed, book)).all()
