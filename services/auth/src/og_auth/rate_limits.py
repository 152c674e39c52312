"""Rate limits: never more than `limit` requests in any window of WINDOW_S.

Some draws on a window are prior: they pass while fewer prior ones than the limit were admitted,
the others while fewer of both were. So the others never push a window over its limit, and never
take anything from the prior ones. Whose draws are prior is said in quotas.py.

A window's arrivals are counted where the decision falls (valkey_windows.py, or local_windows.py
while Valkey is away): all of a batch at one moment, one after another in its order. This module
says what those counts mean for each request of the batch, by going through it in that order again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

WINDOW_S: Final = 60
_US_PER_S: Final = 1_000_000


class Window(NamedTuple):
    """Whose requests are counted, and how many pass."""

    key: str
    limit: int


class Draw(NamedTuple):
    """A wish to pass a window; it looks without being counted where `counts` is false."""

    window: Window
    counts: bool = True
    prior: bool = False


class Arrivals(NamedTuple):
    """What arrives at a window, in its order: for each whether it is prior; may be empty."""

    window: Window
    prior: Sequence[bool]


@dataclass(slots=True)
class Tally:
    """How many a window holds: of all, and of the prior ones among them."""

    limit: int
    used: int
    prior_used: int

    def admits(self, *, prior: bool) -> bool:
        """Tell whether one more passes."""
        return (self.prior_used if prior else self.used) < self.limit

    def add(self, *, prior: bool) -> None:
        """Count one more."""
        self.used += 1
        self.prior_used += prior

    def to_leave(self, *, prior: bool) -> int:
        """Give the position of the entry, oldest first, whose leaving makes room for one more.

        It is the oldest but where a limit was lowered, or prior ones came after the others.
        """
        return max(0, (self.prior_used if prior else self.used) - self.limit)


class Usage(NamedTuple):
    """A window as a batch found it; times are Unix microseconds, `limit` the one in force.

    `leaving_us` are the times of the entries at Tally.to_leave, for each count from before the
    batch to after it; `prior_leaving_us` is the one of the prior entries, None where there is none
    after it either. Prior ones stop at the limit, so it is the same throughout.
    """

    used: int
    prior_used: int
    limit: int
    now_us: int
    leaving_us: Sequence[int]
    prior_leaving_us: int | None


class Reading(NamedTuple):
    """What a draw got; `reset_us` is when there is room for one more, in Unix µs.

    That is when the oldest counted request leaves, unless more than the limit are there.
    """

    admitted: bool
    limit: int
    remaining: int
    reset_us: int


class Windows(Protocol):
    """Counts arrivals in windows."""

    async def admit(self, arrivals: Sequence[Arrivals]) -> Sequence[Usage]:
        """Count those of each window's arrivals that pass, and tell what was there before.

        Each window occurs once; empty arrivals look only. What does not pass leaves no trace.
        """


class RateLimiter:
    """Decides draws in the order given, with one count for each window they name."""

    def __init__(self, windows: Windows, window_s: float = WINDOW_S) -> None:
        self._windows = windows
        self._length_us = round(window_s * _US_PER_S)

    async def decide(self, draws: Sequence[Draw]) -> list[Reading]:
        """Give one reading for each draw."""
        arriving: dict[Window, list[bool]] = {}
        for window, counts, prior in draws:
            arrived = arriving.setdefault(window, [])
            if counts:
                arrived.append(prior)
        arrivals = [Arrivals(window, arrived) for window, arrived in arriving.items()]
        usages = await self._windows.admit(arrivals) if arrivals else []
        replays = {
            window: _Replay(window, usage, self._length_us)
            for window, usage in zip(arriving, usages, strict=True)
        }
        return [replays[draw.window].draw(draw) for draw in draws]


class _Replay:
    """Goes once more through a window's draws, all at one moment, as the count did."""

    def __init__(self, window: Window, usage: Usage, length_us: int) -> None:
        self._shown_limit = window.limit
        self._usage = usage
        self._limit = usage.limit
        self._used, self._prior_used = usage.used, usage.prior_used
        self._left = max(0, usage.used - usage.limit)
        self._length_us = length_us

    def draw(self, draw: Draw) -> Reading:
        """Do as Tally does, written out: it is done for each request."""
        _, counts, prior = draw
        used, limit = self._prior_used if prior else self._used, self._limit
        admitted = used < limit
        if admitted and counts:
            used += 1
            self._used += 1
            self._prior_used += prior
        reset_us = self._leaving_us(prior) + self._length_us if used else self._usage.now_us
        return Reading(admitted, self._shown_limit, max(0, limit - used), reset_us)

    def _leaving_us(self, prior: bool) -> int:  # noqa: FBT001 - as in a draw
        if prior:
            assert self._usage.prior_leaving_us  # noqa: S101 - there is one, or nobody would ask
            return self._usage.prior_leaving_us
        return self._usage.leaving_us[max(0, self._used - self._limit) - self._left]
