from __future__ import annotations

import asyncio
import datetime as dt
import os
import uuid
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from og_edge.cards import Card, Generation
from og_edge.lease_store import PostgresLeases
from og_edge.pictures import MAX_CALLS, ObjectPictureStore, open_object_store
from og_edge.retention import sweep
from og_edge.store import PostgresCardStore
from og_service.postgres import open_pool
from tests.support.stores import FreshDatabase

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
    await pictures.delete(["ab/1.png", "ab/2.png", "ab/3.png"])
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


async def test_a_sweep_forgets_card_and_picture(
    pictures: ObjectPictureStore, fresh_database: FreshDatabase
) -> None:
    key = uuid.uuid4().hex * 2
    charge_id = str(uuid.uuid4())
    card = Card(key, "acct_1", "ab/1.png", "digest", len(DATA), charge_id, settled=True)
    line = Generation(charge_id, "acct_1", key, "https://example.com/", "t", {}, {}, (), 10)
    async with open_pool(fresh_database("edge")) as pool:
        store = PostgresCardStore(pool)
        await pictures.put("ab/1.png", DATA)
        lease = (await PostgresLeases(pool).claim(key)).lease
        assert lease
        await store.publish(card, line, lease, read_anew=True)
        assert await sweep(store, pictures, dt.timedelta(days=1)) == 0
        assert await sweep(store, pictures, dt.timedelta(days=-1)) == 1
        assert await store.find(key) is None
    assert await pictures.get("ab/1.png", len(DATA)) is None
