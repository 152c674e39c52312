"""The index of cards as hits read it: one query for all who ask at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from og_edge.cards import Card
from og_edge.metrics import count_lookups
from og_edge.store import CARD_COLUMNS, card_of
from og_service.coalescing import Coalescer
from og_service.fast_pool import KEPT_PLANS, UNCHECKED_WHERE_REPEATED_S, FastPool, open_fast_pool
from og_service.postgres import BY_INDEX

FIND_TIMEOUT_S: Final = 2.0
"""For a query, and for all that a caller waits for it, those before it included."""
ANSWER_TIMEOUT_S: Final = 0.9
"""For one answer of the server, so that there is time to ask once more."""
SERVER_TIMEOUT_MS: Final = 800
"""Less than we wait, so that the server is done with what we gave up when it is asked again."""
MAX_KEYS: Final = 500
MAX_QUERIES: Final = 2
"""Under way at the same time, each on a connection of its own."""

_FIND: Final = f"SELECT {CARD_COLUMNS} FROM edge.cards WHERE key = ANY($1)"  # noqa: S608 - constant


class CardIndex:
    """Finds cards, each as it is when its query is sent, which is after it was asked for.

    It has connections of its own, so that those who draw and publish never hold up those who
    only read. Nothing is kept from one query to the next.
    """

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool
        self._asked: Coalescer[str, Card | None] = Coalescer(
            self.find_all, MAX_KEYS, MAX_QUERIES, FIND_TIMEOUT_S
        )

    async def find(self, key: str) -> Card | None:
        """Give the card kept under key.

        Raises TimeoutError after FIND_TIMEOUT_S, and StoreAwayError.
        """
        [card] = await self._asked.ask([key])
        return card

    async def find_all(self, keys: Sequence[str]) -> Sequence[Card | None]:
        """Give the cards kept under keys, in their order; raises as find does."""
        async with asyncio.timeout(FIND_TIMEOUT_S):
            rows = await self._pool.read(_FIND, list(set(keys)))
        found = {row[0]: card_of(row) for row in rows}
        cards = [found.get(key) for key in keys]
        misses = cards.count(None) if len(found) < len(keys) else 0
        count_lookups("index", hits=len(cards) - misses, misses=misses)
        return cards


@asynccontextmanager
async def open_card_index(dsn: str) -> AsyncIterator[CardIndex]:
    """Open an index on connections of its own, and close them after use."""
    async with open_fast_pool(
        dsn,
        max_connections=MAX_QUERIES,
        settings={**BY_INDEX, **KEPT_PLANS, "statement_timeout": str(SERVER_TIMEOUT_MS)},
        answer_timeout_s=ANSWER_TIMEOUT_S,
        unchecked_s=UNCHECKED_WHERE_REPEATED_S,
        name="index",
    ) as pool:
        yield CardIndex(pool)
