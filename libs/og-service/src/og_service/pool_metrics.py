"""What pools of connections to PostgreSQL tell, of whichever kind they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import Counter, Gauge

from og_service.metrics import REGISTRY

_CONNECTIONS: Final = Gauge(
    "og_postgres_connections",
    "Connections of a pool, by what they do: used or idle.",
    ["pool", "state"],
    registry=REGISTRY,
)
_CONNECTIONS_MAX: Final = Gauge(
    "og_postgres_connections_max",
    "How many connections a pool opens at most.",
    ["pool"],
    registry=REGISTRY,
)
_WAITING: Final = Gauge(
    "og_postgres_waiting", "Who wait for a connection of a pool.", ["pool"], registry=REGISTRY
)
_REFUSED: Final = Counter(
    "og_postgres_refused",
    "Who got no connection of a pool: none in time, or too many waited already.",
    ["pool"],
    registry=REGISTRY,
)
_LOST: Final = Counter(
    "og_postgres_lost",
    "Connections of a pool that ended, or fell silent, while a statement was under way.",
    ["pool"],
    registry=REGISTRY,
)


class PoolMeter:
    """One pool. Its gauges are asked for when somebody scrapes, and cost nothing else.

    Of several that go by one name the last one's are shown.
    """

    def __init__(self, pool: str, connections_max: int) -> None:
        self._pool = pool
        self._refused = _REFUSED.labels(pool)
        self._lost = _LOST.labels(pool)
        _CONNECTIONS_MAX.labels(pool).set(connections_max)

    def watch(
        self, used: Callable[[], int], idle: Callable[[], int], waiting: Callable[[], int]
    ) -> None:
        """Have so many connections shown, and so many who wait."""
        _CONNECTIONS.labels(self._pool, "used").set_function(used)
        _CONNECTIONS.labels(self._pool, "idle").set_function(idle)
        _WAITING.labels(self._pool).set_function(waiting)

    def refuse(self) -> None:
        """Count one who got no connection."""
        self._refused.inc()

    def lose(self) -> None:
        """Count a connection that was lost amid a statement."""
        self._lost.inc()
