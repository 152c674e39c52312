"""The ledger, and the two ways of paying from it that are compared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from og_billing.commands import MAX_GRANT_CREDITS, Charge, Command, Grant, Payer
from og_billing.entries import Bucket, ChargeKind
from og_billing.errors import ServiceError
from og_billing.posting import PostgresPoster, open_poster
from og_billing.store import PostgresLedgerStore
from og_billing.writer import Outcome, Writer
from og_service.background import running
from og_service.migrations import migrate
from og_service.postgres import Pool, open_pool
from og_stack.databases import create_database, prepare_schema

CONNECTIONS = 16
"""Over which both ways post; more of them made neither faster on two processors."""
# As edge pays: through a site or a key, whose day is counted with every charge.
PAYER = Payer("site_bench", daily_credits_max=10**15, daily_generations_max=10**6)

Pay = Callable[[Charge], Awaitable[object]]


@dataclass
class CountingPoster:
    """Posts to the ledger and remembers how many commands went together."""

    poster: PostgresPoster
    batches: list[int] = field(default_factory=list)

    async def post(self, commands: Sequence[Command]) -> list[Outcome]:
        """Post."""
        self.batches.append(len(commands))
        return await self.poster.post(commands)


@dataclass(frozen=True)
class Ledger:
    """An open ledger; `alone` commits each charge by itself, `grouped` is what billing does."""

    pool: Pool
    store: PostgresLedgerStore
    counting: CountingPoster
    alone: Pay
    grouped: Pay
    accounts: Sequence[str]

    async def audit(self) -> None:
        """Add everything up again; raises RuntimeError if it is wrong."""
        found = await self.store.verify()
        if not found.passed:
            raise RuntimeError(f"the ledger does not add up: {found}")

    async def durability(self) -> dict[str, str]:
        """Tell what the server promises of a commit."""
        names = "fsync", "synchronous_commit", "full_page_writes", "server_version"
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(names)]
            )
            return {str(name): str(value) for name, value in await cursor.fetchall()}


def new_database(admin_dsn: str, name: str) -> str:
    """Make an empty ledger and give the DSN of the service's role."""
    dsn = create_database(admin_dsn, name)
    role_dsn = prepare_schema(dsn, "billing", "a password for the bench")
    migrate(dsn, "og_billing", "billing")
    return role_dsn


@asynccontextmanager
async def open_ledger(dsn: str, accounts: int) -> AsyncIterator[Ledger]:
    """Open it, with so many accounts that can pay for anything."""
    names = [f"acct_{number}" for number in range(accounts)]
    async with (
        open_pool(dsn) as pool,
        open_poster(dsn, max_connections=CONNECTIONS) as poster,
    ):
        store, counting = PostgresLedgerStore(pool), CountingPoster(poster)
        await poster.post(
            [Grant(str(uuid4()), name, MAX_GRANT_CREDITS, Bucket.PLAN, "") for name in names]
        )
        room = asyncio.Semaphore(CONNECTIONS)  # or the pool would turn callers away

        async def alone(charge: Charge) -> None:
            async with room:
                [outcome] = await poster.post([charge])
            if isinstance(outcome, ServiceError):
                raise outcome

        writer = Writer(counting)
        async with running(writer.run):
            yield Ledger(pool, store, counting, alone, writer.write, names)


def charge_on(account: str) -> Charge:
    """Make a charge as edge makes them."""
    return Charge(str(uuid4()), account, ChargeKind.CACHED_CARD, "generic/standard", PAYER)
