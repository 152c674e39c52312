"""Previews: cards that are drawn for their owner to look at, free, and kept nowhere."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Final, Protocol

from og_edge.card_request import CardRequest
from og_edge.deadline import Deadline
from og_edge.drawing import Drawer, Drawing
from og_edge.errors import DailyPreviewsReachedError, OverloadedError
from og_edge.options import Mode
from og_edge.templates import Template

MAX_PREVIEWS_A_DAY: Final = 200
"""Of an account, on a day of UTC."""
MAX_UNDER_WAY: Final = 32
"""Previews that one process draws at the same time: they must not take the place of cards."""


class PreviewCounts(Protocol):
    """Counts the previews of accounts."""

    async def take(self, account_id: str, at_most: int) -> bool:
        """Count one more on the present day of UTC, unless there were so many; tell whether."""


class Previewer:
    """Draws previews."""

    def __init__(self, drawer: Drawer, counts: PreviewCounts) -> None:
        self._drawer = drawer
        self._counts = counts
        self._under_way = 0

    async def draw(
        self, account_id: str, request: CardRequest, template: Template, deadline: Deadline
    ) -> Drawing:
        """Draw a card as mode=standard would; raises ApiError.

        One that cannot be drawn is counted too: its page was asked for.
        """
        if self._under_way >= MAX_UNDER_WAY:
            raise OverloadedError("We draw too many previews at the same time. Try again soon.")
        self._under_way += 1
        try:
            await self._count(account_id)
            plain = replace(request, mode=Mode.STANDARD)
            return await self._drawer.draw(
                plain, template, None, deadline, Mode.STANDARD, fresh=False
            )
        finally:
            self._under_way -= 1

    async def _count(self, account_id: str) -> None:
        if await self._counts.take(account_id, MAX_PREVIEWS_A_DAY):
            return
        now = dt.datetime.now(dt.UTC)
        midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time.min, dt.UTC)
        raise DailyPreviewsReachedError(
            f"Previews are free, at most {MAX_PREVIEWS_A_DAY} a day, and these have been drawn. "
            f"The next day starts at {midnight:%Y-%m-%d %H:%M} UTC.",
            retry_after_s=math.ceil((midnight - now).total_seconds()),
        )
