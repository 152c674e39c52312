from __future__ import annotations

import time
from typing import TextIO

_PAUSE_S = 0.1


class Progress:
    """One line on a terminal that tells how far a run is; nothing on what is none."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_shown = stream.isatty()
        self._started = time.monotonic()
        self._shown_at = 0.0
        self._pages = self._failed = 0

    def step(self, *, failed: bool) -> None:
        """Count a line that was answered."""
        self._pages += 1
        self._failed += failed
        if self._is_shown and time.monotonic() - self._shown_at >= _PAUSE_S:
            self._show(end="")

    def end(self) -> None:
        """Leave the last count standing."""
        if self._is_shown:
            self._show(end="\n")

    def _show(self, end: str) -> None:
        self._shown_at = time.monotonic()
        per_s = self._pages / max(self._shown_at - self._started, _PAUSE_S)
        line = f"\r{self._pages:,} pages, {per_s:.0f} a second, {self._failed:,} not read"
        print(line, end=end, file=self._stream, flush=True)
