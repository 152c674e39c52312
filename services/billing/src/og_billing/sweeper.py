"""Gives back what was reserved and whose time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import structlog

from og_billing.commands import Release
from og_billing.errors import LedgerQueueFullError, LedgerUnavailableError
from og_billing.writer import Writer

log = structlog.get_logger()

SWEEP_INTERVAL_S = 1.0
PRUNE_INTERVAL_S = 3600.0
MAX_SWEEP_RESERVATIONS = 500


class Expiries(Protocol):
    """Where expired reservations are found."""

    async def expired_reservations(self, limit: int) -> Sequence[UUID]:
        """Name reservations whose time is over, by the database's clock, the oldest first."""
        ...


class Counts(Protocol):
    """Where counts of long ago are deleted."""

    async def prune(self) -> int:
        """Delete some and tell how many."""
        ...


async def sweep(expiries: Expiries, writer: Writer) -> int:
    """Release expired reservations and tell how many were found.

    The releases go through the writer like anyone's: same order of locks, same rules, and of
    two sweepers, or a sweeper and a capture, exactly one comes first.
    """
    charge_ids = await expiries.expired_reservations(MAX_SWEEP_RESERVATIONS)
    if charge_ids:
        await writer.write_all([Release(charge_id) for charge_id in charge_ids])
    return len(charge_ids)


async def sweep_forever(expiries: Expiries, writer: Writer) -> None:
    """Sweep every SWEEP_INTERVAL_S, and at once again while there is a backlog."""
    while True:
        found = 0
        try:
            found = await sweep(expiries, writer)
        except (LedgerUnavailableError, LedgerQueueFullError) as error:
            log.warning("sweep put off", reason=error.reason)
        except Exception:
            log.exception("sweep failed")
        if found < MAX_SWEEP_RESERVATIONS:
            await asyncio.sleep(SWEEP_INTERVAL_S)


async def prune_forever(counts: Counts) -> None:
    """Delete counts of long ago every PRUNE_INTERVAL_S, and at once again while there are some."""
    while True:
        pruned = 0
        try:
            pruned = await counts.prune()
        except LedgerUnavailableError as error:
            log.warning("pruning put off", reason=error.reason)
        except Exception:
            log.exception("pruning failed")
        if not pruned:
            await asyncio.sleep(PRUNE_INTERVAL_S)
