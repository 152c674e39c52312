"""Blocks in Postgres, beside the index of cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from og_edge.cards import Generation
from og_service.fast_pool import FastPool, open_fast_pool
from og_service.postgres import BY_INDEX

MAX_CONNECTIONS: Final = 2
"""One row is looked up for each card that is drawn."""

_BLOCK: Final = """
INSERT INTO edge.blocks (card_key, account_id, generation_id, draw_time)
VALUES ($1, $2, $3::uuid, $4) ON CONFLICT DO NOTHING
"""
_UNBLOCK: Final = "DELETE FROM edge.blocks WHERE card_key = $1 AND account_id = $2"
_LOOK: Final = "SELECT FROM edge.blocks WHERE card_key = $1"


class PostgresBlocks:
    """Blocks on the schema `edge`."""

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool

    async def block(self, generation: Generation, draw_time: dt.datetime) -> None:
        """See Blocks."""
        values = generation.account_id, generation.generation_id, draw_time
        async with self._pool.connection() as connection:
            await connection.fetch(_BLOCK, generation.card_key, *values)

    async def unblock(self, account_id: str, key: str) -> None:
        """See Blocks."""
        async with self._pool.connection() as connection:
            await connection.fetch(_UNBLOCK, key, account_id)

    async def is_blocked(self, key: str) -> bool:
        """See Blocks."""
        return bool(await self._pool.read(_LOOK, key))


@asynccontextmanager
async def open_blocks(dsn: str) -> AsyncIterator[PostgresBlocks]:
    """Open the blocks on connections of their own, and close them after use."""
    async with open_fast_pool(
        dsn, max_connections=MAX_CONNECTIONS, settings=BY_INDEX, name="blocks"
    ) as pool:
        yield PostgresBlocks(pool)
