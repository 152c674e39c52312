"""Cards that their owner wants neither served nor drawn."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from og_edge.cards import Generation


class Blocks(Protocol):
    """The blocks as all edges see them.

    A card that is blocked and then deleted stays so: whoever is about to draw it asks here first,
    while it holds the card's lease, and the deletion ends the leases from before.
    """

    async def block(self, generation: Generation, draw_time: dt.datetime) -> None:
        """Block the card of a generation, which was drawn then; fine if it is blocked."""

    async def unblock(self, account_id: str, key: str) -> None:
        """Lift the block of an account's card; fine if there is none."""

    async def is_blocked(self, key: str) -> bool:
        """Tell whether the card kept under key, or to be kept there, is blocked."""
