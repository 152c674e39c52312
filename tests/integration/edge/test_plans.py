"""Plans that were made when the tables held a row or two, once they hold many."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import psycopg

from og_edge.cards import Card, Generation
from og_edge.lease_store import PostgresLeases, open_leases
from og_edge.look_store import PostgresPageLooks, open_page_looks
from og_edge.looks import PageLook
from og_edge.store import PostgresCardStore, open_card_store
from tests.support.stores import FreshDatabase
from tests.support.waiting import eventually

GROWN = 3_000
TABLES = "cards", "drawings", "page_looks", "orphans"
LONG_AGO = dt.timedelta(days=1000)
TIMES_UNTIL_A_PLAN_IS_KEPT = 15

Admin: TypeAlias = psycopg.Connection[tuple[Any, ...]]

_GROW = """
CREATE TEMPORARY VIEW many AS
  SELECT n, encode(sha256(n::text::bytea), 'hex') AS key FROM generate_series({first}, {last}) n;
INSERT INTO edge.cards (key, account_id, object_name, digest, size_bytes, charge_id, settled)
  SELECT key, 'acct_2', n, n, 1, gen_random_uuid(), true FROM many;
INSERT INTO edge.drawings (key) SELECT key FROM many;
INSERT INTO edge.page_looks
  SELECT 'site_' || n, sha256(n::text::bytea), 'acct_2', '', now(), '', '', '[]', false, ''
  FROM many;
INSERT INTO edge.orphans SELECT n, now() + interval '1 day' FROM many;
DROP VIEW many;
"""


class Work:
    """All that is asked of the tables by the stores."""

    def __init__(
        self, store: PostgresCardStore, leases: PostgresLeases, looks: PostgresPageLooks
    ) -> None:
        self._store = store
        self._leases = leases
        self._looks = looks

    async def do(self) -> None:
        """Do each once, for a card and a page of its own."""
        store, leases = self._store, self._leases
        key = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
        name, charge_id = str(uuid.uuid4()), str(uuid.uuid4())
        card = Card(key, "acct_1", name, "digest", 1, charge_id, settled=True)
        line = Generation(charge_id, "acct_1", key, "https://a/", "t", {}, {}, (), 10)
        given_up = (await leases.claim(key)).lease
        assert given_up
        await leases.release(given_up, None)
        lease = (await leases.claim(key)).lease
        assert lease
        await leases.standings([key])
        await leases.renew([lease])
        await store.expect(name)
        await store.publish(card, line, lease, read_anew=True)
        assert await store.find(key)
        await store.settle(card)
        await store.postpone(card, dt.datetime.now(dt.UTC))
        await store.touch(key)
        assert await store.delete("acct_1", key)
        assert await store.take_orphans(10) == [name]
        await store.forget_orphans([name])
        assert not await store.remove_unused(dt.datetime.now(dt.UTC) - LONG_AGO, 10)
        assert not await leases.remove_unused(10)
        url = f"https://a/{name}"
        await self._looks.remember("site_1", "acct_1", PageLook(url))
        assert await self._looks.find("site_1", url)


def grow(admin: Admin, first: int, last: int) -> None:
    """Fill the tables with what is nobody's business here."""
    admin.execute(_GROW.format(first=first, last=last).encode())


def rows_read(admin: Admin) -> Mapping[str, int]:
    """Give how many rows were read of each table."""
    rows = admin.execute(
        "SELECT relname, seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables"
        " WHERE relname = ANY(%s)",
        (list(TABLES),),
    ).fetchall()
    return dict(rows)


async def test_plans_that_are_kept_read_few_rows_of_tables_that_grew(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("edge")
    with psycopg.connect(admin_of(dsn), autocommit=True) as admin:
        for table in TABLES:  # or plans would be made anew, some time within a minute
            admin.execute(f"ALTER TABLE edge.{table} SET (autovacuum_enabled = off)".encode())
        grow(admin, 1, 1)
        admin.execute("ANALYZE")
        async with (
            open_page_looks(dsn) as looks,
            open_card_store(dsn) as store,
            open_leases(dsn) as leases,
        ):
            work = Work(store, leases, looks)
            for _ in range(TIMES_UNTIL_A_PLAN_IS_KEPT):
                await work.do()
            grow(admin, 2, GROWN)
            await work.do()
        others = (
            "SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'og_edge'"
        )
        await eventually(lambda: not admin.execute(others).rowcount)  # all told what they read
        read = rows_read(admin)
    assert {table: rows for table, rows in read.items() if rows >= GROWN} == {}
