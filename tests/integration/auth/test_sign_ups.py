"""At most five accounts a day come from one address, however they are asked for."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import grpc
import psycopg
import pytest

from og.auth.v1 import auth_pb2
from og_auth.store.accounts import PostgresAccounts
from og_auth.store.database import Database
from og_auth.sweeper import sweep
from og_service.postgres import open_pool
from og_service.status import from_rpc_error
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.world import World, new_address, refusal
from tests.support.stores import FreshDatabase

A_DAY_S = 24 * 60 * 60
AdminOf = Callable[[str], str]

_numbers = itertools.count(1)


async def sign_up(world: World, address: str, email: str = "") -> auth_pb2.Account:
    request = auth_pb2.CreateAccountRequest(
        email=email or f"new{next(_numbers)}@example.net", plan_id="free", client_address=address
    )
    return (await world.accounts.CreateAccount(request, timeout=20)).account


async def fill(world: World, *addresses: str) -> None:
    """Sign up five times, from each address in turn."""
    for address in itertools.islice(itertools.cycle(addresses), 5):
        await sign_up(world, address)


async def test_the_sixth_account_of_a_day_is_refused(world: World) -> None:
    address = new_address()
    await fill(world, address)
    error = await refusal(sign_up(world, address, "sixth@example.net"))
    assert (error.code, error.reason) == (
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "TOO_MANY_SIGN_UPS",
    )
    assert error.retry_after_s is not None
    assert A_DAY_S - 600 < error.retry_after_s <= A_DAY_S
    await sign_up(world, new_address(), "sixth@example.net")


async def test_an_ipv6_customer_is_one_address(world: World) -> None:
    await fill(world, "2001:db8:99:1::1", "2001:db8:99:1:8000::2", "2001:db8:99:1:ffff::")
    error = await refusal(sign_up(world, "2001:db8:99:1::77"))
    assert error.reason == "TOO_MANY_SIGN_UPS"
    await sign_up(world, "2001:db8:99:2::1")


async def test_operators_are_not_limited(world: World) -> None:
    address = new_address()
    await fill(world, address)
    await asyncio.gather(*(world.account() for _ in range(10)))


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:80", "1.2.3", "\x00"])
async def test_an_address_that_is_none_is_refused(world: World, address: str) -> None:
    email = f"nobody{next(_numbers)}@example.net"
    error = await refusal(sign_up(world, address, email))
    assert error.reason == "INVALID_REQUEST"
    assert error.message.startswith("client_address: ")
    await sign_up(world, new_address(), email)


async def test_a_failed_sign_up_counts_as_none_and_makes_none(world: World) -> None:
    address, taken = new_address(), f"taken{next(_numbers)}@example.net"
    await sign_up(world, new_address(), taken)
    for _ in range(10):
        assert (await refusal(sign_up(world, address, taken))).reason == "EMAIL_TAKEN"
        assert (await refusal(sign_up(world, address, "nobody"))).reason == "INVALID_EMAIL"
    await fill(world, address)
    # A full address is no way to find out which e-mail addresses are taken.
    assert (await refusal(sign_up(world, address, taken))).reason == "TOO_MANY_SIGN_UPS"


@pytest.fixture
async def replicas(
    serve_auth: ServeAuth, database_url: str, redis_url: str
) -> AsyncIterator[list[World]]:
    async with AsyncExitStack() as serving:
        yield [
            World(await serving.enter_async_context(serve_auth(database_url, redis_url)))
            for _ in range(2)
        ]


async def test_many_at_once_over_replicas_get_five(replicas: list[World]) -> None:
    address = new_address()
    calls = [sign_up(replicas[n % 2], address) for n in range(40)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, auth_pb2.Account) for each in outcomes) == 5
    refused = [
        from_rpc_error(each).reason for each in outcomes if isinstance(each, grpc.aio.AioRpcError)
    ]
    assert refused == ["TOO_MANY_SIGN_UPS"] * 35


async def test_many_at_once_with_one_email_count_once(replicas: list[World]) -> None:
    address, email = new_address(), f"same{next(_numbers)}@example.net"
    calls = [sign_up(replicas[n % 2], address, email) for n in range(20)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, auth_pb2.Account) for each in outcomes) == 1
    for _ in range(4):
        await sign_up(replicas[0], address)
    assert (await refusal(sign_up(replicas[1], address))).reason == "TOO_MANY_SIGN_UPS"


async def test_an_address_may_go_on_a_day_later_and_is_forgotten(
    serve_auth: ServeAuth, fresh_database: FreshDatabase, redis_url: str, admin_of: AdminOf
) -> None:
    dsn = fresh_database("auth")
    async with serve_auth(dsn, redis_url) as channel, open_pool(dsn) as pool:
        world, address = World(channel), "192.0.2.7"
        await fill(world, address)
        with psycopg.connect(admin_of(dsn), autocommit=True) as admin:
            admin.execute(
                "UPDATE auth.sign_ups SET create_time = create_time - interval '24 hours'"
                " WHERE account_id = (SELECT min(account_id) FROM auth.sign_ups)"
            )
            await sign_up(world, address)
            assert (await refusal(sign_up(world, address))).reason == "TOO_MANY_SIGN_UPS"
            assert await sweep(PostgresAccounts(Database(pool)).delete_old_sign_ups) == 1
            rows = admin.execute("SELECT * FROM auth.sign_ups").fetchall()
        assert len(rows) == 5
        assert address not in str(rows)
