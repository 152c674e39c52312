from __future__ import annotations

import asyncio
import time

import psycopg
import pytest

from og_service.postgres import UNCHECKED_S, Pool, open_pool
from og_stack.ports import LOOPBACK, free_ports
from tests.support.fault_proxy import FaultProxy
from tests.support.stores import through
from tests.support.waiting import eventually

GIVEN_UP_WITHIN_S = 4.5
"""Below the five and ten seconds that psycopg gives a server to cancel a statement."""


async def test_a_statement_is_not_waited_for_for_ever(postgres: str) -> None:
    async with open_pool(postgres) as pool, pool.connection() as connection:
        cursor = await connection.execute("SHOW statement_timeout")
        assert await cursor.fetchall() == [("5s",)]


async def test_a_connection_that_broke_is_replaced(postgres: str) -> None:
    async with open_pool(postgres, max_connections=1) as pool:
        async with pool.connection() as connection:
            pid = connection.info.backend_pid
        with psycopg.connect(postgres, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        async with pool.connection() as connection:
            assert connection.info.backend_pid != pid


async def test_no_more_connections_are_opened_than_allowed(postgres: str) -> None:
    async with open_pool(postgres, max_connections=2) as pool:

        async def backend() -> int:
            async with pool.connection() as connection:
                await connection.execute("SELECT pg_sleep(0.01)")
                return connection.info.backend_pid

        assert len(set(await asyncio.gather(*(backend() for _ in range(20))))) <= 2


async def test_a_store_that_is_away_is_an_error_and_not_a_wait() -> None:
    dsn = f"host={LOOPBACK} port={free_ports(1)[0]} user=nobody"
    async with open_pool(dsn) as pool:
        with pytest.raises(psycopg.OperationalError):
            async with pool.connection():
                pass


async def stop_in_a_transaction(pool: Pool, way: FaultProxy) -> None:
    async with pool.connection() as connection, connection.transaction():
        way.stop()
        await connection.execute("SELECT 1")


async def test_a_server_that_falls_silent_is_given_up_and_found_again(
    postgres: str, way_to_postgres: FaultProxy
) -> None:
    async with open_pool(through(way_to_postgres, postgres), answer_timeout_s=0.3) as pool:
        with pytest.raises(psycopg.OperationalError):
            await stop_in_a_transaction(pool, way_to_postgres)
        way_to_postgres.heal()
        async with pool.connection() as connection:
            assert await (await connection.execute("SELECT 1")).fetchall() == [(1,)]


async def test_who_gives_up_does_not_wait_for_a_silent_server(
    postgres: str, way_to_postgres: FaultProxy
) -> None:
    async with open_pool(through(way_to_postgres, postgres)) as pool:
        begun_s = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stop_in_a_transaction(pool, way_to_postgres), 0.1)
        assert time.monotonic() - begun_s < GIVEN_UP_WITHIN_S
        way_to_postgres.heal()


async def test_connections_nobody_answers_on_any_more_are_not_handed_out(
    postgres: str, way_to_postgres: FaultProxy
) -> None:
    async with open_pool(through(way_to_postgres, postgres)) as pool:
        await pool.wait()  # none is being opened: a log of that failure would keep its socket
        async with pool.connection() as connection:
            await connection.execute("SELECT 1")
        way_to_postgres.leave_half_open()
        await asyncio.sleep(2 * UNCHECKED_S)  # and that it answered just now says nothing
        begun_s = time.monotonic()
        async with pool.connection() as connection:
            assert await (await connection.execute("SELECT 1")).fetchall() == [(1,)]
        assert time.monotonic() - begun_s < GIVEN_UP_WITHIN_S
        await eventually(lambda: way_to_postgres.abandoned() == 0)
