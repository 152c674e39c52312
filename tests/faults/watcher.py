"""Looks at the ledger's tables all the time, past every proxy."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from psycopg import sql

INTERVAL_S = 0.2
CONNECT_TIMEOUT_S = 2
OVERDUE_GRACE_S = 10
"""How long after its expiry a reservation may be open while the system is well: the sweeper
comes every second, and another replica may hold the account."""


class Watcher:
    """Counts looks, and balances below zero; says how many reservations are overdue."""

    def __init__(self, admin_dsn: str) -> None:
        self.looks = 0
        self.negative: list[str] = []
        self._dsn = admin_dsn

    async def run(self) -> None:
        """Look until cancelled; a server that is away is waited for."""
        while True:
            try:
                async with await self.connect() as connection:
                    columns = await self._columns(connection)
                    while True:
                        await self._look(connection, columns)
                        await asyncio.sleep(INTERVAL_S)
            except psycopg.Error:
                await asyncio.sleep(INTERVAL_S)

    async def overdue(self) -> int:
        """Count the reservations that are open though their time was over a while ago."""
        statement = (
            "SELECT count(*) FROM billing.open_reservations"
            " WHERE expire_time < clock_timestamp() - make_interval(secs => %s)"
        )
        async with await self.connect() as connection:
            cursor = await connection.execute(statement, (OVERDUE_GRACE_S,))
            [(count,)] = await cursor.fetchall()
            return int(count)

    async def connect(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(
            self._dsn, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S
        )

    async def _columns(self, connection: psycopg.AsyncConnection[Any]) -> list[sql.Identifier]:
        cursor = await connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'billing'"
            " AND table_name = 'balances' AND column_name LIKE '%credits'"
        )
        return [sql.Identifier(str(name)) for (name,) in await cursor.fetchall()]

    async def _look(
        self,
        connection: psycopg.AsyncConnection[Any],
        columns: list[sql.Identifier],
    ) -> None:
        statement = sql.SQL("SELECT account_id FROM billing.balances WHERE least({}) < 0")
        cursor = await connection.execute(statement.format(sql.SQL(", ").join(columns)))
        self.negative += [str(account_id) for (account_id,) in await cursor.fetchall()]
        self.looks += 1
