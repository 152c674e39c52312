"""Operators change accounts and list them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from og.auth.v1 import auth_pb2
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.world import World, by_key, refusal
from tests.support.stores import FreshDatabase

NO_ACCOUNT = "acct_0000000000000000"


async def update(world: World, account_id: str, *mask: str, **values: Any) -> auth_pb2.Account:
    request = auth_pb2.UpdateAccountRequest(
        account_id=account_id, update_mask=FieldMask(paths=mask), **values
    )
    return (await world.accounts.UpdateAccount(request, timeout=10)).account


def in_an_hour() -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(datetime.now(UTC) + timedelta(hours=1))
    return timestamp


async def test_a_plan_is_changed_at_once_or_when_it_is_to_come(world: World) -> None:
    account_id = await world.account(plan="free")
    key = await world.key(account_id)

    async def applying() -> str:
        return (await world.authorize(by_key(key.secret))).account.plan_id

    assert (await update(world, account_id, "plan_id", plan_id="pro")).plan_id == "pro"
    assert await applying() == "pro"

    later = in_an_hour()
    coming = await update(
        world, account_id, "plan_id", "plan_time", plan_id="starter", plan_time=later
    )
    assert (coming.plan_id, coming.rate_limit) == ("pro", 300)
    assert (coming.next_plan_id, coming.next_plan_time) == ("starter", later)
    assert await applying() == "pro"

    other = await update(
        world, account_id, "plan_id", "plan_time", plan_id="business", plan_time=later
    )
    assert (other.plan_id, other.next_plan_id) == ("pro", "business")

    # A moment that has passed is now: what billing says may be a little old.
    past = Timestamp(seconds=later.seconds - 7_200)
    come = await update(
        world, account_id, "plan_id", "plan_time", plan_id="business", plan_time=past
    )
    assert (come.plan_id, come.next_plan_id) == ("business", "")
    assert await applying() == "business"
    then = await update(world, account_id, "plan_id", "plan_time", plan_id="free", plan_time=later)
    assert (then.plan_id, then.next_plan_id) == ("business", "free")

    stays = await update(world, account_id, "plan_id", plan_id="business")
    assert (stays.plan_id, stays.next_plan_id) == ("business", "")
    assert not stays.HasField("next_plan_time")


async def test_an_override_is_set_and_taken_back(world: World) -> None:
    account_id = await world.account(plan="free")
    limited = await update(world, account_id, "rate_limit_override", rate_limit_override=7)
    assert (limited.rate_limit, limited.plan_id) == (7, "free")
    free = await update(world, account_id, "rate_limit_override", plan_id="pro")
    assert (free.rate_limit, free.plan_id) == (60, "free")


@pytest.mark.parametrize(
    ("mask", "values", "reason", "field"),
    [
        ((), {"plan_id": "pro"}, "INVALID_REQUEST", "update_mask"),
        (("email",), {}, "INVALID_REQUEST", "update_mask"),
        (("plan_id",), {"plan_id": "gold"}, "UNKNOWN_PLAN", ""),
        (("plan_id",), {}, "UNKNOWN_PLAN", ""),
        (("plan_time",), {"plan_time": Timestamp(seconds=1)}, "INVALID_REQUEST", "plan_time"),
        (
            ("plan_id",),
            {"plan_id": "pro", "plan_time": Timestamp(seconds=2**33)},
            "INVALID_REQUEST",
            "plan_time",
        ),
        (
            ("plan_id", "plan_time"),
            {"plan_id": "pro", "plan_time": Timestamp(seconds=2**60)},
            "INVALID_REQUEST",
            "plan_time",
        ),
        (
            ("plan_id", "rate_limit_override"),
            {"plan_id": "pro", "rate_limit_override": -1},
            "INVALID_RATE_LIMIT",
            "",
        ),
    ],
)
async def test_a_bad_change_of_an_account_changes_nothing(
    world: World, mask: tuple[str, ...], values: dict[str, Any], reason: str, field: str
) -> None:
    account_id = await world.account(plan="free")
    error = await refusal(update(world, account_id, *mask, **values))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    assert error.message.startswith(field)
    get = auth_pb2.GetAccountRequest(account_id=account_id)
    account = (await world.accounts.GetAccount(get, timeout=10)).account
    assert (account.plan_id, account.next_plan_id, account.rate_limit) == ("free", "", 60)


@pytest.mark.parametrize("account_id", ["", "\x00", NO_ACCOUNT])
async def test_an_account_that_is_not_there_is_not_changed(world: World, account_id: str) -> None:
    error = await refusal(update(world, account_id, "plan_id", plan_id="pro"))
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND")


async def listed(world: World, size: int, token: str = "") -> auth_pb2.ListAccountsResponse:
    request = auth_pb2.ListAccountsRequest(page_size=size, page_token=token)
    return await world.accounts.ListAccounts(request, timeout=10)


async def test_accounts_are_listed_in_pages_that_hold_still(world: World) -> None:
    made = [await world.account() for _ in range(7)][::-1]
    page, seen = await listed(world, 3), []
    while True:
        seen += [account.account_id for account in page.accounts]
        await world.account()  # a newer one moves nothing
        if len(seen) > 7 or not page.next_page_token:
            break
        page = await listed(world, 3, page.next_page_token)
    assert seen[:7] == made
    everything = (await listed(world, 1_000)).accounts
    ids = [account.account_id for account in everything]
    assert len(ids) == len(set(ids))
    assert everything[-1].email


async def test_the_last_page_says_that_it_is_the_last(
    serve_auth: ServeAuth, fresh_database: FreshDatabase, redis_url: str
) -> None:
    async with serve_auth(fresh_database("auth"), redis_url) as channel:
        world = World(channel)
        nothing = await listed(world, 0)
        assert (len(nothing.accounts), nothing.next_page_token) == (0, "")
        made = [await world.account() for _ in range(4)][::-1]
        first = await listed(world, 2)
        second = await listed(world, 2, first.next_page_token)
        ids = [account.account_id for account in (*first.accounts, *second.accounts)]
        assert (ids, second.next_page_token) == (made, "")


@pytest.mark.parametrize(
    ("size", "token", "field"),
    [
        (-1, "", "page_size"),
        (1_001, "", "page_size"),
        (0, "x", "page_token"),
        (0, NO_ACCOUNT, "page_token"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(
    world: World, size: int, token: str, field: str
) -> None:
    error = await refusal(listed(world, size, token))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert error.message.startswith(f"{field}: ")
