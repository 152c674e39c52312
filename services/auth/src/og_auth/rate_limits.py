"""Rate limits: never more than `limit` requests in any window of WINDOW_S.

A window's arrivals are counted where the decision falls (valkey_windows.py, or local_windows.py
while Valkey is away); this module says what those counts mean for each request of a batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from og_auth.accounts import Account
from og_auth.clients import Client

WINDOW_S: Final = 60
FAILED_ATTEMPTS_PER_MINUTE: Final = 60
_US_PER_S: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """Whose requests are counted, and how many pass."""

    key: str
    limit: int


@dataclass(frozen=True, slots=True)
class Draw:
    """A wish to pass a window; it looks without being counted where `counts` is false."""

    window: Window
    counts: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """A window as a batch found it; times are Unix microseconds, `limit` the one in force."""

    used: int
    oldest_us: int
    now_us: int
    limit: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a draw got; `reset_us` is when the oldest counted request leaves, in Unix µs."""

    admitted: bool
    limit: int
    remaining: int
    reset_us: int


class Windows(Protocol):
    """Counts arrivals in windows."""

    async def admit(self, arrivals: Sequence[tuple[Window, int]]) -> Sequence[Usage]:
        """Count as many of each window's arrivals as still pass, and tell what was there before.

        Each window occurs once; 0 arrivals look only. Arrivals that do not pass leave no trace.
        """


def account_window(account: Account) -> Window:
    """Name the window of an account's good requests."""
    # The braces keep what belongs to one account on one node of a cluster.
    return Window(f"auth:requests:{{{account.account_id}}}", account.rate_limit)


def failures_window(client: Client) -> Window:
    """Name the window of a client address's failed attempts."""
    return Window(f"auth:failures:{{{client.digest}}}", FAILED_ATTEMPTS_PER_MINUTE)


class RateLimiter:
    """Decides draws in the order given, with one count for each window they name."""

    def __init__(self, windows: Windows, window_s: float = WINDOW_S) -> None:
        self._windows = windows
        self._length_us = round(window_s * _US_PER_S)

    async def decide(self, draws: Sequence[Draw]) -> list[Reading]:
        """Give one reading for each draw."""
        arrivals = Counter({draw.window: 0 for draw in draws})
        for draw in draws:
            arrivals[draw.window] += draw.counts
        usages = await self._windows.admit(list(arrivals.items())) if arrivals else []
        replays = {
            window: _Replay(window, usage, self._length_us)
            for window, usage in zip(arrivals, usages, strict=True)
        }
        return [replays[draw.window].draw(counts=draw.counts) for draw in draws]


class _Replay:
    """Goes once more through a window's draws, all at one moment, as the count did."""

    def __init__(self, window: Window, usage: Usage, length_us: int) -> None:
        self._shown_limit = window.limit
        self._usage = usage
        self._used = usage.used
        self._length_us = length_us

    def draw(self, *, counts: bool) -> Reading:
        admitted = self._used < self._usage.limit
        self._used += admitted and counts
        return Reading(
            admitted=admitted,
            limit=self._shown_limit,
            remaining=max(0, self._usage.limit - self._used),
            reset_us=self._reset_us(),
        )

    def _reset_us(self) -> int:
        if self._used == 0:
            return self._usage.now_us
        oldest_us = self._usage.oldest_us if self._usage.used else self._usage.now_us
        return oldest_us + self._length_us
