"""Does what time brings: expired reservations come back, months of plans end and begin."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from og_billing.commands import Release, Renew
from og_billing.errors import LedgerQueueFullError, LedgerUnavailableError
from og_billing.metrics import SWEEP_TIME
from og_billing.writer import Writer

log = structlog.get_logger()

SWEEP_INTERVAL_S = 1.0
PRUNE_INTERVAL_S = 3600.0
MAX_SWEEP_RESERVATIONS = 500
MAX_SWEEP_MONTHS = 500


class Due(Protocol):
    """Where is found what is due by the database's clock."""

    async def expired_reservations(self, limit: int) -> Sequence[str]:
        """Name reservations whose time is over, the oldest first."""
        ...

    async def ended_months(self, limit: int) -> Sequence[str]:
        """Name accounts whose month is over, the oldest first."""
        ...


Prune = Callable[[], Awaitable[int]]
"""Deletes some of what is of long ago, and tells how many."""


async def sweep(due: Due, writer: Writer) -> bool:
    """Release expired reservations, renew months that are over, and tell whether more may wait.

    All go through the writer like anyone's: same order of locks, same rules, and of two sweepers,
    or a sweeper and a capture, exactly one comes first. Accounts in use renew by themselves.
    """
    expired = await due.expired_reservations(MAX_SWEEP_RESERVATIONS)
    ended = await due.ended_months(MAX_SWEEP_MONTHS)
    if expired or ended:
        await writer.write_all([*map(Release, expired), *map(Renew, ended)])
    return len(expired) == MAX_SWEEP_RESERVATIONS or len(ended) == MAX_SWEEP_MONTHS


async def sweep_forever(due: Due, writer: Writer) -> None:
    """Sweep every SWEEP_INTERVAL_S, and at once again while there is a backlog."""
    while True:
        more = False
        try:
            more = await sweep(due, writer)
            SWEEP_TIME.set_to_current_time()
        except (LedgerUnavailableError, LedgerQueueFullError) as error:
            log.warning("sweep put off", reason=error.reason)
        except Exception:
            log.exception("sweep failed")
        if not more:
            await asyncio.sleep(SWEEP_INTERVAL_S)


async def prune_forever(prune: Prune) -> None:
    """Delete what is of long ago every PRUNE_INTERVAL_S, and at once again while there is some."""
    while True:
        pruned = 0
        try:
            pruned = await prune()
        except LedgerUnavailableError as error:
            log.warning("pruning put off", reason=error.reason)
        except Exception:
            log.exception("pruning failed")
        if not pruned:
            await asyncio.sleep(PRUNE_INTERVAL_S)
