"""The history of generations as the dashboard pages through it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from og_edge.block_store import PostgresBlocks
from og_edge.cards import Card, Generation, object_name
from og_edge.history import CardState, Cursor, HistoryFilter, Record
from og_edge.history_store import PostgresHistory
from og_edge.lease_store import PostgresLeases
from og_edge.options import ImageFormat
from og_edge.preview_store import PostgresPreviewCounts
from og_edge.store import PostgresCardStore
from og_service.fast_pool import FastPool
from og_service.postgres import BY_INDEX, Pool, open_pool

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
ALL = HistoryFilter()
PAGE = 50


class Past:
    """Writes the past of an account, a minute for each generation, newest first."""

    def __init__(self, admin_dsn: str) -> None:
        self._admin_dsn = admin_dsn
        self.account_id = f"acct_{uuid.uuid4().hex}"
        self._time = NOON

    def add(self, *, key: str = "", **values: Any) -> Generation:
        """Write a line, a minute older than the one before."""
        key = key or hashlib.sha256(uuid.uuid4().bytes).hexdigest()
        line = Generation(
            str(uuid.uuid4()),
            self.account_id,
            key,
            "https://example.com/",
            "generic/standard",
            {"theme": "dark"},
            {"title": "og:title"},
            ["favicon"],
            10,
        )
        line = replace(line, **values)
        with psycopg.connect(self._admin_dsn, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO edge.generations (id, account_id, card_key, page_url, template_id,"
                " options, sources, failed_images, price_credits, payer_id, create_time)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    *(line.generation_id, line.account_id, key, line.page_url, line.template_id),
                    *(json.dumps(line.options), json.dumps(line.sources), line.failed_images),
                    *(line.price_credits, line.payer_id, self._time),
                ),
            )
        self._time -= dt.timedelta(minutes=1)
        return line


@pytest.fixture
def past(dsn: str, admin_of: Callable[[str], str]) -> Past:
    return Past(admin_of(dsn))


@pytest.fixture
async def history(dsn: str) -> Any:
    async with open_pool(dsn, settings=BY_INDEX) as pool:
        yield PostgresHistory(pool)


@pytest.fixture
def blocks(fast_pool: FastPool) -> PostgresBlocks:
    return PostgresBlocks(fast_pool)


def ids(records: Sequence[Record]) -> list[str]:
    return [record.generation.generation_id for record in records]


async def publish(fast_pool: FastPool, line: Generation) -> Generation:
    """Draw the card of a line now, by a generation of its own."""
    now = replace(line, generation_id=str(uuid.uuid4()))
    lease = (await PostgresLeases(fast_pool).claim(line.card_key)).lease
    assert lease
    name = object_name(line.card_key, f"{now.generation_id}-{lease.epoch}", ImageFormat.PNG)
    card = Card(line.card_key, line.account_id, name, "digest", 1, now.generation_id, settled=True)
    await PostgresCardStore(fast_pool).publish(card, now, lease, read_anew=True)
    return now


async def test_pages_follow_one_another_without_a_gap_or_a_repetition(
    history: PostgresHistory, past: Past
) -> None:
    written = [past.add().generation_id for _ in range(7)]
    found: list[str] = []
    after: Cursor | None = None
    for size in (3, 3, 1):
        page = await history.page(past.account_id, ALL, after, 3)
        assert len(page.records) == size
        found += ids(page.records)
        after = Cursor.parse(str(page.next)) if page.next else None
    assert after is None
    assert found == written


async def test_generations_of_the_same_moment_are_not_lost_between_pages(
    history: PostgresHistory, past: Past, admin_of: Callable[[str], str], dsn: str
) -> None:
    written = {past.add().generation_id for _ in range(5)}
    with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
        connection.execute(
            "UPDATE edge.generations SET create_time = %s WHERE account_id = %s",
            (NOON, past.account_id),
        )
    first = await history.page(past.account_id, ALL, None, 2)
    second = await history.page(past.account_id, ALL, first.next, 5)
    assert len(ids(first.records)) == 2
    assert {*ids(first.records), *ids(second.records)} == written


async def test_another_accounts_generations_are_not_found(
    history: PostgresHistory, past: Past
) -> None:
    line = past.add()
    assert await history.find(past.account_id, line.generation_id)
    assert await history.find("acct_other", line.generation_id) is None
    assert await history.find(past.account_id, str(uuid.uuid4())) is None
    assert await history.find(past.account_id, "no id") is None
    assert not (await history.page("acct_other", ALL, None, PAGE)).records


async def test_all_that_was_written_is_read(history: PostgresHistory, past: Past) -> None:
    old = past.add(payer_id=None)
    record = await history.find(past.account_id, old.generation_id)
    assert record == Record(old, NOON, CardState.DELETED)


async def test_what_the_dashboard_shows_besides_is_published_with_the_card(
    history: PostgresHistory, past: Past, fast_pool: FastPool
) -> None:
    line = replace(
        past.add(),
        payer_id="site_1",
        duration_ms=812,
        missing_glyphs="U+1F9FF",
        texts={"title": "日本"},
    )
    now = await publish(fast_pool, line)
    record = await history.find(past.account_id, now.generation_id)
    assert record is not None
    assert record.generation == now
    assert (record.state, record.digest) == (CardState.SERVED, "digest")


async def test_a_filter_finds_what_it_names(history: PostgresHistory, past: Past) -> None:
    by_site = past.add(payer_id="site_1", page_url="https://example.com/Shoes?a=100%25")
    by_owner = past.add(payer_id="", template_id="product/minimal")
    old = past.add(payer_id=None)

    async def found(**wanted: Any) -> list[str]:
        page = await history.page(past.account_id, HistoryFilter(**wanted), None, PAGE)
        assert page.next is None
        return ids(page.records)

    assert await found(payer_id="site_1") == [by_site.generation_id]
    assert await found(payer_id="") == [by_owner.generation_id]
    assert await found(template_id="product/minimal") == [by_owner.generation_id]
    assert await found(text="shoes?a=100%") == [by_site.generation_id]
    assert await found(text="%shoes%") == []
    assert await found(text="_", template_id="generic/standard") == []
    everything = [line.generation_id for line in (by_site, by_owner, old)]
    day = NOON.date()
    assert await found(first_day=day, last_day=day) == everything
    assert await found(first_day=day + dt.timedelta(days=1)) == []
    assert await found(last_day=day - dt.timedelta(days=1)) == []


async def test_the_state_of_a_card_is_that_of_now(
    history: PostgresHistory, blocks: PostgresBlocks, past: Past, fast_pool: FastPool
) -> None:
    deleted, replaced, blocked = past.add(), past.add(), past.add()
    served = await publish(fast_pool, replaced)
    await blocks.block(blocked, NOON)

    async def found(state: CardState) -> list[str]:
        wanted = HistoryFilter(state=state)
        return ids((await history.page(past.account_id, wanted, None, PAGE)).records)

    assert await found(CardState.SERVED) == [served.generation_id]
    assert await found(CardState.DELETED) == [deleted.generation_id]
    assert await found(CardState.BLOCKED) == [blocked.generation_id]
    states = {
        record.generation.generation_id: record.state
        for record in (await history.page(past.account_id, ALL, None, PAGE)).records
    }
    assert states[replaced.generation_id] is CardState.REPLACED


async def test_a_card_whose_block_was_cut_off_before_its_deletion_is_not_called_blocked(
    history: PostgresHistory, blocks: PostgresBlocks, past: Past, fast_pool: FastPool
) -> None:
    line = await publish(fast_pool, past.add())
    await blocks.block(line, NOON)
    record = await history.find(past.account_id, line.generation_id)
    assert record is not None
    assert record.state is CardState.SERVED


async def test_a_block_holds_until_its_own_account_lifts_it(
    blocks: PostgresBlocks, past: Past
) -> None:
    line = past.add()
    assert not await blocks.is_blocked(line.card_key)
    for _ in range(2):
        await blocks.block(line, NOON)
    await blocks.unblock("acct_other", line.card_key)
    assert await blocks.is_blocked(line.card_key)
    await blocks.unblock(past.account_id, line.card_key)
    assert not await blocks.is_blocked(line.card_key)


async def test_blocked_cards_are_paged_too(
    history: PostgresHistory, blocks: PostgresBlocks, past: Past
) -> None:
    lines = [past.add() for _ in range(3)]
    for minutes, line in enumerate(lines):
        await blocks.block(line, NOON - dt.timedelta(minutes=minutes))
    wanted = HistoryFilter(state=CardState.BLOCKED)
    first = await history.page(past.account_id, wanted, None, 2)
    second = await history.page(past.account_id, wanted, first.next, 2)
    assert ids(first.records) + ids(second.records) == [line.generation_id for line in lines]
    assert second.next is None


@pytest.mark.parametrize("state", [None, CardState.BLOCKED])
async def test_a_text_is_looked_for_in_so_many_rows_and_then_further(
    pool: Pool, blocks: PostgresBlocks, past: Past, state: CardState | None
) -> None:
    lines = [past.add() for _ in range(5)] + [past.add(page_url="https://example.com/shoes")]
    for minutes, line in enumerate(lines):
        await blocks.block(line, NOON - dt.timedelta(minutes=minutes))
    history, wanted = PostgresHistory(pool, scan_rows_max=4), HistoryFilter("shoes", state=state)
    first = await history.page(past.account_id, wanted, None, PAGE)
    assert not first.records
    assert first.looked_until == NOON - dt.timedelta(minutes=3)
    second = await history.page(past.account_id, wanted, first.next, PAGE)
    assert ids(second.records) == [lines[-1].generation_id]
    assert second.next is None


@pytest.mark.parametrize("text", ["", "1", "_", "x_y", "1_no-uuid", f"{10**30}_{uuid.UUID(int=1)}"])
def test_what_is_no_place_in_a_history_is_none(text: str) -> None:
    assert Cursor.parse(text) is None


async def test_previews_are_counted_by_day_and_account(
    pool: Pool, dsn: str, admin_of: Callable[[str], str]
) -> None:
    counts = PostgresPreviewCounts(pool)
    account_id, other = (f"acct_{uuid.uuid4().hex}" for _ in range(2))
    assert [await counts.take(account_id, 2) for _ in range(3)] == [True, True, False]
    assert await counts.take(other, 2)
    with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
        connection.execute("UPDATE edge.previews SET day = day - 1")
    assert [await counts.take(account_id, 2) for _ in range(3)] == [True, True, False]
