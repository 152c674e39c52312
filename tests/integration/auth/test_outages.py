"""The stores go away and come back while auth serves."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import grpc
import psycopg
import pytest
import redis.asyncio

from og.auth.v1 import auth_pb2
from og_auth.api_keys import new_secret
from og_auth.store.credentials import LOOKUP_TIMEOUT_S, MAX_LOOKUPS
from og_auth.valkey import CALL_TIMEOUT_S, READ_GRACE_S
from og_service.migrations import migrate
from og_service.status import from_rpc_error
from og_stack.databases import create_database, prepare_schema
from og_stack.postgres import EmbeddedPostgres
from og_stack.valkey import EmbeddedValkey
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.world import (
    World,
    by_key,
    by_site,
    decision,
    new_domain,
    refusal,
    state,
)
from tests.support.fault_proxy import FaultProxy
from tests.support.stores import FreshDatabase

RECOVERY_TIMEOUT_S = 15

AdminOf = Callable[[str], str]
T = TypeVar("T")


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path / "valkey", {"appendonly": "no"}) as server:
        yield server


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "postgres", {"fsync": "off"}) as server:
        yield server


async def passing(world: World, secret: str, tries: int) -> int:
    answers = [await world.authorize(by_key(secret)) for _ in range(tries)]
    assert {answer.rate_limit.limit for answer in answers} == {10}
    return Counter(map(decision, answers))["ALLOWED"]


async def allowed(world: World, secret: str) -> bool:
    try:
        return decision(await world.authorize(by_key(secret))) == "ALLOWED"
    except grpc.aio.AioRpcError:
        return False


async def until_allowed(world: World, secret: str, *, expected: bool = True) -> None:
    async with asyncio.timeout(RECOVERY_TIMEOUT_S):
        # Another process changes it.
        while await allowed(world, secret) is not expected:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("replicas", [1, 2])
async def test_each_replica_limits_by_itself_while_valkey_is_away(
    serve_auth: ServeAuth, database_url: str, own_valkey: EmbeddedValkey, replicas: int
) -> None:
    async with serve_auth(database_url, own_valkey.url, replicas=replicas) as channel:
        world = World(channel)
        key = await world.key(await world.account(rate_limit=10))
        assert await passing(world, key.secret, 2) == 2
        own_valkey.kill()
        assert await passing(world, key.secret, 15) == 10 // replicas
        await asyncio.to_thread(own_valkey.start)
        # Full in this process, so what passes now was counted by the new server.
        await until_allowed(world, key.secret)
        assert await passing(world, key.secret, 15) == 9


async def test_connections_that_valkey_ended_while_nobody_asked_are_no_outage(
    serve_auth: ServeAuth, database_url: str, own_valkey: EmbeddedValkey
) -> None:
    """What counts goes on counting: nothing is decided by this process alone."""
    proxy = FaultProxy("valkey", own_valkey.socket_directory / own_valkey.socket_name)
    async with (
        proxy.listening(),
        serve_auth(database_url, f"redis://{proxy.address}/0") as channel,
    ):
        world = World(channel)
        key = await world.key(await world.account(rate_limit=10))
        assert await passing(world, key.secret, 2) == 2
        proxy.cut()
        await world.account()  # so that the end has been read
        assert await passing(world, key.secret, 15) == 8


async def test_a_valkey_that_forgot_our_script_counts_on(
    serve_auth: ServeAuth, database_url: str, own_valkey: EmbeddedValkey
) -> None:
    async with serve_auth(database_url, own_valkey.url) as channel:
        world = World(channel)
        key = await world.key(await world.account(rate_limit=10))
        assert await passing(world, key.secret, 2) == 2
        async with redis.asyncio.Redis.from_url(own_valkey.url) as administrator:
            await administrator.script_flush()
        assert await passing(world, key.secret, 15) == 8


async def test_verification_works_while_valkey_is_away(
    serve_auth: ServeAuth, database_url: str, own_valkey: EmbeddedValkey
) -> None:
    async with serve_auth(database_url, own_valkey.url) as channel:
        world, domain = World(channel), new_domain()
        site_id = await world.site(await world.account(), domain)
        missing, found = (by_site(site_id, f"https://{domain}/{n}") for n in range(2))
        own_valkey.kill()
        assert decision(await world.complete(missing, "TAG_MISSING")) == "SITE_NOT_VERIFIED"
        assert state(await world.authorize(missing)) == "UNKNOWN"  # not remembered, but limited
        assert decision(await world.complete(found, "TAG_FOUND")) == "ALLOWED"
        assert state(await world.authorize(found)) == "VERIFIED"


async def test_a_valkey_that_hangs_is_waited_for_once(
    serve_auth: ServeAuth, database_url: str, own_valkey: EmbeddedValkey
) -> None:
    async with serve_auth(database_url, own_valkey.url) as channel:
        world = World(channel)
        key = await world.key(await world.account(rate_limit=10))
        await passing(world, key.secret, 1)
        assert own_valkey.process
        os.kill(own_valkey.process.pid, signal.SIGSTOP)
        started = time.monotonic()
        assert await passing(world, key.secret, 60) == 10
        # Not a measurement: waiting for each of the sixty would take 30 s.
        assert time.monotonic() - started < 40 * (CALL_TIMEOUT_S + READ_GRACE_S)
        os.kill(own_valkey.process.pid, signal.SIGCONT)
        await until_allowed(world, key.secret)


async def test_terminated_connections_to_postgres_are_replaced(
    serve_auth: ServeAuth, fresh_database: FreshDatabase, admin_of: AdminOf, redis_url: str
) -> None:
    dsn = fresh_database("auth")
    async with serve_auth(dsn, redis_url) as channel:
        world = World(channel)
        key = await world.key(await world.account())
        await asyncio.gather(*(world.account() for _ in range(50)))  # many connections
        backends = serving_og_auth(admin_of(dsn))
        assert backends
        with psycopg.connect(admin_of(dsn), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", (backends,))
        await until_allowed(world, key.secret)


async def test_connections_to_postgres_that_hang_are_replaced(
    serve_auth: ServeAuth, fresh_database: FreshDatabase, admin_of: AdminOf, redis_url: str
) -> None:
    dsn = fresh_database("auth")
    async with serve_auth(dsn, redis_url) as channel:
        world = World(channel)
        key = await world.key(await world.account())
        backends = serving_og_auth(admin_of(dsn))
        assert backends
        for pid in backends:
            os.kill(pid, signal.SIGSTOP)
        try:
            await until_allowed(world, key.secret)
        finally:
            for pid in backends:
                os.kill(pid, signal.SIGCONT)


def serving_og_auth(admin_dsn: str) -> list[int]:
    with psycopg.connect(admin_dsn) as admin:
        rows = admin.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE usename = 'og_auth' AND datname = current_database()"
        ).fetchall()
    return [int(pid) for (pid,) in rows]


@pytest.fixture
async def own_world(
    serve_auth: ServeAuth, own_postgres: EmbeddedPostgres, redis_url: str
) -> AsyncIterator[World]:
    database = create_database(own_postgres.admin_dsn, "own")
    dsn = prepare_schema(database, "auth", "a password for tests")
    migrate(database, "og_auth", "auth")
    async with serve_auth(dsn, redis_url) as channel:
        yield World(channel)


async def test_auth_says_so_while_postgres_is_away_and_works_when_it_is_back(
    own_world: World, own_postgres: EmbeddedPostgres
) -> None:
    key = await own_world.key(await own_world.account())
    own_postgres.kill()
    # What it was doing outlives it by a moment.
    await until_allowed(own_world, key.secret, expected=False)
    for call in (own_world.authorize(by_key(key.secret)), own_world.account()):
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await call
        error = from_rpc_error(failed.value)
        assert (error.code, error.reason) == (
            grpc.StatusCode.UNAVAILABLE,
            "AUTH_STORE_UNAVAILABLE",
        )
        assert error.retry_after_s == 1
        assert "postgres" not in error.message.lower()
    # What needs no store is decided all the same: a half or a forged key is never looked up.
    changed = key.secret[:12] + ("0" if key.secret[12] != "0" else "1") + key.secret[13:]
    for wrong in ("nonsense", key.secret[:-1], key.secret[:24], key.secret[8:], changed):
        assert decision(await own_world.authorize(by_key(wrong))) == "INVALID_API_KEY"
    await asyncio.to_thread(own_postgres.start)
    await until_allowed(own_world, key.secret)


def unknown_keys() -> list[list[auth_pb2.AuthorizeRequest]]:
    """Give four times as many as are looked up at once."""
    return [[by_key(new_secret().text) for _ in range(20)] for _ in range(4 * MAX_LOOKUPS // 20)]


async def timed(calls: Iterable[Awaitable[T]]) -> tuple[list[T], float]:
    """Make calls at once, and tell how many seconds they took."""
    started = time.monotonic()
    return await asyncio.gather(*calls), time.monotonic() - started


async def test_all_who_wait_for_a_postgres_that_hangs_are_told_in_time(
    own_world: World, own_postgres: EmbeddedPostgres
) -> None:
    """Also those whose lookups would leave only after others that hang."""
    key = await own_world.key(await own_world.account())
    assert decision(await own_world.authorize(by_key(key.secret))) == "ALLOWED"
    backends = serving_og_auth(psycopg.conninfo.make_conninfo(own_postgres.admin_dsn, dbname="own"))
    assert own_postgres.process
    stopped = [own_postgres.process.pid, *backends]
    usual_s = (await timed(own_world.batch(batch) for batch in unknown_keys()))[1]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    errors, told_s = await timed(refusal(own_world.batch(batch)) for batch in unknown_keys())
    # One batch of lookups after the other would wait four times, beside what all this takes anyway.
    assert told_s < 3 * LOOKUP_TIMEOUT_S + 2 * usual_s
    assert {(error.reason, error.retry_after_s) for error in errors} == {
        ("AUTH_STORE_UNAVAILABLE", 1)
    }
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    await until_allowed(own_world, key.secret)


async def test_a_use_outlives_a_moment_without_postgres(
    own_world: World, own_postgres: EmbeddedPostgres
) -> None:
    account_id = await own_world.account()
    key = await own_world.key(account_id)
    assert decision(await own_world.authorize(by_key(key.secret))) == "ALLOWED"
    own_postgres.kill()  # before the use is written
    await asyncio.to_thread(own_postgres.start)

    async def is_written() -> bool:
        try:
            [listed] = await own_world.keys(account_id)
        except grpc.aio.AioRpcError:
            return False
        return listed.HasField("last_use_time")

    async with asyncio.timeout(RECOVERY_TIMEOUT_S):
        while not await is_written():  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.02)
