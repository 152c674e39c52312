"""A bar on standard error."""

from __future__ import annotations

import sys
import time

_WIDTH = 30


class Progress:
    """Shows how far a run is and how long it still takes."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total = label, total
        self._done = 0
        self._started = time.monotonic()

    def step(self, amount: int = 1) -> None:
        """Count what was done; a terminal sees each step, a file every tenth part."""
        before, self._done = self._done, self._done + amount
        is_tenth = self._done * 10 // self._total != before * 10 // self._total
        if not (is_tenth or sys.stderr.isatty()):
            return
        filled = _WIDTH * self._done // self._total
        passed_s = time.monotonic() - self._started
        left_s = passed_s * (self._total - self._done) / self._done
        bar = "█" * filled + "·" * (_WIDTH - filled)
        start, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")
        line = f"{start}{self._label:<12} {bar} {self._done}/{self._total}, {left_s:4.0f} s left"
        print(line, end=end if self._done < self._total else "\n", file=sys.stderr, flush=True)
