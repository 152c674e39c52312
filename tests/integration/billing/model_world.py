"""A ledger with a stopped clock, two replicas before it, and a look behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.integration.billing.model_calls import Balance
from tests.integration.billing.model_replicas import Replicas
from tests.integration.billing.processes import Process
from tests.support.database_clock import DatabaseClock
from tests.support.stores import FreshDatabase

# Shortly before a day, a month and a year of their own begin.
START = datetime(2027, 1, 31, 22, 58, 30, tzinfo=UTC)
REPLICAS = 2

# Out of the transfers alone: what the service adds up itself is what is to be examined.
_SUMS = """
SELECT side.account_id, bucket::text, sum(side.credits)::bigint AS credits
FROM billing.entries e JOIN billing.moves t USING (charge_id, closes)
CROSS JOIN LATERAL (VALUES (t.account_id, t.debit, -t.credits), (t.account_id, t.credit, t.credits))
    AS side (account_id, bucket, credits)
WHERE e.account_id = ANY(%s) GROUP BY side.account_id, bucket
"""


@dataclass(frozen=True)
class World:
    clock: DatabaseClock
    replicas: Replicas
    process: Process
    behind: psycopg.Connection[Any]

    def is_swept(self) -> bool:
        """Tell whether no reservation is open past its end, also of those long forgotten."""
        query = "SELECT FROM billing.open_reservations WHERE expire_time <= %s LIMIT 1"
        return self.behind.execute(query, (self.clock.time,)).fetchone() is None

    def sums(self, accounts: Sequence[str]) -> dict[str, Balance]:
        """Add up the accounts' transfers, after looking whether all of them add up to zero."""
        rows = self.behind.cursor(row_factory=dict_row).execute(_SUMS, (accounts,)).fetchall()
        assert sum(row["credits"] for row in rows) == 0
        sums = {(row["account_id"], row["bucket"]): int(row["credits"]) for row in rows}
        buckets = ("plan", "pack", "held")
        return {
            account: Balance(*(sums.get((account, bucket), 0) for bucket in buckets))
            for account in accounts
        }


@contextmanager
def world_of(fresh_database: FreshDatabase, admin_of: Callable[[str], str]) -> Iterator[World]:
    dsn = fresh_database("billing")
    with ExitStack() as stack:
        clock = stack.enter_context(closing(DatabaseClock(admin_of(dsn), "og_billing", START)))
        processes = [Process(dsn) for _ in range(REPLICAS)]
        for process in processes:
            process.start()
            stack.callback(process.kill)
        replicas = stack.enter_context(closing(Replicas(processes)))
        behind = stack.enter_context(psycopg.connect(admin_of(dsn), autocommit=True))
        yield World(clock, replicas, processes[0], behind)
