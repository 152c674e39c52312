"""How many requests an edge answers at the same time."""

from __future__ import annotations

from types import TracebackType
from typing import Final, Self

from og_edge.errors import OverloadedError
from og_edge.metrics import REQUESTS_UNDER_WAY
from og_service.queue_metrics import QueueMeter

MAX_REQUESTS_UNDER_WAY: Final = 3_000
"""At least a third of them for cards that exist: see flights.MAX_WAITING, of cards and of looks.
Admissions wait for auth, as cards that exist do."""
_TOO_MANY: Final = "We have too many requests at the same time. Try again soon."


class UnderWay:
    """Counts requests, at most MAX_REQUESTS_UNDER_WAY of them; one more is refused."""

    def __init__(self) -> None:
        self.requests = 0
        self._meter = QueueMeter("requests", MAX_REQUESTS_UNDER_WAY, lambda: self.requests)
        REQUESTS_UNDER_WAY.set_function(lambda: self.requests)

    @property
    def is_full(self) -> bool:
        """Whether the next one is to be refused."""
        return self.requests >= MAX_REQUESTS_UNDER_WAY

    def enter(self) -> None:
        """Count a request; raises OverloadedError where there is no room for it."""
        if self.is_full:
            self._meter.refuse()
            raise OverloadedError(_TOO_MANY)
        self.requests += 1

    def leave(self) -> None:
        """End what enter began."""
        self.requests -= 1

    def __enter__(self) -> Self:
        """See enter."""
        self.enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """See leave."""
        self.leave()
