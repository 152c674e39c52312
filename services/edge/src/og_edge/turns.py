"""Taking turns at drawing a card, over all edges: who draws, and what the others make of it."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

import structlog

from og_edge import daily_limits
from og_edge.ask import Landed
from og_edge.chores import Chores
from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.errors import ApiError, InsufficientCreditsError
from og_edge.failures import public_failure
from og_edge.leases import RENEW_INTERVAL_S, Lease, LeaseLostError, Leases, Standing
from og_edge.lookout import Lookout
from og_edge.metrics import LEASES
from og_service import tracing

log = structlog.get_logger()

OF_WHO_DREW: Final = (InsufficientCreditsError, *daily_limits.OF_ONE_PAYER, OutOfTimeError)
"""Errors that say little of whoever draws next: they could not pay, or had no time left."""
RELEASE_WAIT_S: Final = 0.5


class Player(Protocol):
    """Somebody who needs a card."""

    failures_after: int | None
    """The failures of which claims are theirs too; None: of those that they waited for."""

    async def found(self, standing: Standing) -> Landed | None:
        """Give what others have drawn, if it is good enough."""

    async def draw(self, lease: Lease, standing: Standing, *, begun_before: bool) -> Landed:
        """Draw and publish, or give what there is; raises LeaseLostError."""


class Turns:
    """Lets one at a time draw a card, whichever edge they are at."""

    def __init__(self, leases: Leases, lookout: Lookout, chores: Chores) -> None:
        self._leases = leases
        self._lookout = lookout
        self._chores = chores
        self._held: set[Lease] = set()

    async def take(self, key: str, player: Player, deadline: Deadline) -> Landed:
        """Have player draw, once nobody else does, or give what others have drawn meanwhile.

        Who loses the lease begins again, as long as there is time. Raises what drawing raises,
        also where others did it, and OutOfTimeError at the deadline.
        """
        failures_after, begun_before = player.failures_after, False
        while True:
            deadline.remaining_s()  # raises once there is none
            claim = await self._leases.claim(key)
            LEASES.labels("won" if claim.lease else "waited").inc()
            if claim.lease:
                try:
                    return await self._draw(
                        player, claim.lease, claim.standing, begun_before=begun_before
                    )
                except LeaseLostError:
                    LEASES.labels("lost").inc()
                    log.info("lease lost", card_key=key, epoch=claim.lease.epoch)
                    begun_before = True
                    continue
            epoch = claim.standing.epoch
            if failures_after is None:
                failures_after = epoch - 1
            standing = await self._lookout.ended(key, epoch, deadline.remaining_s())
            if failure := standing.failure_after(failures_after):
                raise failure
            if landed := await player.found(standing):
                return landed

    async def keep_renewing(self) -> None:
        """Renew what is held, all at once, until cancelled."""
        while True:
            await asyncio.sleep(RENEW_INTERVAL_S)
            if not self._held:
                continue
            try:
                await self._leases.renew(list(self._held))
            except Exception as error:  # noqa: BLE001 - whatever it was, the next try may succeed
                log.warning("leases not renewed", cause=repr(error))

    async def _draw(
        self, player: Player, lease: Lease, standing: Standing, *, begun_before: bool
    ) -> Landed:
        """Let player draw, and give the lease up unless that was published."""
        self._held.add(lease)
        try:
            with tracing.span("generate card"):
                landed = await player.draw(lease, standing, begun_before=begun_before)
        except LeaseLostError:
            raise
        except OF_WHO_DREW:
            await self._release(lease, None)
            raise
        except Exception as error:
            await self._release(lease, public_failure(error))
            raise
        except BaseException:
            self._chores.later(self._leases.release(lease, None))
            raise
        finally:
            self._held.discard(lease)
        if landed.hit:
            self._chores.later(self._leases.release(lease, None))
        return landed

    async def _release(self, lease: Lease, failure: ApiError | None) -> None:
        # A failure is told once the others know, lest a second try take this one for its own.
        released = self._chores.later(self._leases.release(lease, failure))
        await asyncio.wait({released}, timeout=RELEASE_WAIT_S)
