"""What an operator suspends is denied from the next call on, and keeps all it has."""

from __future__ import annotations

import grpc
import pytest

from og.auth.v1 import auth_pb2
from tests.integration.auth.world import World, by_key, by_site, decision, new_domain, refusal


async def account(world: World, account_id: str) -> auth_pb2.Account:
    request = auth_pb2.GetAccountRequest(account_id=account_id)
    return (await world.accounts.GetAccount(request, timeout=10)).account


async def test_a_suspended_account_is_denied_until_it_is_resumed(world: World) -> None:
    account_id, domain = await world.account(), new_domain()
    key, site_id = await world.key(account_id), await world.site(account_id, domain)
    requests = [by_key(key.secret), by_site(site_id, f"https://{domain}/")]
    before = await account(world, account_id)

    await world.suspend(" floods us ", account_id=account_id)
    assert {decision(await world.authorize(each)) for each in requests} == {"SUSPENDED"}
    suspended = await account(world, account_id)
    assert suspended.HasField("suspend_time")
    assert suspended.suspend_reason == "floods us"

    await world.suspend("and does not answer", account_id=account_id)
    again = await account(world, account_id)
    assert again.suspend_time == suspended.suspend_time
    assert again.suspend_reason == "and does not answer"

    await world.suspend("", account_id=account_id)
    await world.suspend("", account_id=account_id)
    assert {decision(await world.authorize(each)) for each in requests} == {"ALLOWED"}
    assert await account(world, account_id) == before


async def test_a_suspended_key_leaves_the_others_alone(world: World) -> None:
    account_id = await world.account()
    bad, good = await world.key(account_id), await world.key(account_id)
    await world.suspend("leaked", api_key_id=bad.api_key_id)
    assert decision(await world.authorize(by_key(bad.secret))) == "SUSPENDED"
    assert decision(await world.authorize(by_key(good.secret))) == "ALLOWED"
    reasons = {key.api_key_id: key.suspend_reason for key in await world.keys(account_id)}
    assert reasons == {bad.api_key_id: "leaked", good.api_key_id: ""}
    await world.suspend("", api_key_id=bad.api_key_id)
    assert decision(await world.authorize(by_key(bad.secret))) == "ALLOWED"


async def test_a_suspended_site_leaves_the_account_alone(world: World) -> None:
    account_id, domain = await world.account(), new_domain()
    key, site_id = await world.key(account_id), await world.site(account_id, domain)
    page = by_site(site_id, f"https://{domain}/")
    await world.complete(page, "TAG_FOUND")
    await world.suspend(site_id=site_id)
    assert decision(await world.authorize(page)) == "SUSPENDED"
    assert decision(await world.complete(page, "TAG_FOUND")) == "SUSPENDED"
    assert decision(await world.authorize(by_key(key.secret))) == "ALLOWED"
    await world.suspend("", site_id=site_id)
    assert decision(await world.authorize(page)) == "ALLOWED"


async def test_a_revoked_key_stays_revoked_whether_suspended_or_not(world: World) -> None:
    key = await world.key(await world.account())
    await world.suspend(api_key_id=key.api_key_id)
    await world.revoke(key.api_key_id)
    assert decision(await world.authorize(by_key(key.secret))) == "INVALID_API_KEY"
    await world.suspend("", api_key_id=key.api_key_id)
    assert decision(await world.authorize(by_key(key.secret))) == "INVALID_API_KEY"


@pytest.mark.parametrize("reason", ["", " ", "x" * 201, "a\nb", "\x00"])
async def test_a_suspension_needs_a_reason(world: World, reason: str) -> None:
    account_id = await world.account()
    request = auth_pb2.SetSuspensionRequest(account_id=account_id, suspended=True, reason=reason)
    error = await refusal(world.accounts.SetSuspension(request, timeout=10))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert error.message.startswith("reason: ")
    assert not (await account(world, account_id)).HasField("suspend_time")


async def test_a_suspension_needs_a_target_that_is_there(world: World) -> None:
    for target, reason in (
        ({}, "INVALID_REQUEST"),
        ({"account_id": "acct_0000000000000000"}, "ACCOUNT_NOT_FOUND"),
        ({"account_id": "\x00"}, "ACCOUNT_NOT_FOUND"),
        ({"api_key_id": "acct_0000000000000000"}, "API_KEY_NOT_FOUND"),
        ({"site_id": "site_0000000000000000"}, "SITE_NOT_FOUND"),
        ({"site_id": ""}, "SITE_NOT_FOUND"),
    ):
        assert (await refusal(world.suspend(**target))).reason == reason
