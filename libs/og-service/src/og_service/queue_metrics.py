"""How full each bounded queue of this process is, and how often one was found full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import Counter, Gauge

from og_service.metrics import REGISTRY

_LENGTH: Final = Gauge(
    "og_queue_length", "What is in a bounded queue now.", ["queue"], registry=REGISTRY
)
_LENGTH_MAX: Final = Gauge(
    "og_queue_length_max", "How much a queue holds at most.", ["queue"], registry=REGISTRY
)
_REFUSED: Final = Counter(
    "og_queue_refused", "What found its queue full and was refused.", ["queue"], registry=REGISTRY
)


class QueueMeter:
    """One bounded queue. Its length is asked for when somebody scrapes, and costs nothing else.

    Of several that go by one name the last one's length is shown.
    """

    def __init__(self, queue: str, length_max: int, length: Callable[[], int]) -> None:
        _LENGTH.labels(queue).set_function(length)
        _LENGTH_MAX.labels(queue).set(length_max)
        self._refused = _REFUSED.labels(queue)

    def refuse(self) -> None:
        """Count one that found no room."""
        self._refused.inc()
