from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from og.billing.v1 import billing_pb2 as pb
from og_service.status import RemoteError
from tests.integration.billing.client import Client, new_id


async def test_a_statement_tells_what_happened_newest_first(billing: Client) -> None:
    account = await billing.account(plan=100, pack=50)
    captured, released = new_id(), new_id()
    await billing.charge(account, reference="card 1")
    await billing.reserve(account, charge_id=captured)
    await billing.reserve(account, pb.CHARGE_KIND_AI_GENERATION, charge_id=released)
    await billing.capture(captured)
    await billing.release(released)
    await billing.charge(account, pb.CHARGE_KIND_GENERATION)
    entries, token = await billing.page(account)
    assert token == ""
    assert [(e.kind, e.available_delta_credits, e.charged_credits) for e in entries] == [
        (pb.ENTRY_KIND_GENERATION, -10, 10),
        (pb.ENTRY_KIND_RELEASE, 100, 0),
        (pb.ENTRY_KIND_GENERATION, 0, 10),
        (pb.ENTRY_KIND_RESERVATION, -100, 0),
        (pb.ENTRY_KIND_RESERVATION, -10, 0),
        (pb.ENTRY_KIND_CACHED_CARD, -1, 1),
        (pb.ENTRY_KIND_GRANT, 50, 0),
        (pb.ENTRY_KIND_GRANT, 100, 0),
    ]
    assert [e.charge_id for e in entries[1:5]] == [released, captured, released, captured]
    assert entries[5].reference == "card 1"
    times = [e.create_time.ToDatetime(UTC) for e in entries]
    assert times == sorted(times, reverse=True)
    assert datetime.now(UTC) - times[0] < timedelta(minutes=1)
    available = (await billing.balance(account)).available_credits
    assert sum(e.available_delta_credits for e in entries) == available


async def test_a_capture_at_a_lower_price_tells_what_it_took_and_what_came_back(
    billing: Client,
) -> None:
    account, charge_id = await billing.account(plan=120), new_id()
    await billing.reserve(account, pb.CHARGE_KIND_AI_GENERATION, charge_id=charge_id)
    await billing.capture(charge_id, pb.CHARGE_KIND_GENERATION)
    entries, _ = await billing.page(account)
    assert [(e.kind, e.available_delta_credits, e.charged_credits) for e in entries] == [
        (pb.ENTRY_KIND_GENERATION, 90, 10),
        (pb.ENTRY_KIND_RESERVATION, -100, 0),
        (pb.ENTRY_KIND_GRANT, 120, 0),
    ]
    assert entries[0].charge_id == charge_id
    available = (await billing.balance(account)).available_credits
    assert sum(e.available_delta_credits for e in entries) == available == 110


async def test_paging_neither_skips_nor_repeats_while_entries_are_added(billing: Client) -> None:
    account, other = await billing.account(plan=200), await billing.account(plan=200)
    for number in range(25):
        await billing.charge(account, reference=str(number))
        await billing.charge(other)
    seen: list[str] = []
    token, pages = "", 0
    while pages == 0 or token:
        entries, token = await billing.page(account, 7, token)
        seen += [entry.reference for entry in entries if entry.kind != pb.ENTRY_KIND_GRANT]
        pages += 1
        await asyncio.gather(*(billing.charge(account, reference="late") for _ in range(5)))
    assert seen == [str(number) for number in reversed(range(25))]
    assert pages == 4


async def test_a_page_that_ends_exactly_has_no_next(billing: Client) -> None:
    account = await billing.account(plan=200)
    for _ in range(3):
        await billing.charge(account)
    first, token = await billing.page(account, 2)
    second, end = await billing.page(account, 2, token)
    assert (len(first), len(second), end) == (2, 2, "")


@pytest.mark.parametrize(
    ("account", "size", "token", "field"),
    [
        ("", 1, "", "account_id"),
        ("a", -1, "", "page_size"),
        ("a", 1001, "", "page_size"),
        ("a", 1, "newest", "page_token"),
        ("a", 1, "-1", "page_token"),
        ("a", 1, "9" * 30, "page_token"),
    ],
)
async def test_a_wrong_request_is_refused(
    billing: Client, account: str, size: int, token: str, field: str
) -> None:
    with pytest.raises(RemoteError, match=f"INVALID_REQUEST: {field}: must"):
        await billing.page(account, size, token)
