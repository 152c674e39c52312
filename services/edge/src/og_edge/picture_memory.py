"""The bytes of cards that were asked for lately, in front of wherever all of them are."""

from __future__ import annotations

import asyncio
from typing import Final

from og_edge.bounded_cache import BoundedCache
from og_edge.metrics import count_lookups, watch_memory
from og_edge.pictures import PictureStore
from og_service import tracing
from og_service.tracing import Span

ENTRY_BYTES: Final = 512
"""What keeping an object takes beside its bytes: its name twice, two dictionary slots."""


class PictureMemory:
    """PictureStore that keeps what passes through it, at most max_bytes.

    An object never changes: each drawing has a name of its own, and which name is a card's is read
    from the index for every answer. So what is kept here is never wrong, at worst no longer
    asked for, and needs no word from other processes.
    """

    def __init__(self, store: PictureStore, max_bytes: int) -> None:
        self._store = store
        self._kept: BoundedCache[str, bytes] = BoundedCache(max_bytes)
        watch_memory(lambda: self._kept.size_bytes, max_bytes)
        self._fills: dict[tuple[str, int], tuple[asyncio.Task[bytes | None], Span | None]] = {}
        """Reads under way, and the spans of who asked first."""

    def at_hand(self, name: str, size_bytes: int) -> bytes | None:
        """Give the whole object if it is kept here."""
        data = self._kept.get(name)
        return data if data is not None and len(data) == size_bytes else None

    async def get(self, name: str, size_bytes: int) -> bytes | None:
        """See PictureStore. Who asks for the same object at the same time shares one read."""
        if (data := self.at_hand(name, size_bytes)) is not None:
            count_lookups("memory", hits=1)
            return data
        count_lookups("memory", misses=1)
        if begun := self._fills.get((name, size_bytes)):
            fill, leader = begun
            with tracing.awaited("wait for who asked first", leader):
                return await asyncio.shield(fill)
        # A task of its own: who began it may hang up while others wait.
        fill = asyncio.create_task(self._fill(name, size_bytes))
        self._fills[name, size_bytes] = fill, tracing.current()
        fill.add_done_callback(lambda _: self._fills.pop((name, size_bytes)))
        return await asyncio.shield(fill)

    async def put(self, name: str, data: bytes) -> None:
        """See PictureStore."""
        await self._store.put(name, data)
        self._keep(name, data)

    async def delete(self, name: str) -> None:
        """See PictureStore."""
        self._kept.drop(name)
        await self._store.delete(name)

    async def _fill(self, name: str, size_bytes: int) -> bytes | None:
        data = await self._store.get(name, size_bytes)
        if data is not None:
            self._keep(name, data)
        return data

    def _keep(self, name: str, data: bytes) -> None:
        self._kept.put(name, data, len(data) + ENTRY_BYTES)
