"""Who may draw a card: one edge at a time, by a lease that everybody can see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from og_edge.errors import ApiError

LEASE_S: Final = 3.0
"""How long a card waits for a drawer that died; one that lives renews its lease."""
RENEW_INTERVAL_S: Final = 1.0


class LeaseLostError(Exception):
    """The lease was taken over, or ended by a deletion: nothing was published."""


@dataclass(frozen=True)
class Lease:
    """Leave to draw the card kept under key, and to publish it once.

    `epoch` is the claim's number. Each claim of a key has a higher one than all before it. A
    claim that a crash of the store forgets may leave its number to another one; `claim_time` tells
    them apart.
    """

    key: str
    epoch: int
    claim_time: dt.datetime


@dataclass(frozen=True)
class Standing:
    """What is known of a card's drawings, of the last hour at least.

    `epoch` is the last claim's, 0 where there was none. `changed` tells whether a card was
    published or deleted. `drawn_epoch` is that of the last claim after which a page was read and
    its card published; `failed_epoch` that of the last one that failed, with `failure`.
    """

    epoch: int = 0
    is_held: bool = False
    changed: bool = False
    drawn_epoch: int = 0
    failed_epoch: int = 0
    failure: ApiError | None = None

    def failure_after(self, epoch: int) -> ApiError | None:
        """Give the failure of a claim later than epoch."""
        return self.failure if self.failed_epoch > epoch else None


@dataclass(frozen=True)
class Claim:
    """How a claim went: `lease` is None where somebody else holds one."""

    lease: Lease | None
    standing: Standing


class Leases(Protocol):
    """Leases as all edges see them."""

    async def claim(self, key: str) -> Claim:
        """Take the lease of key for LEASE_S, unless somebody holds it."""

    async def standings(self, keys: Sequence[str]) -> Sequence[Standing]:
        """Tell how things stand, in the order of keys."""

    async def renew(self, leases: Sequence[Lease]) -> None:
        """Hold leases for LEASE_S from now on, but for those that were lost."""

    async def release(self, lease: Lease, failure: ApiError | None) -> None:
        """Give a lease up, with what is to be told those who waited for it; fine if it was lost."""

    async def remove_unused(self, at_most: int) -> int:
        """Forget what was not used for an hour; tells how much that was."""
