"""How long each step of drawing takes."""

from __future__ import annotations

import time
from typing import Final

STEPS: Final = ("pictures", "layout", "raster", "encode")


class Laps:
    """A clock that is read at the end of each step; begun when it is made."""

    def __init__(self) -> None:
        self._last_s = time.perf_counter()
        self.steps_s: dict[str, float] = {}
        """Seconds by step of STEPS."""

    def end(self, step: str) -> None:
        """Note what passed since the step before."""
        now_s = time.perf_counter()
        self.steps_s[step] = now_s - self._last_s
        self._last_s = now_s
