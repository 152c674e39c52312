"""Windows in this process, for the time that Valkey is away."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from og_auth.rate_limits import WINDOW_S, Usage, Window, Windows
from og_auth.valkey import ValkeyAwayError

log = structlog.get_logger()

# Beyond it the least recently used window is forgotten, and starts anew.
MAX_WINDOWS: Final = 10_000
_US_PER_S: Final = 1_000_000


class LocalWindows:
    """Exact within one process; each of `replicas` processes lets its share of a limit pass."""

    def __init__(
        self,
        replicas: int,
        window_s: float = WINDOW_S,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1_000,
    ) -> None:
        self._replicas = replicas
        self._clock_us = clock_us
        self._length_us = round(window_s * _US_PER_S)
        self._admitted: OrderedDict[str, deque[int]] = OrderedDict()

    async def admit(self, arrivals: Sequence[tuple[Window, int]]) -> list[Usage]:
        """See rate_limits.Windows."""
        return [self._admit(window, count) for window, count in arrivals]

    def _admit(self, window: Window, count: int) -> Usage:
        entries = self._entries(window.key)
        now_us = max(self._clock_us(), entries[-1] if entries else 0)
        while entries and entries[0] < now_us - self._length_us:
            entries.popleft()
        limit = max(1, window.limit // self._replicas)
        usage = Usage(len(entries), entries[0] if entries else 0, now_us, limit)
        entries.extend([now_us] * min(count, limit - usage.used))
        return usage

    def _entries(self, key: str) -> deque[int]:
        entries = self._admitted.setdefault(key, deque())
        self._admitted.move_to_end(key)
        if len(self._admitted) > MAX_WINDOWS:
            self._admitted.popitem(last=False)
        return entries


class FailoverWindows:
    """Counts in `shared`, and in `local` while Valkey is away."""

    def __init__(self, shared: Windows, local: Windows) -> None:
        self._shared = shared
        self._local = local
        self.local_batches = 0
        """How many batches were counted locally since the start."""

    async def admit(self, arrivals: Sequence[tuple[Window, int]]) -> Sequence[Usage]:
        """See rate_limits.Windows."""
        try:
            return await self._shared.admit(arrivals)
        except ValkeyAwayError:
            self.local_batches += 1
            log.debug("counted locally", batches_since_start=self.local_batches)
            return await self._local.admit(arrivals)
