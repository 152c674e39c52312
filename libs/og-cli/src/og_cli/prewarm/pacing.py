"""How fast to ask: as the rate limit allows, with room left for others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final

WINDOW_S: Final = 60.0
"""Of the rate limit (docs/api.md, "Rate limits")."""
OWN_SHARE: Final = 0.75
"""Of the limit; the rest is for crawlers, whose requests by site count after those of keys."""
MIN_PAUSE_S: Final = 1.0


class Pace:
    """Gives turns to all who ask, evenly, as soon as an answer told the limit."""

    def __init__(self) -> None:
        self._interval_s = 0.0
        self._last_s = self._next_s = time.monotonic()

    async def turn(self) -> None:
        """Wait for the next turn."""
        # What an answer tells may move the turn meanwhile.
        while (wait_s := self._next_s - time.monotonic()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait_s)
        self._last_s = time.monotonic()
        self._next_s = self._last_s + self._interval_s

    def note(self, headers: Mapping[str, str]) -> None:
        """Go by an answer's rate limit: its limit, and how much of it is left to all."""
        try:
            limit = int(headers["x-ratelimit-limit"])
            remaining = int(headers["x-ratelimit-remaining"])
            reset_s = int(headers["x-ratelimit-reset"]) - time.time()
        except (KeyError, ValueError):
            return
        if limit <= 0:
            return
        self._interval_s = WINDOW_S / (limit * OWN_SHARE)
        self._next_s = max(self._next_s, self._last_s + self._interval_s)
        if remaining < limit * (1 - OWN_SHARE):
            self.pause(min(max(reset_s, MIN_PAUSE_S), WINDOW_S))

    def pause(self, seconds: float) -> None:
        """Let nobody have a turn for so long."""
        self._next_s = max(self._next_s, time.monotonic() + seconds)
