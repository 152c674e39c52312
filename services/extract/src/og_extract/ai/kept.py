"""Answers that are worth keeping for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_ENTRIES = 4_096
MAX_BYTES = 8 * 1024 * 1024
KEEP_S = 3_600.0


class Kept(Generic[T]):
    """Answers by key, the least recently used dropped first."""

    def __init__(
        self,
        size_of: Callable[[T], int],
        *,
        max_entries: int = MAX_ENTRIES,
        max_bytes: int = MAX_BYTES,
        keep_s: float = KEEP_S,
    ) -> None:
        self._size_of = size_of
        self._max_entries, self._max_bytes, self._keep_s = max_entries, max_bytes, keep_s
        self._entries: OrderedDict[bytes, tuple[float, int, T]] = OrderedDict()
        self._bytes = 0

    def get(self, key: bytes) -> T | None:
        """Give what is kept under a key and not too old."""
        if key not in self._entries:
            return None
        until, _, answer = self._entries[key]
        if until < asyncio.get_running_loop().time():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return answer

    def put(self, key: bytes, answer: T) -> None:
        """Keep an answer."""
        if key in self._entries:
            self._drop(key)
        size = self._size_of(answer) + len(key)
        until = asyncio.get_running_loop().time() + self._keep_s
        self._entries[key] = (until, size, answer)
        self._bytes += size
        while self._bytes > self._max_bytes or len(self._entries) > self._max_entries:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        _, size, _ = self._entries.pop(key)
        self._bytes -= size
