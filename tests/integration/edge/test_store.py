from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from og_edge.ai import AiStatus
from og_edge.billing import ChargeKind
from og_edge.cards import Card, Generation
from og_edge.lease_store import PostgresLeases
from og_edge.store import PostgresCardStore
from og_service.fast_connection import UniqueViolationError
from og_service.fast_pool import FastPool, open_fast_pool
from tests.support.fault_proxy import FaultProxy
from tests.support.stores import through

NOW = dt.datetime.now(dt.UTC)
FAREWELL = b"E\0\0\0\x22SFATAL\0C57P01\0Mshutting down\0\0"
"""What a server says that ends a connection (ErrorResponse, and nothing after it)."""
LONG_AGO = dt.timedelta(days=1000)

Rows = Sequence[tuple[Any, ...]]
Sql = Callable[..., Rows]
Publish = Callable[..., Awaitable[None]]


@pytest.fixture
def publish(fast_pool: FastPool, store: PostgresCardStore) -> Publish:
    """Publishes as whoever claimed the card's lease does."""

    async def claim_and_publish(card: Card, line: Generation | None = None) -> None:
        lease = (await PostgresLeases(fast_pool).claim(card.key)).lease
        assert lease
        await store.publish(card, line or _generation(card), lease, read_anew=True)

    return claim_and_publish


@pytest.fixture(scope="module")
def as_admin(dsn: str, admin_of: Callable[[str], str]) -> Sql:
    """Runs a statement as the administrator and gives its rows."""

    def run(statement: str, *values: object) -> Rows:
        with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    return run


def _card(**changes: Any) -> Card:
    key = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    values = {
        "key": key,
        "account_id": "acct_1",
        "object_name": f"{key[:2]}/{key}-1.png",
        "digest": key[::-1],
        "size_bytes": 12_345,
        "charge_id": str(uuid.uuid4()),
        "settled": False,
        "redraw_time": None,
    }
    return Card(**{**values, **changes})


def _generation(card: Card) -> Generation:
    return Generation(
        generation_id=str(uuid.uuid4()),
        account_id=card.account_id,
        card_key=card.key,
        page_url="https://example.com/",
        template_id="generic/standard",
        options={"theme": "dark", "overrides": {"title": "日本"}},
        sources={"title": "override"},
        failed_images=["favicon"],
        price_credits=10,
    )


async def test_what_is_published_is_found(store: PostgresCardStore, publish: Publish) -> None:
    card = _card(
        redraw_time=NOW,
        missing_glyphs="U+1F9FF, U+A700",
        ai_status=AiStatus.TIMEOUT,
        charge_kind=ChargeKind.AI_GENERATION,
    )
    assert await store.find(card.key) is None
    await publish(card)
    assert await store.find(card.key) == card


async def test_a_card_published_by_code_that_knows_none_of_the_later_columns_is_found(
    store: PostgresCardStore, as_admin: Sql
) -> None:
    card = _card()
    as_admin(
        "INSERT INTO edge.cards (key, account_id, object_name, digest, size_bytes, charge_id,"
        " settled) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        *(card.key, card.account_id, card.object_name, card.digest, card.size_bytes),
        *(card.charge_id, card.settled),
    )
    assert await store.find(card.key) == card


async def test_every_generation_leaves_a_line_of_history(publish: Publish, as_admin: Sql) -> None:
    card = _card()
    for ai_status in (AiStatus.DELIVERED, None):
        await publish(card, replace(_generation(card), ai_status=ai_status))
    lines = as_admin(
        "SELECT options -> 'overrides' ->> 'title', sources, failed_images, price_credits,"
        " ai_status FROM edge.generations WHERE card_key = %s ORDER BY create_time",
        card.key,
    )
    assert [line[:4] for line in lines] == [("日本", {"title": "override"}, ["favicon"], 10)] * 2
    assert [line[4] for line in lines] == ["delivered", None]


async def test_publishing_again_replaces(store: PostgresCardStore, publish: Publish) -> None:
    old = _card(
        missing_glyphs="U+A700", ai_status=AiStatus.FAILED, charge_kind=ChargeKind.AI_GENERATION
    )
    new = _card(key=old.key, object_name="new.png", settled=True)
    await publish(old)
    await publish(new)
    assert await store.find(old.key) == new


async def test_a_history_line_that_cannot_be_written_publishes_nothing(
    store: PostgresCardStore, publish: Publish
) -> None:
    card = _card()
    line = _generation(card)
    await publish(card, line)
    other = _card()
    with pytest.raises(UniqueViolationError):
        await publish(other, line)
    assert await store.find(other.key) is None


async def test_a_farewell_right_behind_a_publication_leaves_it_published(
    leases: PostgresLeases, dsn: str, way_to_postgres: FaultProxy
) -> None:
    # Nobody asks first whether the connection lives: the farewell would be behind that answer.
    async with open_fast_pool(
        through(way_to_postgres, dsn), max_connections=1, unchecked_s=60
    ) as far_pool:
        store = PostgresCardStore(far_pool)
        for afterword in (b"", FAREWELL):  # the first prepares the statement
            card = _card()
            lease = (await leases.claim(card.key)).lease
            assert lease
            assert not (await leases.claim(card.key)).lease  # who waits is to be told
            way_to_postgres.add_to_answer(afterword)
            await store.publish(card, _generation(card), lease, read_anew=True)
        assert await store.find(card.key) == card


async def test_a_card_is_settled_by_its_own_charge_only(
    store: PostgresCardStore, publish: Publish
) -> None:
    card = _card()
    await publish(card)
    await store.settle(_card(key=card.key))
    assert await store.find(card.key) == card
    await store.settle(card)
    found = await store.find(card.key)
    assert found is not None
    assert found.settled


async def test_only_the_card_as_it_was_seen_is_postponed(
    store: PostgresCardStore, publish: Publish
) -> None:
    card = _card(redraw_time=NOW)
    await publish(card)
    later = NOW + dt.timedelta(minutes=1)
    await store.postpone(_card(key=card.key), later)
    assert await store.find(card.key) == card
    await store.postpone(card, later)
    found = await store.find(card.key)
    assert found is not None
    assert found.redraw_time == later


@pytest.fixture
def unused_since(as_admin: Sql) -> Callable[[Card, dt.timedelta], None]:
    def let_time_pass(card: Card, since: dt.timedelta) -> None:
        as_admin(
            "UPDATE edge.cards SET use_time = now() - %s::interval WHERE key = %s", since, card.key
        )

    return let_time_pass


async def test_cards_unused_for_long_are_forgotten_least_recently_used_first(
    store: PostgresCardStore, publish: Publish, unused_since: Callable[[Card, dt.timedelta], None]
) -> None:
    oldest, old, fresh = _card(), _card(), _card()
    for card, age in ((old, LONG_AGO), (oldest, 2 * LONG_AGO), (fresh, dt.timedelta())):
        await publish(card)
        unused_since(card, age)
    before = NOW - LONG_AGO / 2
    assert await store.remove_unused(before, 1) == 1
    assert await store.find(oldest.key) is None
    assert await store.find(old.key) == old
    assert await store.remove_unused(before, 10) == 1
    assert await store.find(old.key) is None
    assert await store.remove_unused(before, 10) == 0
    assert await store.find(fresh.key) == fresh


async def test_a_card_in_use_is_not_forgotten(
    store: PostgresCardStore, publish: Publish, unused_since: Callable[[Card, dt.timedelta], None]
) -> None:
    card = _card()
    await publish(card)
    unused_since(card, LONG_AGO)
    await store.touch(card.key)
    assert await store.remove_unused(NOW - LONG_AGO / 2, 10) == 0


def test_the_services_role_cannot_change_history(dsn: str) -> None:
    """It may forget lines, as it does for who deletes their account."""
    with (
        psycopg.connect(dsn, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("UPDATE edge.generations SET price_credits = 0")


@pytest.mark.parametrize(
    "query",
    [
        "EXPLAIN SELECT charge_id FROM edge.cards WHERE account_id = 'acct_1'",
        "EXPLAIN SELECT id FROM edge.generations WHERE account_id = 'acct_1'",
    ],
)
def test_what_an_account_has_is_found_without_reading_everybodys(dsn: str, query: str) -> None:
    # However short the tables are here, they are read as long ones would be.
    with psycopg.connect(dsn, options="-c enable_seqscan=off") as connection:
        plan = connection.execute(query.encode()).fetchall()
    assert not [line for (line,) in plan if "Seq Scan" in line], plan
