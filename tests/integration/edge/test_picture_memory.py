"""The memory in front of a store whose objects are files."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from og_edge.picture_memory import ENTRY_BYTES, PictureMemory
from og_edge.pictures import ObjectPictureStore, PictureStore, open_object_store

DATA = bytes(range(256)) * 100
NAME = "ab/1.png"


class CountedReads:
    """A store that counts what is read of it, reads when it is let, and may be away."""

    def __init__(self, store: PictureStore) -> None:
        self._store = store
        self.reads = 0
        self.is_away = False
        self.may_read = asyncio.Event()
        self.may_read.set()

    async def get(self, name: str, size_bytes: int) -> bytes | None:
        self.reads += 1
        await self.may_read.wait()
        if self.is_away:
            raise OSError("away")
        return await self._store.get(name, size_bytes)

    async def put(self, name: str, data: bytes) -> None:
        await self._store.put(name, data)

    async def delete(self, name: str) -> None:
        await self._store.delete(name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cards"


@pytest.fixture
def store(folder: Path) -> CountedReads:
    return CountedReads(ObjectPictureStore(open_object_store(folder.as_uri())))


async def test_what_was_put_or_got_needs_no_store(store: CountedReads, folder: Path) -> None:
    await PictureMemory(store, 10**6).put(NAME, DATA)
    memory = PictureMemory(store, 10**6)
    assert await memory.get(NAME, len(DATA)) == DATA
    await memory.put("ab/2.png", DATA[::-1])
    shutil.rmtree(folder)
    assert await memory.get(NAME, len(DATA)) == DATA
    assert await memory.get("ab/2.png", len(DATA)) == DATA[::-1]
    assert store.reads == 1


async def test_who_asks_at_the_same_time_shares_a_read_and_may_leave_it(
    store: CountedReads,
) -> None:
    await store.put(NAME, DATA)
    memory = PictureMemory(store, 10**6)
    store.may_read.clear()
    asks = [asyncio.create_task(memory.get(NAME, len(DATA))) for _ in range(20)]
    await asyncio.sleep(0)
    asks[0].cancel()
    store.may_read.set()
    done = await asyncio.gather(*asks, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert done[1:] == [DATA] * 19
    assert store.reads == 1


async def test_what_is_gone_or_of_another_size_is_none(store: CountedReads) -> None:
    memory = PictureMemory(store, 10**6)
    assert await memory.get(NAME, len(DATA)) is None
    await memory.put(NAME, DATA)
    assert await memory.get(NAME, len(DATA) - 1) is None
    await memory.delete(NAME)
    assert await memory.get(NAME, len(DATA)) is None


async def test_a_failed_read_is_not_kept(store: CountedReads) -> None:
    memory = PictureMemory(store, 10**6)
    await store.put(NAME, DATA)
    store.is_away = True
    with pytest.raises(OSError, match="away"):
        await memory.get(NAME, len(DATA))
    store.is_away = False
    assert await memory.get(NAME, len(DATA)) == DATA


async def test_it_keeps_no_more_than_it_may(store: CountedReads) -> None:
    memory = PictureMemory(store, 2 * (len(DATA) + ENTRY_BYTES))
    names = [f"ab/{number}.png" for number in range(3)]
    for name in names:
        await memory.put(name, DATA)
    for name, reads in ((names[2], 0), (names[1], 0), (names[0], 1), (names[1], 1), (names[2], 2)):
        assert await memory.get(name, len(DATA)) == DATA
        assert store.reads == reads


async def test_without_memory_each_is_read(store: CountedReads) -> None:
    memory = PictureMemory(store, 0)
    await memory.put(NAME, DATA)
    for reads in (1, 2):
        assert await memory.get(NAME, len(DATA)) == DATA
        assert store.reads == reads
