from __future__ import annotations

import asyncio
import time
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from og_service import fast_pool
from og_service.fast_connection import FastConnection
from og_service.fast_pool import FastPool, open_fast_pool
from og_service.postgres import POOL_TIMEOUT_S, UNCHECKED_S, StoreAwayError
from og_stack.ports import LOOPBACK, free_ports
from tests.support.fault_proxy import FaultProxy
from tests.support.stores import through
from tests.support.waiting import eventually

GIVEN_UP_WITHIN_S = 4.5
"""Well below what a server that says nothing would be waited for."""


async def backend(pool: FastPool) -> int:
    async with pool.connection() as connection:
        return int((await connection.fetch("SELECT pg_backend_pid()"))[0][0])


async def sleep(pool: FastPool) -> None:
    async with pool.connection() as connection, connection.transaction():
        await connection.fetch("SELECT pg_sleep(10)")


def is_asleep(postgres: str, pid: int) -> bool:
    query = "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
    with psycopg.connect(postgres) as admin:
        return admin.execute(query, (pid,)).rowcount == 1


async def end_backends(postgres: str, *pids: int) -> None:
    admin = await psycopg.AsyncConnection.connect(postgres, autocommit=True)
    async with admin:
        await admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) pid", [[*pids]])


async def test_a_server_is_asked_with_the_settings_given(postgres: str) -> None:
    settings = {"enable_seqscan": "off"}
    async with (
        open_fast_pool(postgres, max_connections=1, settings=settings) as pool,
        pool.connection() as connection,
    ):
        [row] = await connection.fetch(
            "SELECT current_setting('enable_seqscan') AS seqscan,"
            " current_setting('statement_timeout') AS timeout, $1::text[] AS given",
            ["a", None],
        )
        assert (row["seqscan"], row["timeout"], row["given"]) == ("off", "5s", ["a", None])


async def test_connection_strings_are_those_of_libpq(postgres: str) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(postgres)
    login = f"{parts['user']}:{quote(str(parts['password']))}"
    as_url = f"postgresql://{login}@/{parts['dbname']}?host={parts['host']}"
    for dsn in (as_url, make_conninfo(postgres, connect_timeout=1, application_name="a name")):
        async with open_fast_pool(dsn, max_connections=1) as pool:
            assert await backend(pool)


async def test_no_more_connections_are_opened_than_allowed(postgres: str) -> None:
    async with open_fast_pool(postgres, max_connections=2) as pool:

        async def slow_backend() -> int:
            async with pool.connection() as connection:
                return int(
                    (await connection.fetch("SELECT pg_backend_pid(), pg_sleep(0.01)"))[0][0]
                )

        assert len(set(await asyncio.gather(*(slow_backend() for _ in range(20))))) <= 2


async def test_who_waits_too_long_or_finds_too_many_is_told(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_pool, "POOL_TIMEOUT_S", 0.2)
    monkeypatch.setattr(fast_pool, "POOL_MAX_WAITING", 3)
    async with open_fast_pool(postgres, max_connections=1) as pool, pool.connection():
        told = await asyncio.gather(*(backend(pool) for _ in range(5)), return_exceptions=True)
        reasons = [str(each) for each in told if isinstance(each, StoreAwayError)]
        assert sum("within" in each for each in reasons) == 3
        assert sum("wait for a connection already" in each for each in reasons) == 2


async def insert_and_fail(connection: FastConnection) -> None:
    async with connection.transaction():
        await connection.fetch("INSERT INTO kept VALUES ($1)", 2)
        raise ZeroDivisionError


async def hush_up(pool: FastPool) -> None:
    async with pool.connection() as connection, connection.transaction():
        with pytest.raises(Exception, match="zero"):
            await connection.fetch("SELECT 1 / 0")


async def test_a_transaction_is_kept_whole_or_undone(postgres: str) -> None:
    async with open_fast_pool(postgres, max_connections=1) as pool:
        async with pool.connection() as connection:
            await connection.execute("CREATE TEMPORARY TABLE kept (n integer PRIMARY KEY)")
            async with connection.transaction():
                await connection.fetch("INSERT INTO kept VALUES ($1)", 1)
            with pytest.raises(ZeroDivisionError):
                await insert_and_fail(connection)
        with pytest.raises(Exception, match="kept_pkey"):
            async with pool.connection() as connection, connection.transaction():
                await connection.fetch("INSERT INTO kept VALUES ($1)", 1)
        async with pool.connection() as connection:  # the same: it is in order
            assert [tuple(row) for row in await connection.fetch("SELECT n FROM kept")] == [(1,)]


async def test_a_transaction_in_which_a_failure_was_hushed_up_is_no_success(postgres: str) -> None:
    async with open_fast_pool(postgres, max_connections=1) as pool:
        with pytest.raises(RuntimeError):
            await hush_up(pool)


async def test_a_store_that_is_away_is_an_error_in_bounded_time() -> None:
    dsn = f"host={LOOPBACK} port={free_ports(1)[0]} user=nobody dbname=none"
    async with open_fast_pool(dsn, max_connections=8) as pool:
        begun_s = time.monotonic()
        told = await asyncio.gather(*(backend(pool) for _ in range(50)), return_exceptions=True)
        assert all(isinstance(each, psycopg.OperationalError) for each in told)
        assert time.monotonic() - begun_s < POOL_TIMEOUT_S + GIVEN_UP_WITHIN_S


async def test_connections_that_the_server_closed_are_replaced(postgres: str) -> None:
    async with open_fast_pool(postgres, max_connections=3) as pool:
        async with pool.connection(), pool.connection():
            pass  # two are idle now
        old = await backend(pool)
        await end_backends(postgres, old)
        assert await backend(pool) != old


async def test_a_connection_that_ends_amid_a_statement_is_an_error_and_replaced(
    postgres: str,
) -> None:
    async with open_fast_pool(postgres, max_connections=1) as pool:
        pid = await backend(pool)
        sleeping = asyncio.create_task(sleep(pool))
        await eventually(lambda: is_asleep(postgres, pid))
        await end_backends(postgres, pid)
        with pytest.raises(StoreAwayError):
            await sleeping
        assert await backend(pool) != pid


async def test_a_server_that_comes_back_in_time_is_waited_for(
    postgres: str, way_to_postgres: FaultProxy
) -> None:
    async with open_fast_pool(through(way_to_postgres, postgres), max_connections=2) as pool:
        way_to_postgres.refuse_new()
        asked = asyncio.create_task(backend(pool))
        await eventually(lambda: way_to_postgres.refused)
        way_to_postgres.heal()
        assert await asked


async def stop_in_a_transaction(pool: FastPool, way: FaultProxy) -> None:
    async with pool.connection() as connection, connection.transaction():
        way.stop()
        await connection.fetch("SELECT 1")


async def test_a_server_that_falls_silent_is_given_up_and_found_again(
    postgres: str, way_to_postgres: FaultProxy
) -> None:
    async with open_fast_pool(
        through(way_to_postgres, postgres), max_connections=1, answer_timeout_s=0.3
    ) as pool:
        with pytest.raises(StoreAwayError, match="no answer within"):
            await stop_in_a_transaction(pool, way_to_postgres)
        way_to_postgres.heal()
        assert await backend(pool)


async def test_who_gives_up_does_not_wait_for_a_silent_server(
    postgres: str, way_to_postgres: FaultProxy
) -> None:
    async with open_fast_pool(through(way_to_postgres, postgres), max_connections=1) as pool:
        begun_s = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stop_in_a_transaction(pool, way_to_postgres), 0.2)
        assert time.monotonic() - begun_s < GIVEN_UP_WITHIN_S
        way_to_postgres.heal()
        assert await backend(pool)


async def test_who_is_cancelled_amid_a_statement_is_cancelled_and_leaves_no_transaction(
    postgres: str,
) -> None:
    async with open_fast_pool(postgres, max_connections=1) as pool:
        pid = await backend(pool)
        sleeping = asyncio.create_task(sleep(pool))
        await eventually(lambda: is_asleep(postgres, pid))
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
        assert await backend(pool) != pid


async def test_connections_nobody_answers_on_any_more_are_not_handed_out(
    postgres: str, way_to_postgres: FaultProxy
) -> None:
    async with open_fast_pool(through(way_to_postgres, postgres), max_connections=3) as pool:
        async with pool.connection(), pool.connection():
            pass
        way_to_postgres.leave_half_open()
        await asyncio.sleep(2 * UNCHECKED_S)  # and that it answered just now says nothing
        begun_s = time.monotonic()
        assert await backend(pool)
        assert time.monotonic() - begun_s < GIVEN_UP_WITHIN_S
        await eventually(lambda: way_to_postgres.abandoned() == 0)
