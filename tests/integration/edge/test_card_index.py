from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace

import psycopg
import pytest

from og_edge.card_index import CardIndex, open_card_index
from og_edge.cards import Card
from og_service.postgres import UNCHECKED_S
from tests.support.fault_proxy import FaultProxy
from tests.support.stores import FreshDatabase, through
from tests.support.waiting import eventually

COLUMNS = "key, account_id, object_name, digest, size_bytes, charge_id, settled"


@pytest.fixture
async def index(dsn: str) -> AsyncIterator[CardIndex]:
    async with open_card_index(dsn) as opened:
        yield opened


@pytest.fixture
def run(dsn: str, admin_of: Callable[[str], str]) -> Callable[..., None]:
    def execute(statement: str, *values: object) -> None:
        with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
            connection.execute(statement.encode(), values)

    return execute


@pytest.fixture
async def far_index(dsn: str, way_to_postgres: FaultProxy) -> AsyncIterator[CardIndex]:
    """An index at the end of that way."""
    async with open_card_index(through(way_to_postgres, dsn)) as opened:
        yield opened


def a_card() -> Card:
    key = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    name = f"{key[:2]}/{key}-1.png"
    return Card(key, "acct_1", name, key[::-1], 12_345, str(uuid.uuid4()), settled=True)


async def test_each_gets_the_card_it_asked_for(index: CardIndex, run: Callable[..., None]) -> None:
    cards = [a_card() for _ in range(50)]
    for card in cards[:40]:
        values = [vars(card)[name] for name in COLUMNS.split(", ")]
        places = ", ".join(["%s"] * len(values))
        run(f"INSERT INTO edge.cards ({COLUMNS}) VALUES ({places})", *values)  # noqa: S608
    found = await asyncio.gather(*(index.find(card.key) for card in cards * 3))
    assert found == [*cards[:40], *[None] * 10] * 3
    run("UPDATE edge.cards SET size_bytes = 1 WHERE key = %s", cards[0].key)
    assert await index.find(cards[0].key) == replace(cards[0], size_bytes=1)
    run("DELETE FROM edge.cards WHERE key = %s", cards[0].key)
    assert await index.find(cards[0].key) is None


async def test_a_connection_that_was_lost_is_no_error(
    index: CardIndex, run: Callable[..., None]
) -> None:
    for _ in range(3):
        assert await asyncio.gather(*(index.find(a_card().key) for _ in range(10))) == [None] * 10
        run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_connections_nobody_answers_on_any_more_are_no_error(
    far_index: CardIndex, way_to_postgres: FaultProxy
) -> None:
    assert await asyncio.gather(*(far_index.find(a_card().key) for _ in range(9))) == [None] * 9
    way_to_postgres.leave_half_open()
    await asyncio.sleep(UNCHECKED_S)  # what answered a moment ago is believed
    assert await asyncio.gather(*(far_index.find(a_card().key) for _ in range(9))) == [None] * 9


async def test_a_query_that_hangs_holds_up_nobody_for_longer_than_its_own_time(
    far_index: CardIndex, way_to_postgres: FaultProxy
) -> None:
    assert await asyncio.gather(*(far_index.find(a_card().key) for _ in range(9))) == [None] * 9
    way_to_postgres.leave_half_open()  # a moment after they answered
    with suppress(TimeoutError):
        await asyncio.gather(*(far_index.find(a_card().key) for _ in range(9)))
    assert await far_index.find(a_card().key) is None


async def test_a_plan_from_when_there_was_one_card_reads_no_others(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("edge")
    grow = (
        f"INSERT INTO edge.cards ({COLUMNS})"  # noqa: S608
        " SELECT encode(sha256(n::text::bytea), 'hex'), 'acct_1', n, n, 1, gen_random_uuid(), true"
        " FROM generate_series(%s::int, %s::int) n"
    )
    with psycopg.connect(admin_of(dsn), autocommit=True) as admin:
        # Or the plan would be made anew, some time within a minute.
        admin.execute("ALTER TABLE edge.cards SET (autovacuum_enabled = off)")
        admin.execute(grow.encode(), (0, 0))
        admin.execute("ANALYZE edge.cards")
        async with open_card_index(dsn) as index:
            for _ in range(30):  # the driver has prepared the query, and the server keeps its plan
                await index.find(a_card().key)
            admin.execute(grow.encode(), (1, 2_000))
            assert await index.find(hashlib.sha256(b"2000").hexdigest())
        others = (
            "SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'og_edge'"
        )
        await eventually(lambda: not admin.execute(others).rowcount)  # all told what they read
        [(read,)] = admin.execute(
            "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'cards'"
        ).fetchall()
    assert read < 2_000
