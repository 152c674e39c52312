"""Pictures of ours that render draws: once for all who ask, and then kept in this process."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import structlog

from og_edge.bounded_cache import BoundedCache
from og_edge.deadline import Deadline
from og_edge.errors import ApiError
from og_edge.flights import Flights
from og_service.status import RemoteError

log = structlog.get_logger()

K = TypeVar("K", bound=Hashable)

DRAWING_LIFE_S: Final = 3_600.0
"""How old a picture may be that is served as it is: a new render service may draw another."""
DRAWN_AT_ONCE: Final = 2
"""So many are drawn at the same time, lest a gallery's visitors delay customers' cards."""
ANSWER_TIMEOUT_S: Final = 12.0
"""Nobody draws these while a crawler waits: on a machine that is busy they may take longer than
a card."""
DRAWING_TIMEOUT_S: Final = 6.0


@dataclass(frozen=True)
class KeptDrawing:
    """An encoded picture and the digest that names its bytes.

    `drawn_at_s` is of a monotonic clock.
    """

    image: bytes
    digest: str
    drawn_at_s: float


class KeptDrawings(Generic[K]):
    """Pictures by what they show; whoever asks sees to it that there is an end to what is asked."""

    def __init__(
        self,
        draw: Callable[[K, float], Awaitable[bytes]],
        max_bytes: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`draw` gives a picture within so many seconds; at most max_bytes are kept."""
        self._draw = draw
        self._clock = clock
        self._kept: BoundedCache[K, KeptDrawing] = BoundedCache(max_bytes)
        self._flights: Flights[KeptDrawing] = Flights("drawings")
        self._places = asyncio.Semaphore(DRAWN_AT_ONCE)

    async def get(self, key: K) -> KeptDrawing:
        """Give a picture; an old one where a new one cannot be had.

        Raises ApiError, RemoteError or TimeoutError while none can be drawn.
        """
        kept = self._kept.get(key)
        if kept is not None and self._clock() - kept.drawn_at_s < DRAWING_LIFE_S:
            return kept
        deadline = Deadline.after(ANSWER_TIMEOUT_S)
        try:
            drawn, _ = await self._flights.join(key, lambda: self._drawn(key), deadline)
        except (ApiError, RemoteError, TimeoutError) as error:
            if kept is None:
                raise
            log.warning("old picture served", picture=str(key), cause=str(error))
            return kept
        return drawn

    async def _drawn(self, key: K) -> KeptDrawing:
        async with self._places:
            image = await self._draw(key, DRAWING_TIMEOUT_S)
        drawing = KeptDrawing(image, hashlib.sha256(image).hexdigest(), self._clock())
        self._kept.put(key, drawing, len(image))
        return drawing

    async def finish(self) -> None:
        """Wait for what is being drawn."""
        await self._flights.finish()
