"""What goes wrong in a round of races, beside what the fault suite does to links and programs."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import psycopg
import redis.asyncio

from tests.faults.topology import Shape, Topology
from tests.faults.troubles import Menu, Trouble, Troublemaker

SHAPE = Shape({"edge": 3}, ("auth", "billing", "extract", "render"))
LEASE_S = 3.0
"""How long an edge may be silent before another takes its work over."""
PAUSE_MAX_S = LEASE_S + 1.5
CALL_TIMEOUT_S = 2
DEAFEN_INTERVAL_S = 0.5
_EDGES = dict.fromkeys(SHAPE.names("edge"), 1)
_STEPS = {
    f"{edge}>{step}": weight
    for edge in _EDGES
    for step, weight in {
        "postgres": 4,
        "extract-1": 2,
        "render-1": 2,
        "billing-1": 2,
        "auth-1": 1,
    }.items()
} | {"auth-1>valkey": 1}
_TO_POSTGRES = {f"{edge}>postgres": 1 for edge in _EDGES}
MENU = Menu(
    kinds={
        "pause": 4,
        "kill": 2,
        "delay": 6,
        "stop": 3,
        "cut": 2,
        "refuse": 1,
        "flush": 2,
        "deafen": 4,
    },
    targets={
        "pause": _EDGES,
        "kill": _EDGES,
        "delay": _STEPS,
        "stop": _STEPS,
        "cut": _STEPS,
        "refuse": _TO_POSTGRES,
    },
    mean_pause_s=0.6,
    lasts_s=(0.5, PAUSE_MAX_S),
)
# Who listens says nothing else but now and then whether it still hears.
_DEAFEN = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND usename = 'og_edge'
  AND (query LIKE 'LISTEN %' OR query = 'SELECT 1')
"""


class _Stores:
    """Troubles that are made in a store itself."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology

    async def flush(self, _: Trouble) -> bool:
        """Empty Valkey."""
        with suppress(redis.RedisError):
            async with redis.asyncio.Redis.from_url(
                self._topology.valkey_url, socket_timeout=CALL_TIMEOUT_S
            ) as valkey:
                return bool(await valkey.flushall())
        return False

    async def deafen(self, trouble: Trouble) -> bool:
        """End every connection that waits for notifications, again and again."""
        ended = 0
        end_s = time.monotonic() + trouble.lasts_s
        with suppress(psycopg.OperationalError):
            async with await psycopg.AsyncConnection.connect(
                self._topology.admin_dsn, autocommit=True, connect_timeout=CALL_TIMEOUT_S
            ) as connection:
                while time.monotonic() < end_s:
                    ended += len(await (await connection.execute(_DEAFEN)).fetchall())
                    await asyncio.sleep(DEAFEN_INTERVAL_S)
        return bool(ended)


def troublemaker(topology: Topology) -> Troublemaker:
    """Give one that can do all of MENU."""
    stores = _Stores(topology)
    return Troublemaker(topology, {"flush": stores.flush, "deafen": stores.deafen})
