from __future__ import annotations

import time
from typing import NamedTuple, Self


class OutOfTimeError(TimeoutError):
    """A request has no time left, which says nothing of what it waited for."""

    def __init__(self) -> None:
        super().__init__("the request has no time left")


class Deadline(NamedTuple):
    """The moment by which a request must be answered; one for all the calls it leads to."""

    at_monotonic_s: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """Give the deadline that is so many seconds away."""
        return cls(time.monotonic() + seconds)

    @property
    def left_s(self) -> float:
        """Give the seconds left for everything, less than 0 once it has passed."""
        return self.at_monotonic_s - time.monotonic()

    def remaining_s(self, at_most_s: float = float("inf"), *, keep_s: float = 0) -> float:
        """Give the seconds left for one step, keeping keep_s for later ones.

        Raises OutOfTimeError when nothing is left.
        """
        left_s = min(self.left_s - keep_s, at_most_s)
        if left_s <= 0:
            raise OutOfTimeError
        return left_s
