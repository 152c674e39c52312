"""What is kept in this process because it never changes, within so many bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Keeps values by key, at most `max_bytes` of them together; the longest unused make room."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Give what is kept under key."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, size_bytes: int) -> None:
        """Keep value, unless it is larger than all there is room for."""
        self.drop(key)
        if size_bytes > self._max_bytes:
            return
        self._kept[key] = (value, size_bytes)
        self._bytes += size_bytes
        while self._bytes > self._max_bytes:
            _, (_, freed_bytes) = self._kept.popitem(last=False)
            self._bytes -= freed_bytes

    def drop(self, key: K) -> None:
        """Forget what is kept under key."""
        if (found := self._kept.pop(key, None)) is not None:
            self._bytes -= found[1]

    @property
    def size_bytes(self) -> int:
        """How much is kept."""
        return self._bytes
