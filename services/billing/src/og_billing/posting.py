"""How a batch gets into PostgreSQL, whatever comes between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from og_billing.batches import OvertakenError, Posted, post_batch
from og_billing.commands import Command
from og_billing.errors import LedgerUnavailableError
from og_billing.metrics import BATCH_SECONDS, count_posted
from og_billing.writer import Outcome
from og_service.fast_connection import (
    DeadlockDetectedError,
    InvalidCachedStatementError,
    UniqueViolationError,
)
from og_service.fast_pool import (
    KEPT_PLANS,
    UNCHECKED_WHERE_REPEATED_S,
    FastPool,
    UnansweredError,
    open_fast_pool,
)
from og_service.postgres import BY_INDEX, StoreAwayError

log = structlog.get_logger()

MAX_ATTEMPTS = 3
"""Another replica may write the same charge_id, or meet us in another order."""
MAX_UNANSWERED = 1
"""How often a batch is posted again since nobody said how it went; whoever waits has 2.5 s."""
ANSWER_TIMEOUT_S = 1.5
"""How long the server may take for a statement, since nothing else is written meanwhile. A batch of
1,000 charges takes 7 ms of its processor, and 140 ms in all on a busy machine."""
SERVER_TIMEOUT_MS = 1_400
"""How long the server lets a statement take, and a transaction wait for its next. Less than we
wait, so that a batch that we gave up holds no lock any more when it is posted again."""

SETTINGS = {
    **BY_INDEX,
    **KEPT_PLANS,
    "statement_timeout": str(SERVER_TIMEOUT_MS),
    "idle_in_transaction_session_timeout": str(SERVER_TIMEOUT_MS),
}


_TO_BE_REPEATED = (
    UniqueViolationError,
    DeadlockDetectedError,
    OvertakenError,
    InvalidCachedStatementError,  # a migration changed what a function gives
)


class PostgresPoster:
    """Posts batches to the schema `billing`."""

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool

    async def post(self, commands: Sequence[Command]) -> list[Outcome]:
        """Do the commands in one transaction; one outcome for each, in their order.

        Raises LedgerUnavailableError when the database is away or does not say how it went.
        """
        try:
            with BATCH_SECONDS.time():
                posted = await self._posted(commands)
        except StoreAwayError as error:
            raise LedgerUnavailableError from error
        count_posted(posted.entries, posted.outcomes)
        for notice in posted.notices:
            log.info("notice", account_id=notice.account_id, kind=notice.kind.value)
        return posted.outcomes

    async def _posted(self, commands: Sequence[Command]) -> Posted:
        unanswered = 0
        for attempt in range(MAX_ATTEMPTS):
            try:
                async with self._pool.connection() as connection:
                    return await post_batch(connection, commands, is_repeated=attempt > 0)
            except _TO_BE_REPEATED:
                continue
            except UnansweredError:
                unanswered += 1
                if unanswered > MAX_UNANSWERED:
                    raise
        raise LedgerUnavailableError


@asynccontextmanager
async def open_poster(dsn: str, *, max_connections: int = 1) -> AsyncIterator[PostgresPoster]:
    """Open the ledger for writing, without waiting for its server; a Writer has one connection."""
    async with open_fast_pool(
        dsn,
        max_connections=max_connections,
        settings=SETTINGS,
        answer_timeout_s=ANSWER_TIMEOUT_S,
        unchecked_s=UNCHECKED_WHERE_REPEATED_S,
        name="ledger",
    ) as pool:
        yield PostgresPoster(pool)
