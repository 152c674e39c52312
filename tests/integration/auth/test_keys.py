"""API keys: what they are made with, how they end, and what is seen of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import psycopg
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from og.auth.v1 import auth_pb2
from tests.integration.auth.keys import GENERATE, MANAGE, create, in_an_hour, moment
from tests.integration.auth.world import World, by_key, decision, refusal
from tests.support.waiting import eventually

NO_KEY = "key_0000000000000000"

AdminOf = Callable[[str], str]


async def update(world: World, api_key_id: str, *mask: str, **values: Any) -> auth_pb2.ApiKey:
    request = auth_pb2.UpdateApiKeyRequest(
        api_key_id=api_key_id, update_mask=FieldMask(paths=mask), **values
    )
    return (await world.accounts.UpdateApiKey(request, timeout=10)).api_key


async def decide(world: World, secret: str, scope: auth_pb2.ApiKeyScope.ValueType) -> str:
    request = by_key(secret)
    request.scope = scope
    return decision(await world.authorize(request))


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(world: World) -> None:
    account_id = await world.account()
    old, new = await world.key(account_id), await world.key(account_id)
    listed = await world.keys(account_id)
    assert [each.api_key_id for each in listed] == [new.api_key_id, old.api_key_id]
    assert [each.secret_suffix for each in listed] == [new.secret[-4:], old.secret[-4:]]
    assert not any(key.secret[:-4] in str(listed) for key in (old, new))
    assert decision(await world.authorize(by_key(old.secret))) == "ALLOWED"

    revoked = await world.revoke(old.api_key_id)
    assert decision(await world.authorize(by_key(old.secret))) == "INVALID_API_KEY"
    assert decision(await world.authorize(by_key(new.secret))) == "ALLOWED"
    assert revoked.HasField("revoke_time")
    assert await world.revoke(old.api_key_id) == revoked


async def test_an_account_has_at_most_100_good_keys(world: World) -> None:
    account_id = await world.account()
    keys = [await world.key(account_id) for _ in range(100)]
    error = await refusal(world.key(account_id))
    assert (error.code, error.reason) == (
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "TOO_MANY_API_KEYS",
    )
    # Whoever rotates keys for ever is not locked out, and the list stays as long as it may be.
    await world.revoke(keys[5].api_key_id)
    fresh = await world.key(account_id)
    listed = await world.keys(account_id)
    assert len(listed) == 100
    assert listed[0].api_key_id == fresh.api_key_id
    assert keys[5].api_key_id not in {each.api_key_id for each in listed}


async def test_a_key_says_what_it_was_made_with(world: World) -> None:
    account_id, end = await world.account(), moment(in_an_hour())
    made = await create(
        world,
        account_id,
        display_name="  build server ",
        scopes=[MANAGE, GENERATE, MANAGE],
        expire_time=end,
        daily_credits_max=500,
    )
    key = made.api_key
    assert (key.display_name, key.account_id) == ("build server", account_id)
    assert (list(key.scopes), key.daily_credits_max) == ([GENERATE, MANAGE], 500)
    assert key.expire_time == end
    assert not key.HasField("last_use_time")
    assert not key.HasField("suspend_time")
    assert await world.keys(account_id) == [key]


async def test_a_key_is_for_cards_unless_said_otherwise(world: World) -> None:
    made = await create(world, await world.account())
    assert list(made.api_key.scopes) == [GENERATE]
    assert made.api_key.daily_credits_max == 0
    assert not made.api_key.HasField("expire_time")


@pytest.mark.parametrize(
    ("scopes", "generates", "manages"),
    [
        ([GENERATE], "ALLOWED", "SCOPE_MISSING"),
        ([MANAGE], "SCOPE_MISSING", "ALLOWED"),
        ([GENERATE, MANAGE], "ALLOWED", "ALLOWED"),
    ],
)
async def test_a_key_is_good_for_its_scopes_only(
    world: World,
    scopes: list[auth_pb2.ApiKeyScope.ValueType],
    generates: str,
    manages: str,
) -> None:
    secret = (await create(world, await world.account(), scopes=scopes)).secret
    assert await decide(world, secret, GENERATE) == generates
    assert await decide(world, secret, auth_pb2.API_KEY_SCOPE_UNSPECIFIED) == generates
    assert await decide(world, secret, MANAGE) == manages


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("display_name", {"display_name": " "}),
        ("display_name", {"display_name": "x" * 101}),
        ("display_name", {"display_name": "a\nb"}),
        ("scopes", {"scopes": [GENERATE, 9]}),
        ("scopes", {"scopes": [auth_pb2.API_KEY_SCOPE_UNSPECIFIED]}),
        ("expire_time", {"expire_time": Timestamp(seconds=1)}),
        ("expire_time", {"expire_time": Timestamp(seconds=-(2**60))}),
        ("expire_time", {"expire_time": Timestamp(seconds=2**60)}),
        ("expire_time", {"expire_time": Timestamp(seconds=253_402_300_799)}),
        ("expire_time", {"expire_time": Timestamp(seconds=4_000_000_000, nanos=-1)}),
        ("daily_credits_max", {"daily_credits_max": -1}),
        ("daily_credits_max", {"daily_credits_max": 1_000_000_001}),
        ("daily_credits_max", {"daily_credits_max": 2**63 - 1}),
    ],
)
async def test_a_bad_key_is_refused_naming_the_field(
    world: World, field: str, values: dict[str, Any]
) -> None:
    account_id = await world.account()
    error = await refusal(create(world, account_id, **values))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert error.message.startswith(f"{field}: ")
    assert await world.keys(account_id) == []


async def test_a_key_ends_when_it_was_to(world: World) -> None:
    account_id = await world.account(rate_limit=1_000_000)
    end = datetime.now(UTC) + timedelta(seconds=1)
    secret = (await create(world, account_id, expire_time=moment(end))).secret
    seen = [decision(await world.authorize(by_key(secret)))]
    while seen[-1] == "ALLOWED":
        seen.append(decision(await world.authorize(by_key(secret))))
    assert datetime.now(UTC) >= end
    assert (seen[0], seen[-1]) == ("ALLOWED", "INVALID_API_KEY")


async def test_a_key_is_changed_by_what_the_mask_names(world: World) -> None:
    account_id, end = await world.account(), moment(in_an_hour())
    key_id = (await create(world, account_id)).api_key.api_key_id
    named = await update(world, key_id, "display_name", display_name=" new ", daily_credits_max=7)
    assert (named.display_name, named.daily_credits_max) == ("new", 0)
    limited = await update(
        world, key_id, "daily_credits_max", "expire_time", daily_credits_max=7, expire_time=end
    )
    assert (limited.display_name, limited.daily_credits_max) == ("new", 7)
    assert limited.expire_time == end
    endless = await update(world, key_id, "expire_time")
    assert not endless.HasField("expire_time")
    assert await world.keys(account_id) == [endless]


@pytest.mark.parametrize(
    ("mask", "values", "field"),
    [
        ((), {"display_name": "new"}, "update_mask"),
        (("secret",), {}, "update_mask"),
        (("display_name", "scopes"), {"display_name": "new"}, "update_mask"),
        (("*",), {"display_name": "new"}, "update_mask"),
        (("display_name; DROP",), {}, "update_mask"),
        (("display_name",), {}, "display_name"),
        (("display_name", "expire_time"), {"expire_time": Timestamp(seconds=1)}, "display_name"),
        (("expire_time",), {"expire_time": Timestamp(seconds=1)}, "expire_time"),
        (("daily_credits_max",), {"daily_credits_max": -1}, "daily_credits_max"),
    ],
)
async def test_a_bad_change_is_refused_and_changes_nothing(
    world: World, mask: tuple[str, ...], values: dict[str, Any], field: str
) -> None:
    account_id = await world.account()
    key = (await create(world, account_id)).api_key
    error = await refusal(update(world, key.api_key_id, *mask, **values))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert error.message.startswith(f"{field}: ")
    assert await world.keys(account_id) == [key]


@pytest.mark.parametrize("key_id", ["", "\x00", NO_KEY, "acct_0000000000000000"])
async def test_a_key_that_is_not_there_is_not_found(world: World, key_id: str) -> None:
    for call in (
        world.rotate(key_id),
        world.revoke(key_id),
        update(world, key_id, "display_name", display_name="new"),
        world.suspend(api_key_id=key_id),
    ):
        error = await refusal(call)
        assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "API_KEY_NOT_FOUND")


async def test_a_key_tells_when_it_was_last_used_to_a_minute(
    world: World, database_url: str, admin_of: AdminOf
) -> None:
    account_id = await world.account(rate_limit=1)
    used, unused = await world.key(account_id), await world.key(account_id)
    before = datetime.now(UTC)
    await world.batch([by_key(used.secret)] * 20)
    with psycopg.connect(admin_of(database_url), autocommit=True) as admin:

        def last_use() -> datetime | None:
            query = "SELECT last_use_time FROM auth.api_keys WHERE api_key_id = %s"
            [time] = admin.execute(query, (used.api_key_id,)).fetchone() or [None]
            return time

        await eventually(last_use)
    newest, oldest = await world.keys(account_id)
    assert (newest.api_key_id, newest.HasField("last_use_time")) == (unused.api_key_id, False)
    time = oldest.last_use_time.ToDatetime(tzinfo=UTC)
    assert time.second == 0
    assert before.replace(second=0, microsecond=0) <= time <= datetime.now(UTC)
