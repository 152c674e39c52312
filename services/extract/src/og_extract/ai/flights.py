"""One asking for all who want the same at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Flight(Generic[T]):
    task: asyncio.Task[T]
    waiting: int = 0


class Flights(Generic[T]):
    """Work that all who want the same wait for, each as long as they can.

    It ends when nobody waits any more: a model that nobody listens to costs its owner the same.
    """

    def __init__(self) -> None:
        self._flights: dict[bytes, _Flight[T]] = {}

    async def join(self, key: bytes, work: Callable[[], Coroutine[Any, Any, T]], end: float) -> T:
        """Wait for the work under way, or begin it.

        Raises what the work raises, and TimeoutError at end, a time of the running loop.
        """
        flight = self._flights.get(key) or self._begun(key, work)
        flight.waiting += 1
        try:
            async with asyncio.timeout_at(end):
                return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                self._end(key, flight)

    def _begun(self, key: bytes, work: Callable[[], Coroutine[Any, Any, T]]) -> _Flight[T]:
        flight = self._flights[key] = _Flight(asyncio.create_task(work()))
        return flight

    def _end(self, key: bytes, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.task.cancel()
