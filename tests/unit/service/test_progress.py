from __future__ import annotations

import io

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
    with Progress("accounts", out) as told:
        told.reach(1, 4)
        told.reach(3, 4)
    assert "\n" not in out.getvalue()
    assert "]  75%  3 of 4 accounts" in out.getvalue()
    assert out.getvalue().endswith("\r")
    assert out.getvalue().split("\r")[-2].strip() == ""


@pytest.mark.usefixtures("at_once")
def test_a_log_gets_lines() -> None:
    out = io.StringIO()
    with Progress("entries read", out) as told:
        told.advance(1_000)
        told.advance(1_000)
    assert out.getvalue().splitlines() == ["1,000 entries read", "2,000 entries read"]


@pytest.mark.parametrize("out", [io.StringIO(), Terminal()])
def test_what_is_soon_done_says_nothing(out: io.StringIO) -> None:
    with Progress("entries read", out) as told:
        told.advance()
    assert out.getvalue() == ""
