"""The form above the history, read from its URL and written into one."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import parse_qsl, urlsplit

import pytest

from og_edge.history import CardState, Cursor, HistoryFilter
from og_edge.web.history_query import MAX_TEXT_CHARS, HistoryQuery


def test_an_empty_form_wants_everything() -> None:
    asked = HistoryQuery.read({"text": "", "by": "", "from": ""})
    assert (asked.wanted, asked.after, asked.errors) == (HistoryFilter(), None, {})
    assert not asked.is_filtered
    assert asked.path() == "/dashboard/history"


def test_what_was_filled_in_is_what_the_next_page_asks_for() -> None:
    query = {
        "text": "shoes & more",
        "template": "generic/standard",
        "by": "site_1",
        "state": "blocked",
        "from": "2026-11-01",
        "to": "2026-11-26",
    }
    asked = HistoryQuery.read({**query, "other": "x"})
    assert asked.wanted == HistoryFilter(
        "shoes & more",
        "generic/standard",
        "site_1",
        dt.date(2026, 11, 1),
        dt.date(2026, 11, 26),
        CardState.BLOCKED,
    )
    after = Cursor(dt.datetime(2026, 11, 2, 3, 4, 5, 6, dt.UTC), str(uuid.uuid4()))
    older = dict(parse_qsl(urlsplit(asked.path(after)).query))
    assert older == {**query, "after": str(after)}
    assert HistoryQuery.read(older).after == after


def test_the_dashboard_is_a_payer_without_an_id() -> None:
    assert HistoryQuery.read({"by": "dashboard"}).wanted.payer_id == ""


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "26.11.2026"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"from": "2026-11-26", "to": "2026-11-25"}, "to"),
    ],
)
def test_a_day_that_cannot_be_meant_is_told_at_its_field(query: dict[str, str], field: str) -> None:
    asked = HistoryQuery.read(query)
    assert list(asked.errors) == [field]


def test_what_no_store_takes_is_left_out() -> None:
    asked = HistoryQuery.read({"text": "a\0b" + "x" * 1_000, "state": "odd", "after": "odd"})
    assert asked.wanted.text == ("ab" + "x" * 1_000)[:MAX_TEXT_CHARS]
    assert (asked.wanted.state, asked.after) == (None, None)
