"""A key that takes the place of another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from og.auth.v1 import auth_pb2
from tests.integration.auth.keys import GENERATE, MANAGE, create, in_an_hour, moment
from tests.integration.auth.world import World, by_key, decision, refusal


async def test_both_keys_are_good_while_they_overlap(world: World) -> None:
    account_id = await world.account()
    old = await create(world, account_id, scopes=[GENERATE, MANAGE], daily_credits_max=50)
    before = datetime.now(UTC)
    rotated = await world.rotate(old.api_key.api_key_id, timedelta(days=1))
    new, replaced = rotated.api_key, rotated.replaced
    assert replaced.api_key_id == old.api_key.api_key_id
    assert abs(replaced.expire_time.ToDatetime(tzinfo=UTC) - before - timedelta(days=1)) < (
        timedelta(minutes=1)
    )
    for field in ("account_id", "display_name", "scopes", "daily_credits_max"):
        assert getattr(new, field) == getattr(old.api_key, field)
    assert not new.HasField("expire_time")
    assert rotated.secret.endswith(new.secret_suffix)
    assert await world.keys(account_id) == [new, replaced]
    for secret in (old.secret, rotated.secret):
        assert decision(await world.authorize(by_key(secret))) == "ALLOWED"


async def test_an_overlap_never_makes_a_key_last_longer(world: World) -> None:
    end = moment(in_an_hour())
    old = await create(world, await world.account(), expire_time=end)
    rotated = await world.rotate(old.api_key.api_key_id, timedelta(days=1))
    assert rotated.replaced.expire_time == end


async def test_the_new_key_ends_when_it_is_told_to(world: World) -> None:
    old, end = await create(world, await world.account()), moment(in_an_hour())
    request = auth_pb2.RotateApiKeyRequest(api_key_id=old.api_key.api_key_id, expire_time=end)
    rotated = await world.accounts.RotateApiKey(request, timeout=10)
    assert rotated.api_key.expire_time == end


async def test_without_an_overlap_the_old_key_ends_at_once(world: World) -> None:
    old = await create(world, await world.account())
    rotated = await world.rotate(old.api_key.api_key_id)
    assert decision(await world.authorize(by_key(old.secret))) == "INVALID_API_KEY"
    assert decision(await world.authorize(by_key(rotated.secret))) == "ALLOWED"


async def test_a_key_that_is_good_no_more_is_not_rotated(world: World) -> None:
    account_id = await world.account()
    revoked, expired, suspended = [await world.key(account_id) for _ in range(3)]
    await world.revoke(revoked.api_key_id)
    await world.rotate(expired.api_key_id)
    await world.suspend(api_key_id=suspended.api_key_id)
    there = await world.keys(account_id)
    for key in (revoked, expired, suspended):
        error = await refusal(world.rotate(key.api_key_id))
        assert (error.code, error.reason) == (
            grpc.StatusCode.FAILED_PRECONDITION,
            "API_KEY_NOT_USABLE",
        )
    assert await world.keys(account_id) == there


@pytest.mark.parametrize(
    "overlap",
    [
        Duration(seconds=-1),
        Duration(seconds=30 * 86_400, nanos=1_000),
        Duration(seconds=2**62),
        Duration(seconds=-(2**62)),
    ],
)
async def test_an_overlap_out_of_range_is_refused(world: World, overlap: Duration) -> None:
    account_id = await world.account()
    key = await world.key(account_id)
    there = await world.keys(account_id)
    request = auth_pb2.RotateApiKeyRequest(api_key_id=key.api_key_id, overlap=overlap)
    error = await refusal(world.accounts.RotateApiKey(request, timeout=10))
    assert error.reason == "INVALID_REQUEST"
    assert error.message.startswith("overlap: ")
    assert await world.keys(account_id) == there


async def test_keys_can_be_rotated_for_ever(world: World) -> None:
    account_id = await world.account()
    others = [await world.key(account_id) for _ in range(99)]
    key_id = (await world.key(account_id)).api_key_id
    error = await refusal(world.rotate(key_id, timedelta(days=1)))
    assert error.reason == "TOO_MANY_API_KEYS"
    for _ in range(3):
        key_id = (await world.rotate(key_id)).api_key.api_key_id
    listed = {key.api_key_id for key in await world.keys(account_id)}
    assert listed == {key_id, *(key.api_key_id for key in others)}
