"""The ledger itself: no gRPC, no queue and no sweeper."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from og_billing.commands import Command
from og_billing.posting import PostgresPoster, open_poster
from og_billing.store import PostgresLedgerStore
from og_billing.writer import Outcome
from og_service.postgres import Pool, open_pool


class Ledger(PostgresLedgerStore):
    """What reads the ledger, and what writes it."""

    def __init__(self, pool: Pool, poster: PostgresPoster) -> None:
        super().__init__(pool)
        self._poster = poster

    async def post(self, commands: Sequence[Command]) -> list[Outcome]:
        return await self._poster.post(commands)


@asynccontextmanager
async def open_ledger(dsn: str, *, writers: int = 1) -> AsyncIterator[Ledger]:
    async with open_pool(dsn) as pool, open_poster(dsn, max_connections=writers) as poster:
        yield Ledger(pool, poster)
