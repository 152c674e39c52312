"""What may be spent through a key or a site on one day, and what was."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import grpc
import psycopg
import pytest

from og.billing.v1 import billing_pb2 as pb
from og_billing.spending import RETENTION_DAYS
from og_service.status import RemoteError
from tests.integration.billing.client import (
    Client,
    audit,
    buckets,
    called,
    charge_request,
    holds_nothing,
    new_id,
    reason_of,
    serving,
    until,
)
from tests.integration.billing.ledger import open_ledger
from tests.support.stores import FreshDatabase

GENERATION, AI = pb.CHARGE_KIND_GENERATION, pb.CHARGE_KIND_AI_GENERATION


def site(credits_max: int = 0, generations_max: int = 0) -> pb.Payer:
    return pb.Payer(
        payer_id="site_1", daily_credits_max=credits_max, daily_generations_max=generations_max
    )


def figures(day: pb.DailySpending) -> tuple[str, int, int, int]:
    return day.payer_id, day.spent_credits, day.generations, day.cached_cards


async def test_what_was_spent_is_listed_by_day_and_payer(billing: Client) -> None:
    account, captured, released = await billing.account(plan=500), new_id(), new_id()
    await billing.charge(account)
    await billing.charge(account, payer=site())
    await billing.charge(account, GENERATION, payer=pb.Payer(payer_id="key_1"))
    await billing.reserve(account, AI, charge_id=captured, payer=site())
    await billing.reserve(account, AI, charge_id=released, payer=site())
    today = datetime.now(UTC).date().isoformat()
    days, token = await billing.days(account)
    assert {day.day for day in days} <= {today, datetime.now(UTC).date().isoformat()}
    assert [figures(day) for day in days] == [
        ("", 1, 0, 1),
        ("key_1", 10, 1, 0),
        ("site_1", 201, 2, 1),
    ]
    assert token == ""
    await billing.capture(captured, GENERATION)
    await billing.release(released)
    assert figures((await billing.days(account))[0][2]) == ("site_1", 11, 1, 1)
    entries, _ = await billing.page(account)
    assert [entry.payer_id for entry in entries] == (
        ["site_1", "site_1", "site_1", "site_1", "key_1", "site_1", "", ""]
    )


async def test_a_refusal_names_the_payer_the_limit_and_the_end_of_the_day(billing: Client) -> None:
    account = await billing.account(plan=100)
    await billing.charge(account, GENERATION, payer=site())
    for limited, reason, daily_max in (
        (site(credits_max=19), "DAILY_CREDITS_REACHED", "19"),
        (site(generations_max=1), "DAILY_GENERATIONS_REACHED", "1"),
    ):
        for call in (billing.charge, billing.reserve):
            before = datetime.now(UTC)
            with pytest.raises(RemoteError) as refused:
                await call(account, GENERATION, payer=limited)
            assert (refused.value.code, refused.value.reason) == (
                grpc.StatusCode.FAILED_PRECONDITION,
                reason,
            )
            metadata = dict(refused.value.metadata)
            reset_time = datetime.fromtimestamp(int(metadata.pop("reset_time")), UTC)
            assert timedelta() < reset_time - before <= timedelta(days=1)
            assert (reset_time.hour, reset_time.minute, reset_time.second) == (0, 0, 0)
            assert metadata == {"payer_id": "site_1", "daily_max": daily_max}
    assert buckets(await billing.balance(account)) == (90, 0, 0)
    # Others are not touched, and neither are cards that exist.
    await billing.charge(account, GENERATION, payer=pb.Payer(payer_id="k", daily_credits_max=10))
    await billing.charge(account, payer=site(generations_max=1))


async def test_a_batch_tells_each_charge_which_limit_it_met(billing: Client) -> None:
    account = await billing.account(plan=100)
    outcomes = await billing.batch(
        charge_request(account, GENERATION, payer=site(generations_max=1)),
        charge_request(account, GENERATION, payer=site(generations_max=1)),
        charge_request(account, payer=site(credits_max=11)),
        charge_request(account, payer=site(credits_max=11)),
    )
    assert [(outcome.result, outcome.charged_credits) for outcome in outcomes] == [
        (pb.CHARGE_RESULT_CHARGED, 10),
        (pb.CHARGE_RESULT_DAILY_GENERATIONS_REACHED, 0),
        (pb.CHARGE_RESULT_CHARGED, 1),
        (pb.CHARGE_RESULT_DAILY_CREDITS_REACHED, 0),
    ]
    assert buckets(outcomes[3].balance) == (89, 0, 0)


async def test_over_replicas_at_once_exactly_so_much_is_spent_as_the_limit_says(
    fresh_database: FreshDatabase,
) -> None:
    dsn = fresh_database("billing")
    async with serving(dsn) as one, serving(dsn) as two:
        account = await one.account(plan=10_000)
        calls = [
            *(one.charge(account, GENERATION, payer=site(credits_max=155)) for _ in range(40)),
            *(two.reserve(account, GENERATION, payer=site(credits_max=155)) for _ in range(40)),
            *(two.charge(account, payer=site(credits_max=155)) for _ in range(40)),
        ]
        reasons = Counter(await asyncio.gather(*map(reason_of, calls)))
        assert set(reasons) == {"OK", "DAILY_CREDITS_REACHED"}
        [day], _ = await one.days(account)
        assert day.spent_credits == 155
        assert day.generations * 10 + day.cached_cards == 155
        assert day.generations + day.cached_cards == reasons["OK"]
    assert (await audit(dsn)).passed


async def test_what_expires_gives_its_room_back(billing: Client) -> None:
    account, limited = await billing.account(plan=100), site(credits_max=10, generations_max=1)
    await billing.reserve(account, GENERATION, payer=limited, hold_s=1)
    assert await reason_of(billing.charge(account, payer=limited)) == "DAILY_CREDITS_REACHED"
    await until(partial(holds_nothing, billing, account))
    await billing.charge(account, GENERATION, payer=limited)


async def test_a_replay_names_the_same_payer_and_whatever_limits(billing: Client) -> None:
    account, charge_id = await billing.account(plan=100), new_id()
    again = partial(billing.charge, account, GENERATION, charge_id=charge_id)
    first = await again(payer=site(generations_max=1))
    assert await again(payer=site(credits_max=1)) == first
    assert await reason_of(again()) == "CHARGE_ID_REUSED"
    assert await reason_of(again(payer=pb.Payer(payer_id="site_2"))) == "CHARGE_ID_REUSED"


@pytest.mark.parametrize(
    ("payer", "field"),
    [
        (pb.Payer(), "payer_id"),
        (pb.Payer(payer_id="p" * 65), "payer_id"),
        (pb.Payer(payer_id="a\0"), "payer_id"),
        (pb.Payer(payer_id="a\x7f"), "payer_id"),
        (pb.Payer(payer_id="a", daily_credits_max=-1), "daily_credits_max"),
        (pb.Payer(payer_id="a", daily_generations_max=-(2**31)), "daily_generations_max"),
    ],
)
async def test_a_wrong_payer_is_refused_by_the_name_of_its_field(
    billing: Client, payer: pb.Payer, field: str
) -> None:
    account = await billing.account(plan=10)
    with pytest.raises(RemoteError, match=f"INVALID_REQUEST: payer.{field}: must"):
        await billing.charge(account, payer=payer)
    with pytest.raises(RemoteError, match=f"INVALID_REQUEST: charge.payer.{field}: must"):
        await billing.reserve(account, payer=payer)
    with pytest.raises(RemoteError, match=rf"INVALID_REQUEST: charges\[1\].payer.{field}: must"):
        await billing.batch(charge_request(account), charge_request(account, payer=payer))
    assert buckets(await billing.balance(account)) == (10, 0, 0)


@pytest.fixture
async def long_account(
    billing: Client, ledger_dsn: str, admin_of: Callable[[str], str]
) -> tuple[str, list[tuple[str, str]]]:
    """Give an account with seven days of spending, and their days and payers in order."""
    account = await billing.account(plan=1)
    days = [("2020-01-02", payer) for payer in ("", "a", "b/c")]
    days += [("2020-01-01", payer) for payer in ("", "a", "z", "ü")]
    with psycopg.connect(admin_of(ledger_dsn)) as connection:
        connection.cursor().executemany(
            "INSERT INTO billing.daily_spending VALUES (%s, %s, %s, 1, 0, 1)",
            [(account, *day) for day in days],
        )
    return account, days


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_days_are_listed_a_page_at_a_time(
    billing: Client, long_account: tuple[str, list[tuple[str, str]]], size: int
) -> None:
    account, expected = long_account
    seen, token = list[tuple[str, str]](), ""
    while not seen or token:
        days, token = await billing.days(account, size, token)
        assert len(days) <= size
        seen += [(day.day, day.payer_id) for day in days]
    assert seen == expected


@pytest.mark.parametrize(
    ("account", "size", "token", "field"),
    [
        ("", 1, "", "account_id"),
        ("a", 1001, "", "page_size"),
        ("a", 1, "yesterday", "page_token"),
        ("a", 1, "2020-01-01/" + "p" * 65, "page_token"),
        ("a", 1, "2020-01-01/\0", "page_token"),
    ],
)
async def test_a_wrong_request_for_days_is_refused(
    billing: Client, account: str, size: int, token: str, field: str
) -> None:
    with pytest.raises(RemoteError, match=f"INVALID_REQUEST: {field}: must"):
        await billing.days(account, size, token)


async def test_days_of_long_ago_are_deleted_and_no_others(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    async with serving(dsn) as client:
        account = await client.account(plan=10)
        await client.charge(account)
    with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
        for days in (RETENTION_DAYS, RETENTION_DAYS + 1):
            connection.execute(
                "INSERT INTO billing.daily_spending SELECT account_id, day - %s, '', 0, 0, 0"
                " FROM billing.daily_spending WHERE day > now() - interval '2 days'",
                (days,),
            )
    async with open_ledger(dsn) as store, serving(dsn) as client:
        await until(partial(_is_pruned, client, account))
        assert await store.prune() == 0
        assert (await store.verify()).passed


async def _is_pruned(client: Client, account: str) -> bool:
    return len((await client.days(account))[0]) == 2


async def test_what_a_version_without_payers_wrote_goes_on_working(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn, charged, captured, released = fresh_database("billing"), new_id(), new_id(), new_id()
    async with serving(dsn) as client:
        account = await client.account(plan=100)
        await client.charge(account, charge_id=charged)
        await client.reserve(account, charge_id=captured)
        await client.reserve(account, charge_id=released)
        with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
            connection.execute("UPDATE billing.entries SET payer_id = NULL")
            connection.execute("DELETE FROM billing.daily_spending")
        await client.charge(account, charge_id=charged, payer=site())  # by a caller that knows
        await client.capture(captured, pb.CHARGE_KIND_CACHED_CARD)
        await client.release(released)
        assert await client.days(account) == ([], "")
        assert buckets(await client.balance(account)) == (98, 0, 0)
        assert {entry.payer_id for entry in (await client.page(account))[0]} == {""}
    assert (await audit(dsn)).passed


async def test_every_accounts_balance_is_listed(fresh_database: FreshDatabase) -> None:
    async with serving(fresh_database("billing")) as client:
        accounts = sorted([await client.account(plan=5, pack=n) for n in range(1, 6)])
        await client.reserve(accounts[0], pb.CHARGE_KIND_CACHED_CARD)
        for size in (1, 2, 5, 0):
            seen, token = dict[str, pb.Balance](), ""
            while not seen or token:
                balances, token = await client.balances(size, token)
                seen |= balances
            assert list(seen) == accounts
            assert seen == {account: await client.balance(account) for account in accounts}
        for size, token, field in ((-1, "", "page_size"), (1, "\0", "page_token")):
            with pytest.raises(RemoteError, match=f"INVALID_REQUEST: {field}: must"):
                await client.balances(size, token)
        for token in ("x" * 129, "\x1f"):
            request = pb.ListBalancesRequest(page_token=token)
            with pytest.raises(RemoteError, match="page_token"):
                await called(client.stub.ListBalances, request)
