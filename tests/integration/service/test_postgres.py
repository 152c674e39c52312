from __future__ import annotations

import asyncio

import psycopg
import pytest

from og_service.postgres import open_pool
from og_stack.ports import LOOPBACK, free_ports


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
