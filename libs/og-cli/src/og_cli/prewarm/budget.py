"""Credits that may be spent, counted so that no order of events spends more."""

from __future__ import annotations

import asyncio
from typing import Final

from og_plans import PRICES


class Budget:
    """Holds the highest price of each page that is asked for, until what it cost is known.

    A page whose answer never came, or was a failure of the service, may be charged all the same,
    since its card may be drawn to the end after that. So its price counts as spent unless a later
    answer shows that only it made the card; and that later answer, should it find the first still
    at work, costs what a card that exists does.
    """

    def __init__(self, limit_credits: int, price_credits: int) -> None:
        """Say what may be spent, and the most that a new card can cost."""
        self.limit_credits: Final = limit_credits
        self.price_credits: Final = price_credits
        self.charged_credits = 0
        """What answers said."""
        self._held: set[str] = set()
        self._doubtful: set[str] = set()
        self._changed = asyncio.Condition()

    @property
    def doubtful_credits(self) -> int:
        """What may have been charged without our hearing of it."""
        return len(self._doubtful) * self.price_credits

    def recall(self, charged_credits: int, doubtful: set[str]) -> None:
        """Begin with what an earlier run spent, and the pages whose answers it did not hear."""
        self.charged_credits += charged_credits
        self._doubtful |= doubtful

    def doubts(self, url: str) -> bool:
        """Tell whether a page was perhaps charged without our hearing of it."""
        return url in self._doubtful

    async def begin(self, url: str) -> bool:
        """Hold a page's price; wait while that depends on others; False where it is too much."""
        async with self._changed:
            while not self._has_room(url):
                if not self._held:
                    return False
                await self._changed.wait()
            self._held.add(url)
            return True

    async def doubt(self, url: str) -> None:
        """Note that a page was perhaps charged: no answer came that says so."""
        async with self._changed:
            self._held.discard(url)
            self._doubtful.add(url)
            self._changed.notify_all()

    async def end(self, url: str, charged_credits: int = 0, *, made: bool = False) -> None:
        """Count what an answer cost; made says that this answer made the card."""
        async with self._changed:
            self._held.discard(url)
            self.charged_credits += charged_credits
            if made:
                self._doubtful.discard(url)
            self._changed.notify_all()

    def _has_room(self, url: str) -> bool:
        cached = PRICES.cached_card_credits
        committed = self.charged_credits + cached * len(self._held & self._doubtful)
        committed += self.price_credits * len(self._held | self._doubtful)
        wanted = cached if url in self._doubtful else self.price_credits
        return committed + wanted <= self.limit_credits
