"""One timer for many things that may all take the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Expiry(Generic[T]):
    """Calls `expire` with each thing that is watched for `after_s` and not forgotten by then.

    Since all have the same time, the first to come is the first to expire, so one timer, that of
    the first, is enough: asyncio's own, one for each, cost ten times as much. For one event loop
    at a time.
    """

    def __init__(self, after_s: float, expire: Callable[[T], None]) -> None:
        self._after_s = after_s
        self._expire = expire
        self._due_s: dict[T, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop: asyncio's own way to it is a system call (CPython 3.11)."""
        loop = self._loop
        if loop is None or not loop.is_running():
            loop = self._loop = asyncio.get_running_loop()
            self._timer = None
            self._due_s.clear()
        return loop

    def watch(self, thing: T) -> None:
        """Begin to count a thing's time."""
        loop = self.loop
        self._due_s[thing] = due_s = loop.time() + self._after_s
        if self._timer is None:
            self._timer = loop.call_at(due_s, self._look, loop)

    def forget(self, thing: T) -> None:
        """End the count: it is done."""
        self._due_s.pop(thing, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now_s = loop.time()
        expired = []
        for thing, due_s in self._due_s.items():
            if due_s > now_s:
                self._timer = loop.call_at(due_s, self._look, loop)
                break
            expired.append(thing)
        for thing in expired:
            self.forget(thing)
            self._expire(thing)
