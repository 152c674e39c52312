from __future__ import annotations

import datetime as dt

import pytest

from og_edge.daily_limits import refusal

EVENING = dt.datetime(2026, 11, 25, 23, 59, 30, 500_000, dt.UTC)
MIDNIGHT_UNIX_S = "1795651200"


def test_the_new_cards_of_a_site_are_told_with_the_way_out() -> None:
    metadata = {"payer_id": "site_1", "daily_max": "2500", "reset_time": MIDNIGHT_UNIX_S}
    error = refusal("DAILY_GENERATIONS_REACHED", metadata, lambda: EVENING)
    assert error is not None
    assert (error.status, error.code, error.retry_after_s) == (429, "daily_cards_reached", 30)
    for told in ("site", "2,500 new cards", "2026-11-26 00:00 UTC", "Dashboard → Sites", "still"):
        assert told in error.message


def test_the_spent_credits_of_a_key_are_told_with_the_way_out() -> None:
    metadata = {"payer_id": "key_1", "daily_max": "100", "reset_time": MIDNIGHT_UNIX_S}
    error = refusal("DAILY_CREDITS_REACHED", metadata, lambda: EVENING)
    assert error is not None
    assert (error.status, error.code, error.retry_after_s) == (402, "spending_limit_reached", 30)
    for told in ("API key", "100 credits a day", "2026-11-26 00:00 UTC", "Dashboard → API Keys"):
        assert told in error.message


def test_a_day_that_is_over_by_our_clock_is_waited_for_all_the_same() -> None:
    metadata = {"payer_id": "key_1", "daily_max": "1", "reset_time": MIDNIGHT_UNIX_S}
    later = EVENING + dt.timedelta(minutes=1)
    error = refusal("DAILY_CREDITS_REACHED", metadata, lambda: later)
    assert error is not None
    assert error.retry_after_s == 1


@pytest.mark.parametrize("reason", ["INSUFFICIENT_CREDITS", "INTERNAL"])
def test_other_refusals_are_none_of_these(reason: str) -> None:
    assert refusal(reason, {}, lambda: EVENING) is None
