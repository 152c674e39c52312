"""What is typed into forms of the dashboard."""

from __future__ import annotations

import datetime as dt

import grpc
import pytest

from og_edge.web.typed import Typed, last_day
from og_service.status import RemoteError

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "limit"), [("", 0), (" ", 0), ("1", 1), ("1,000", 1_000), ("1_000", 1_000)]
)
def test_a_limit_is_a_whole_number_or_nothing(text: str, limit: int) -> None:
    typed = Typed({"limit": text})
    assert (typed.limit("limit", 1_000), typed.errors) == (limit, {})


@pytest.mark.parametrize("text", ["0", "1001", "-1", "1.5", "many", "9" * 40, "\u0661"])
def test_anything_else_is_told_at_the_field(text: str) -> None:
    typed = Typed({"limit": text})
    assert typed.limit("limit", 1_000) == 0
    assert "from 1 to 1,000" in typed.errors["limit"]


def test_a_last_day_is_whole_and_comes_back_as_it_was_typed() -> None:
    typed = Typed({"day": "2026-11-26"})
    end = typed.end_of_day("day", NOW)
    assert end == dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    assert end is not None
    assert (last_day(end), typed.errors) == ("2026-11-26", {})
    assert Typed({}).end_of_day("day", NOW) is None


@pytest.mark.parametrize("text", ["2026-11-25", "soon", "2026-02-30", "9999-12-31"])
def test_a_day_that_is_over_or_none_is_told_at_the_field(text: str) -> None:
    typed = Typed({"day": text})
    typed.end_of_day("day", NOW)
    assert "Give a day" in typed.errors["day"]


def _refusal(reason: str, **violations: str) -> RemoteError:
    return RemoteError(grpc.StatusCode.INVALID_ARGUMENT, reason, "No.", {}, None, violations)


def test_what_a_service_says_goes_to_the_field_or_to_the_form() -> None:
    typed = Typed({})
    typed.refuse(_refusal("INVALID_REQUEST", **{"hosts[3]": "Not this one."}))
    typed.refuse(_refusal("TOO_MANY"), {"TOO_MANY"})
    assert typed.errors == {"hosts": "Not this one.", "form": "No."}
    with pytest.raises(RemoteError):
        typed.refuse(_refusal("AWAY"), {"TOO_MANY"})
