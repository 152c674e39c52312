from __future__ import annotations

import io
import re

import pytest

from og_service import progress
from og_service.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUIET_S", "TERMINAL_INTERVAL_S", "LOG_INTERVAL_S"):
        monkeypatch.setattr(progress, name, 0.0)


@pytest.mark.usefixtures("at_once")
def test_a_terminal_shows_one_line_and_none_at_the_end() -> None:
    out = Terminal()
    with Progress("accounts", out=out) as told:
        told.reach(1, 4)
        told.reach(3, 4)
    assert "\n" not in out.getvalue()
    assert "]  75%  3 of 4 accounts" in out.getvalue()
    assert out.getvalue().endswith("\r")
    assert out.getvalue().split("\r")[-2].strip() == ""


@pytest.mark.usefixtures("at_once")
def test_a_log_gets_lines() -> None:
    out = io.StringIO()
    with Progress("entries read", out=out) as told:
        told.advance(1_000)
        told.advance(1_000, "3 not understood")
    first, second = out.getvalue().splitlines()
    assert re.fullmatch(r"1,000 entries read, [\d,]+ a second", first)
    assert re.fullmatch(r"2,000 entries read, [\d,]+ a second, 3 not understood", second)


@pytest.mark.usefixtures("at_once")
def test_where_the_total_is_known_it_is_told_how_long_it_still_takes() -> None:
    out = io.StringIO()
    with Progress("turns", 3, out) as told:
        told.advance()
        told.advance(2)
    first, second = out.getvalue().splitlines()
    assert re.fullmatch(r"\[#+-+\]  33%  1 of 3 turns, \d+ s left", first)
    assert second.endswith("] 100%  3 of 3 turns, 0 s left")


def test_a_log_ends_with_the_last_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET_S", 0.0)
    out = io.StringIO()
    with Progress("accounts", out=out) as told:
        told.reach(20, 23)
        told.reach(22, 23)
        told.reach(23, 23)
    first, last = out.getvalue().splitlines()
    assert "]  87%  20 of 23 accounts" in first
    assert last.endswith("] 100%  23 of 23 accounts, 0 s left")


@pytest.mark.parametrize("out", [io.StringIO(), Terminal()])
def test_what_is_soon_done_says_nothing(out: io.StringIO) -> None:
    with Progress("entries read", out=out) as told:
        told.advance()
    assert out.getvalue() == ""
