"""Accounts that go: step by step, whatever fails in between, until nothing is left."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import grpc
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from og_edge.api_keys import ApiKeys
from og_edge.brand_store import PostgresBrandStore
from og_edge.brands import BrandCard, BrandName
from og_edge.cards import Card, Generation
from og_edge.deadline import Deadline
from og_edge.export_store import PostgresRows
from og_edge.farewell_store import PostgresFarewells
from og_edge.farewells import OVER_AFTER, Access, Farewells, UnfinishedError
from og_edge.identities import Identities
from og_edge.lease_store import PostgresLeases
from og_edge.look_store import PostgresPageLooks
from og_edge.looks import PageLook
from og_edge.sites import Sites
from og_edge.store import PostgresCardStore
from og_service.background import running
from og_service.fast_pool import FastPool
from og_service.postgres import Pool
from og_service.status import RemoteError
from tests.support.waiting import eventually

BUDGET_S = 30.0
TABLES = ("cards", "brand_cards", "blocks", "generations", "page_looks", "previews")


@dataclass
class Elsewhere:
    """What other services do with an account; each may fail once."""

    done: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    async def _do(self, what: str) -> None:
        self.done.append(what)
        if what in self.failing:
            self.failing.remove(what)
            raise RemoteError(grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE", "away", {}, None)

    async def cancel_subscription(self, account_id: str, deadline: Deadline) -> None:
        del account_id, deadline
        await self._do("plan")

    async def of(self, account_id: str, deadline: Deadline) -> Sequence[Any]:
        del account_id, deadline
        await self._do("access")
        return []

    async def delete_account(self, account_id: str) -> None:
        del account_id
        await self._do("person")


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
def farewells(fast_pool: FastPool, elsewhere: Elsewhere) -> Farewells:
    access = Access(
        elsewhere,
        cast("Sites", elsewhere),
        cast("ApiKeys", elsewhere),
        cast("Identities", elsewhere),
    )
    return Farewells(PostgresFarewells(fast_pool), access)


@pytest.fixture
async def account_id(pool: Pool, fast_pool: FastPool) -> str:
    """An account of which the edge keeps something of everything."""
    account_id = f"acct_{uuid.uuid4()}"
    for _ in range(3):
        await _publish(fast_pool, account_id)
    name = BrandName(account_id, f"site_{uuid.uuid4()}")
    card = BrandCard(name, bytes(32), f"brand/{uuid.uuid4()}.png", "digest", 5)
    await PostgresBrandStore(fast_pool).publish(card)
    looks = PostgresPageLooks(pool)
    for number in range(3):
        await looks.remember(name.site_id, account_id, PageLook(f"https://example.com/{number}"))
    async with pool.connection() as connection:
        await connection.execute(
            "INSERT INTO edge.blocks SELECT card_key, account_id, id, create_time"
            " FROM edge.generations WHERE account_id = %s LIMIT 1",
            (account_id,),
        )
        await connection.execute("INSERT INTO edge.previews VALUES (%s, now(), 1)", (account_id,))
    return account_id


async def _publish(fast_pool: FastPool, account_id: str) -> Card:
    key, charge_id = hashlib.sha256(uuid.uuid4().bytes).hexdigest(), str(uuid.uuid4())
    card = Card(key, account_id, f"ab/{charge_id}.png", "digest", 5, charge_id, settled=True)
    line = Generation(charge_id, account_id, key, "https://example.com/", "t", {}, {}, (), 10)
    lease = (await PostgresLeases(fast_pool).claim(key)).lease
    assert lease
    await PostgresCardStore(fast_pool).publish(card, line, lease, read_anew=True)
    return card


def left(dsn: str, account_id: str) -> dict[str, int]:
    """Count what the edge still keeps of an account."""
    found = {}
    with psycopg.connect(dsn) as connection:
        for table in TABLES:
            query = SQL("SELECT count(*) FROM {} WHERE account_id = %s")
            rows = connection.execute(query.format(Identifier("edge", table)), (account_id,))
            if count := rows.fetchall()[0][0]:
                found[table] = count
    return found


def under_way(dsn: str, account_id: str) -> bool:
    with psycopg.connect(dsn) as connection:
        query = "SELECT FROM edge.farewells WHERE account_id = %s"
        return connection.execute(query, (account_id,)).fetchone() is not None


def let_pass(dsn: str, time: dt.timedelta) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "UPDATE edge.farewells SET due_time = due_time - %s, begin_time = begin_time - %s",
            (time, time),
        )


async def test_an_account_goes_with_all_that_the_edge_keeps_of_it_and_of_no_other(
    farewells: Farewells, elsewhere: Elsewhere, dsn: str, fast_pool: FastPool, account_id: str
) -> None:
    other = await _publish(fast_pool, "acct_other")
    assert set(left(dsn, account_id)) == set(TABLES)
    assert await farewells.bid(account_id, Deadline.after(BUDGET_S))
    assert left(dsn, account_id) == {}
    assert left(dsn, other.account_id) == {"cards": 1, "generations": 1}
    assert elsewhere.done == ["plan", "access", "access", "person"]
    assert await farewells.bid(account_id, Deadline.after(BUDGET_S))  # again is no error


async def test_rows_go_in_batches_and_their_objects_become_orphans(
    fast_pool: FastPool, dsn: str, account_id: str
) -> None:
    store = PostgresFarewells(fast_pool)
    with psycopg.connect(dsn) as connection:
        objects = connection.execute(
            "SELECT object_name FROM edge.cards WHERE account_id = %s UNION"
            " SELECT object_name FROM edge.brand_cards WHERE account_id = %s",
            (account_id, account_id),
        ).fetchall()
    batches = []
    while forgotten := await store.forget_some(account_id, 2):
        batches.append(forgotten)
    assert max(batches) == 2
    assert sum(batches) == 3 + 1 + 1 + 3 + 3 + 1
    with psycopg.connect(dsn) as connection:
        orphans = connection.execute("SELECT object_name FROM edge.orphans").fetchall()
    assert len(objects) == 4
    assert set(objects) <= set(orphans)


async def test_where_the_plan_cannot_be_ended_nothing_is_begun(
    farewells: Farewells, elsewhere: Elsewhere, dsn: str, account_id: str
) -> None:
    elsewhere.failing = {"plan"}
    before = left(dsn, account_id)
    with pytest.raises(RemoteError):
        await farewells.bid(account_id, Deadline.after(BUDGET_S))
    assert left(dsn, account_id) == before
    assert not under_way(dsn, account_id)
    assert elsewhere.done == ["plan"]


@pytest.mark.parametrize("failing", ["access", "person"])
async def test_what_fails_half_way_says_so_and_goes_on_by_itself(
    farewells: Farewells, elsewhere: Elsewhere, dsn: str, account_id: str, failing: str
) -> None:
    elsewhere.failing = {failing}
    with pytest.raises(UnfinishedError):
        await farewells.bid(account_id, Deadline.after(BUDGET_S))
    assert under_way(dsn, account_id)
    let_pass(dsn, OVER_AFTER)
    async with running(farewells.keep_going_on):
        await eventually(lambda: not under_way(dsn, account_id))
    assert left(dsn, account_id) == {}
    assert elsewhere.done[-1] == "person"


async def test_what_was_drawn_while_the_account_went_is_forgotten_as_well(
    farewells: Farewells, dsn: str, fast_pool: FastPool, account_id: str
) -> None:
    assert await farewells.bid(account_id, Deadline.after(BUDGET_S))
    await _publish(fast_pool, account_id)
    assert under_way(dsn, account_id)
    let_pass(dsn, OVER_AFTER)
    async with running(farewells.keep_going_on):
        await eventually(lambda: not under_way(dsn, account_id))
    assert left(dsn, account_id) == {}


async def test_of_many_edges_one_goes_on_with_an_account(
    fast_pool: FastPool, dsn: str, account_id: str
) -> None:
    store = PostgresFarewells(fast_pool)
    await store.begin(account_id)
    assert not await store.take_due(10)
    let_pass(dsn, OVER_AFTER)
    taken = await asyncio.gather(*(store.take_due(10) for _ in range(5)))
    assert [each.account_id for some in taken for each in some].count(account_id) == 1
    await store.end(account_id)


async def test_an_export_reads_every_row_once_whatever_the_size_of_its_pages(
    fast_pool: FastPool, account_id: str
) -> None:
    rows = PostgresRows(fast_pool)
    for page_rows in (1, 2, 3, 100):
        lines = await _all(rows.generations(account_id, page_rows))
        assert len({line["id"] for line in lines}) == len(lines) == 3
        assert [line["create_time"] for line in lines] == sorted(
            (line["create_time"] for line in lines), reverse=True
        )
        assert all(line["card"]["digest"] == "digest" for line in lines)
        assert sum(line["is_blocked"] for line in lines) == 1
        looks = await _all(rows.page_looks(account_id, page_rows))
        assert {look["page_url"] for look in looks} == {
            f"https://example.com/{number}" for number in range(3)
        }
        assert len(await _all(rows.brand_cards(account_id, page_rows))) == 1
    assert await _all(rows.generations("acct_nobody", 2)) == []


async def _all(pages: AsyncIterator[Sequence[str]]) -> list[dict[str, Any]]:
    return [json.loads(text) async for page in pages for text in page]
