from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, Self

from og_service.status import RemoteError

ENOUGH_SHARE: Final = 0.9
"""Of a step's usual time: what fails with so much of it has failed by itself."""


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

    @contextmanager
    def step(self, at_most_s: float, *, keep_s: float = 0) -> Iterator[Step]:
        """Give one call its time: at_most_s, or what is left of the request's.

        Raises OutOfTimeError when nothing is left, and where the call failed for having too little:
        the next request may have more, so that is no failure to tell others of.
        """
        step = Step(self.remaining_s(at_most_s, keep_s=keep_s), at_most_s, time.monotonic())
        try:
            yield step
        except RemoteError as error:
            if error.is_timeout and step.is_short:
                raise OutOfTimeError from error
            raise


class Step(NamedTuple):
    """The time that one call has, and what it is given where a request has plenty."""

    timeout_s: float
    usual_s: float
    begun_monotonic_s: float

    @property
    def is_short(self) -> bool:
        """Whether the request's deadline left it much less than usual."""
        return self.timeout_s < self.usual_s * ENOUGH_SHARE

    def used_share(self) -> float:
        """Tell how much of its time is over; 1 is all of it."""
        return (time.monotonic() - self.begun_monotonic_s) / self.timeout_s
