"""Telling on standard error how far long work has come."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final, Self, TextIO

QUIET_S: Final = 2.0
"""What is done sooner says nothing."""
TERMINAL_INTERVAL_S: Final = 0.2
LOG_INTERVAL_S: Final = 10.0
BAR_CELLS: Final = 24


class Progress:
    """Counts work done; on a terminal it rewrites one line, elsewhere it adds one now and then.

    Where the total is known there is a bar and the time left, else how fast it goes. Leaving the
    context clears the line; elsewhere it adds how far the work came.
    """

    def __init__(self, what: str, total: int | None = None, out: TextIO | None = None) -> None:
        self._what = what
        self._total = total
        self._out = out or sys.stderr
        self._on_terminal = self._out.isatty()
        self._done = 0
        self._told_done: int | None = None
        self._note = ""
        self._width = 0
        self._begin_s = time.monotonic()
        self._due_s = self._begin_s + QUIET_S

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._told_done is None:
            return
        if self._on_terminal:
            self._out.write("\r" + " " * self._width + "\r")
            self._out.flush()
        elif self._told_done != self._done:
            self._tell(time.monotonic())

    def advance(self, done: int = 1, note: str = "") -> None:
        """Count what was done, and tell if it is time; a note stands behind the count."""
        self.reach(self._done + done, self._total, note)

    def reach(self, done: int, total: int | None = None, note: str = "") -> None:
        """Note how far it has come, and tell if it is time."""
        self._done, self._total, self._note = done, total, note
        now_s = time.monotonic()
        if now_s >= self._due_s:
            self._tell(now_s)

    def _tell(self, now_s: float) -> None:
        self._told_done = self._done
        self._due_s = now_s + (TERMINAL_INTERVAL_S if self._on_terminal else LOG_INTERVAL_S)
        line = ", ".join(
            filter(None, (self._count(), self._pace(now_s - self._begin_s), self._note))
        )
        if self._on_terminal:
            self._out.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            self._out.write(line + "\n")
        self._out.flush()

    def _count(self) -> str:
        if not self._total:
            return f"{self._done:,} {self._what}"
        share = min(self._done / self._total, 1)
        filled = round(share * BAR_CELLS)
        bar = "#" * filled + "-" * (BAR_CELLS - filled)
        return f"[{bar}] {share:4.0%}  {self._done:,} of {self._total:,} {self._what}"

    def _pace(self, passed_s: float) -> str:
        if not (self._done and passed_s):
            return ""
        if self._total:
            return f"{passed_s * max(self._total - self._done, 0) / self._done:,.0f} s left"
        a_second = self._done / passed_s
        return f"{a_second:,.0f} a second" if a_second >= 1 else f"{60 * a_second:,.0f} a minute"
