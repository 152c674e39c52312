"""What a call may still use: time of its own, and bytes of the memory that all calls share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

from og_extract.errors import ExtractQueueFullError
from og_extract.gate import RETRY_AFTER_S
from og_extract.metrics import HELD_BYTES


class ByteBudget:
    """Bytes that all calls together may hold.

    Nobody waits for bytes: who did, holding some already, could wait for another who does.
    """

    def __init__(self, max_bytes: int) -> None:
        self._free_bytes = max_bytes
        HELD_BYTES.set_function(lambda: max_bytes - self._free_bytes)

    @contextmanager
    def holding(self) -> Iterator[Holding]:
        """Give back what was taken when the context ends."""
        holding = Holding(self)
        try:
            yield holding
        finally:
            holding.give_back(holding.held_bytes)

    def move(self, count: int) -> None:
        """Take count bytes, or give back as many where it is negative."""
        if count > self._free_bytes:
            raise ExtractQueueFullError(RETRY_AFTER_S)
        self._free_bytes -= count


class Holding:
    """The bytes that one call holds."""

    def __init__(self, budget: ByteBudget) -> None:
        self._budget = budget
        self.held_bytes = 0

    def take(self, count: int) -> None:
        """Count bytes as held. Raises ExtractQueueFullError where all calls hold too many."""
        self._budget.move(count)
        self.held_bytes += count

    def give_back(self, count: int) -> None:
        """Count bytes as dropped."""
        self._budget.move(-count)
        self.held_bytes -= count


class SharedBytes:
    """Bytes that several calls use: held once, from the first to the last of them."""

    def __init__(self, budget: ByteBudget, count: int) -> None:
        self._budget = budget
        self._count = count
        self._users = 0

    @contextmanager
    def used(self) -> Iterator[None]:
        """Count the bytes as held. Raises ExtractQueueFullError where all calls hold too many."""
        if not self._users:
            self._budget.move(self._count)
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._budget.move(-self._count)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Passed along with the work of one call."""

    end: float
    """A time of the running loop."""
    held: Holding

    def until(self, end: float) -> Self:
        """Give the same with no more time than until end."""
        return replace(self, end=min(end, self.end))
