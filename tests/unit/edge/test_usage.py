"""What was spent, added up, and how high its bars stand."""

from __future__ import annotations

import datetime as dt

import pytest

from og_edge.credit_books import DaySpending
from og_edge.usage import Usage, added_up
from og_edge.web.charts import HEIGHT, chart_of

TODAY = dt.date(2026, 11, 26)
YESTERDAY = TODAY - dt.timedelta(days=1)


def usage_of(*spendings: DaySpending, days: int = 3) -> Usage:
    return added_up(spendings, TODAY - dt.timedelta(days=days - 1), TODAY)


def test_every_day_is_there_and_every_payer_is_added_up() -> None:
    usage = usage_of(
        DaySpending(TODAY, "site_1", 23, 2, 3),
        DaySpending(TODAY, "", 10, 1, 0),
        DaySpending(YESTERDAY, "site_1", 5, 0, 5),
        DaySpending(TODAY + dt.timedelta(days=1), "site_1", 1, 0, 1),
        DaySpending(TODAY - dt.timedelta(days=3), "site_1", 1, 0, 1),
    )
    assert [(day, spent.spent_credits) for day, spent in usage.days] == [
        (TODAY - dt.timedelta(days=2), 0),
        (YESTERDAY, 5),
        (TODAY, 33),
    ]
    assert [(payer_id, spent.spent_credits) for payer_id, spent in usage.payers] == [
        ("site_1", 28),
        ("", 10),
    ]
    assert (usage.total.generations, usage.total.cached_cards) == (3, 8)
    assert usage.total.hit_percent == 72


def test_without_answers_there_is_no_hit_rate() -> None:
    assert usage_of().total.hit_percent is None


@pytest.mark.parametrize(
    ("spent", "top"), [(0, 10), (10, 10), (11, 15), (85, 100), (100, 100), (2_300, 2_500)]
)
def test_the_top_of_a_chart_is_a_round_number_above_all_bars(spent: int, top: int) -> None:
    assert chart_of(usage_of(DaySpending(TODAY, "", spent, spent // 10, 0))).top_credits == top


def test_a_bar_stands_on_the_ground_and_is_as_high_as_what_was_spent() -> None:
    bar = chart_of(usage_of(DaySpending(TODAY, "", 10, 0, 4))).bars[-1]
    assert bar.cached_y + bar.cached_height == HEIGHT
    assert bar.new_y + bar.new_height == bar.cached_y
    assert (bar.cached_height, bar.new_height) == (HEIGHT * 0.4, HEIGHT * 0.6)
