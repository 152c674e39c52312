"""Charges a second on one hot account: group commit against one transaction for each charge.

Run by hand: `python bench/ledger.py`. It starts a PostgreSQL of its own, with fsync on, and
alternates between both ways, so that what else the machine does falls on both. Absolute figures
are this machine's; the ratio is the result.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from og_billing.commands import MAX_GRANT_CREDITS, Charge, Grant
from og_billing.entries import Bucket, ChargeKind
from og_billing.errors import ServiceError
from og_billing.store import PostgresLedgerStore
from og_billing.writer import Writer
from og_service.migrations import migrate
from og_service.postgres import open_pool
from og_stack.databases import prepare_schema
from og_stack.postgres import EmbeddedPostgres

CLIENTS = (1, 16, 256)
ROUNDS = 3
ROUND_S = 2.0
CONNECTIONS = 16

Pay = Callable[[Charge], Awaitable[object]]


async def measure(pay: Pay, clients: int) -> tuple[float, float]:
    """Let clients charge one after the other for ROUND_S; give charges a second and p99 in ms."""
    latencies_s: list[float] = []
    end = time.monotonic() + ROUND_S

    async def client() -> None:
        while (started := time.monotonic()) < end:
            await pay(Charge(uuid4(), "hot", ChargeKind.CACHED_CARD, "bench"))
            latencies_s.append(time.monotonic() - started)

    started = time.monotonic()
    await asyncio.gather(*(client() for _ in range(clients)))
    rate = len(latencies_s) / (time.monotonic() - started)
    return rate, sorted(latencies_s)[int(len(latencies_s) * 0.99)] * 1000


@asynccontextmanager
async def both_ways(dsn: str) -> AsyncIterator[tuple[Pay, Pay]]:
    """Open the ledger and give the two ways of paying: alone and in group commits."""
    async with open_pool(dsn, max_connections=CONNECTIONS) as pool:
        store = PostgresLedgerStore(pool)
        writer = Writer(store)
        await store.post([Grant(uuid4(), "hot", MAX_GRANT_CREDITS, Bucket.PLAN, "")])
        room = asyncio.Semaphore(CONNECTIONS)  # or the pool would turn clients away

        async def alone(charge: Charge) -> None:
            async with room:
                [outcome] = await store.post([charge])
            if isinstance(outcome, ServiceError):
                raise outcome

        running = asyncio.create_task(writer.run())
        try:
            yield alone, writer.write
        finally:
            running.cancel()
        audit = await store.verify()
        print(f"{audit.entries} entries, audit {'passed' if audit.passed else f'FAILED: {audit}'}")


async def compare(dsn: str) -> None:
    """Measure both ways in turns and print medians and their ratio."""
    print("clients   alone/s  p99 ms   grouped/s  p99 ms   ratio")
    async with both_ways(dsn) as ways:
        for clients in CLIENTS:
            rounds = [[await measure(way, clients) for way in ways] for _ in range(ROUNDS)]
            (alone, alone_ms), (grouped, grouped_ms) = (
                [statistics.median(figures) for figures in zip(*way, strict=True)]
                for way in zip(*rounds, strict=True)
            )
            print(
                f"{clients:7} {alone:9.0f} {alone_ms:7.1f} {grouped:11.0f} {grouped_ms:7.1f}"
                f" {grouped / alone:7.1f}"
            )


def main() -> None:
    """Start the database and compare."""
    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedPostgres(Path(directory)) as database,
    ):
        dsn = prepare_schema(database.admin_dsn, "billing", "a password for the bench")
        migrate(database.admin_dsn, "og_billing", "billing")
        asyncio.run(compare(dsn))


if __name__ == "__main__":
    main()
