"""Windows in this process, for the time that Valkey is away."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final

from og_auth.metrics import LOCAL_WINDOW_BATCHES
from og_auth.rate_limits import WINDOW_S, Arrivals, Tally, Usage, Window, Windows
from og_auth.valkey import ValkeyAwayError

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
        self._logs: OrderedDict[str, _Log] = OrderedDict()

    async def admit(self, arrivals: Sequence[Arrivals]) -> list[Usage]:
        """See rate_limits.Windows."""
        return [self._admit(each.window, each.prior) for each in arrivals]

    def _admit(self, window: Window, arrivals: Sequence[bool]) -> Usage:
        log = self._logof(window.key)
        now_us = self._clock_us()
        log.settle(now_us, self._length_us)
        limit = max(1, window.limit // self._replicas)
        before = Tally(limit, len(log.all_us), len(log.prior_us))
        after = replace(before)
        for prior in arrivals:
            if after.admits(prior=prior):
                after.add(prior=prior)
                log.add(now_us, prior=prior)
        leaving = range(before.to_leave(prior=False), after.to_leave(prior=False) + 1)
        return Usage(
            used=before.used,
            prior_used=before.prior_used,
            limit=limit,
            now_us=now_us,
            leaving_us=[log.all_us[n] for n in leaving] if log.all_us else [],
            prior_leaving_us=log.prior_us[after.to_leave(prior=True)] if log.prior_us else None,
        )

    def _logof(self, key: str) -> _Log:
        log = self._logs.setdefault(key, _Log())
        self._logs.move_to_end(key)
        if len(self._logs) > MAX_WINDOWS:
            self._logs.popitem(last=False)
        return log


@dataclass(slots=True)
class _Log:
    """When a window's requests were admitted, oldest first: all, and the prior ones among them."""

    all_us: deque[int] = field(default_factory=deque)
    prior_us: deque[int] = field(default_factory=deque)

    def add(self, now_us: int, *, prior: bool) -> None:
        self.all_us.append(now_us)
        if prior:
            self.prior_us.append(now_us)

    def settle(self, now_us: int, length_us: int) -> None:
        """Do as windows.lua does, also where the clock was set back."""
        for times_us in (self.all_us, self.prior_us):
            ahead = sum(1 for _ in takewhile(lambda time_us: time_us > now_us, reversed(times_us)))
            for n in range(ahead):
                times_us[-1 - n] = now_us
            while times_us and times_us[0] < now_us - length_us:
                times_us.popleft()


class FailoverWindows:
    """Counts in `shared`, and in `local` while Valkey is away."""

    def __init__(self, shared: Windows, local: Windows) -> None:
        self._shared = shared
        self._local = local

    async def admit(self, arrivals: Sequence[Arrivals]) -> Sequence[Usage]:
        """See rate_limits.Windows."""
        try:
            return await self._shared.admit(arrivals)
        except ValkeyAwayError:
            LOCAL_WINDOW_BATCHES.inc()
            return await self._local.admit(arrivals)
