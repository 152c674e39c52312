from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from og_edge.pictures import MAX_CALLS, ObjectPictureStore, open_object_store

DATA = b"\x89PNG" + bytes(range(256)) * 100


@pytest.fixture(params=["folder", "memory"])
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectPictureStore:
    if request.param == "memory":
        return ObjectPictureStore(MemoryStore())
    return ObjectPictureStore(open_object_store((tmp_path / "new" / "folder").as_uri()))


async def test_what_is_put_can_be_got(pictures: ObjectPictureStore) -> None:
    await pictures.put("ab/abc-1.png", DATA)
    assert await pictures.get("ab/abc-1.png", len(DATA)) == DATA


async def test_what_is_gone_is_none(pictures: ObjectPictureStore) -> None:
    assert await pictures.get("ab/abc-1.png", len(DATA)) is None


async def test_bytes_of_another_size_are_as_good_as_gone(pictures: ObjectPictureStore) -> None:
    await pictures.put("ab/abc-1.png", DATA[:-1])
    assert await pictures.get("ab/abc-1.png", len(DATA)) is None


async def test_deleting_what_is_gone_is_no_error(pictures: ObjectPictureStore) -> None:
    await pictures.put("ab/1.png", DATA)
    await pictures.put("ab/3.png", DATA)
    for name in ("ab/1.png", "ab/2.png", "ab/3.png"):
        await pictures.delete(name)
    assert await pictures.get("ab/1.png", len(DATA)) is None
    assert await pictures.get("ab/3.png", len(DATA)) is None


async def test_a_reader_sees_all_of_a_picture_or_nothing(pictures: ObjectPictureStore) -> None:
    other = DATA[::-1]
    await pictures.put("ab/1.png", DATA)
    writes = [pictures.put("ab/1.png", data) for data in (other, DATA) * 10]
    reads = [pictures.get("ab/1.png", len(DATA)) for _ in range(40)]
    seen = await asyncio.gather(*reads, *writes)
    assert set(seen[: len(reads)]) <= {DATA, other}


async def test_a_folder_that_does_not_answer_holds_nobody_and_recovers(tmp_path: Path) -> None:
    pictures = ObjectPictureStore(open_object_store(tmp_path.as_uri()), call_timeout_s=0.5)
    pipes = [tmp_path / f"{number}.png" for number in range(MAX_CALLS)]
    for pipe in pipes:  # to read one waits until somebody writes to it
        os.mkfifo(pipe)
    gets = [pictures.get(pipe.name, len(DATA)) for pipe in pipes]
    late = asyncio.wait_for(pictures.get("late.png", len(DATA)), 0.1)
    failures = await asyncio.gather(*gets, late, return_exceptions=True)
    assert {type(failure) for failure in failures} == {TimeoutError}
    assert str(failures[0]) == "object store: get 0.png: over 0.5 s"
    await pictures.put("late.png", DATA)
    assert await pictures.get("late.png", len(DATA)) == DATA
    for pipe in pipes:  # lets the reader go
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))


async def test_cards_are_files_in_the_folder_named(tmp_path: Path) -> None:
    folder = tmp_path / "cards with space"
    pictures = ObjectPictureStore(open_object_store(f"file://{folder}"))
    await pictures.put("ab/1.png", DATA)
    assert (folder / "ab" / "1.png").read_bytes() == DATA
