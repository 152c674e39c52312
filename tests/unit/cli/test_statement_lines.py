from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

from og.billing.v1 import billing_pb2
from og_cli.statement_lines import day_rows, entry_rows
from og_cli.tables import Row

NEW = billing_pb2.ENTRY_KIND_GENERATION
CACHED = billing_pb2.ENTRY_KIND_CACHED_CARD
MONDAY = dt.datetime(2026, 11, 23, 23, 59, tzinfo=dt.UTC)
NAMES = {"key_1": "laptop", "site_1": "example.com"}


def entry(
    kind: billing_pb2.EntryKind.ValueType,
    change: int,
    charged: int = 0,
    payer_id: str = "",
    time: dt.datetime = MONDAY,
) -> billing_pb2.Entry:
    made = billing_pb2.Entry(
        kind=kind, available_delta_credits=change, charged_credits=charged, payer_id=payer_id
    )
    made.create_time.FromDatetime(time)
    return made


async def coming(*entries: billing_pb2.Entry) -> AsyncIterator[billing_pb2.Entry]:
    for one in entries:
        yield one


async def listed(rows: AsyncIterator[Row]) -> list[Row]:
    return [row async for row in rows]


async def test_a_line_tells_what_through_what_and_what_was_left() -> None:
    charged = entry(CACHED, -1, 1, "site_1")
    charged.reference = "article/blog-post https://example.com/post"
    charged.balance.available_credits = 89
    [row] = await listed(entry_rows(coming(charged), NAMES))
    assert row["time"] == "2026-11-23T23:59:00Z"
    assert (row["what"], row["kind"]) == ("cached card", "cached_card")
    assert (row["through"], row["payer_id"]) == ("example.com", "site_1")
    assert (row["change"], row["charged"], row["balance"]) == (-1, 1, 89)
    assert row["reference"] == charged.reference


async def test_a_payer_that_is_gone_is_named_by_its_id() -> None:
    [row] = await listed(entry_rows(coming(entry(CACHED, -1, 1, "key_9")), NAMES))
    assert row["through"] == "key_9"


async def test_every_kind_of_entry_has_a_word() -> None:
    kinds = [number for number in billing_pb2.EntryKind.values() if number]
    rows = await listed(entry_rows(coming(*(entry(kind, 1) for kind in kinds)), NAMES))
    words = [row["what"] for row in rows]
    assert len(set(words)) == len(kinds)
    assert "other" not in words


TUESDAY = MONDAY + dt.timedelta(minutes=1)
TWO_DAYS = (
    entry(CACHED, -1, 1, "site_1", TUESDAY),
    entry(billing_pb2.ENTRY_KIND_PLAN_CREDITS, 100, time=TUESDAY),
    entry(billing_pb2.ENTRY_KIND_PLAN_EXPIRY, -7, time=TUESDAY),
    entry(billing_pb2.ENTRY_KIND_AI_GENERATION, 0, 100, "key_1"),
    entry(billing_pb2.ENTRY_KIND_RESERVATION, -100, 0, "key_1"),
    entry(NEW, 0, 10, "site_1"),
    entry(billing_pb2.ENTRY_KIND_RELEASE, 10, 0, "site_1"),
    entry(CACHED, 99, 1, "site_1"),
    entry(billing_pb2.ENTRY_KIND_GRANT, 1000),
)


async def test_days_are_added_up_at_midnight_utc() -> None:
    tuesday, monday = await listed(day_rows(coming(*TWO_DAYS), NAMES, by_payer=False))
    assert (tuesday["day"], monday["day"]) == ("2026-11-24", "2026-11-23")
    assert [tuesday[it] for it in ("cached_cards", "charged", "added", "expired")] == [1, 1, 100, 7]
    assert [monday[it] for it in ("cached_cards", "new_cards", "ai_cards")] == [1, 1, 1]
    assert (monday["charged"], monday["added"], monday["expired"]) == (111, 1000, 0)


async def test_payers_of_a_day_are_told_apart() -> None:
    rows = await listed(day_rows(coming(*TWO_DAYS), NAMES, by_payer=True))
    assert [(row["day"], row["through"], row["charged"]) for row in rows] == [
        ("2026-11-24", "", 0),
        ("2026-11-24", "example.com", 1),
        ("2026-11-23", "", 0),
        ("2026-11-23", "laptop", 100),
        ("2026-11-23", "example.com", 11),
    ]


async def test_no_entries_are_no_days() -> None:
    assert await listed(day_rows(coming(), NAMES, by_payer=True)) == []
