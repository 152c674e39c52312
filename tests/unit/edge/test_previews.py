from __future__ import annotations

from typing import cast

import pytest

from og_edge.daily_limits import DAY_S
from og_edge.deadline import Deadline
from og_edge.drawing import Drawer
from og_edge.errors import DailyPreviewsReachedError
from og_edge.previews import MAX_PREVIEWS_A_DAY, Previewer

from .samples import card_request, template


class Spent:
    """The counts of a day whose previews have all been seen."""

    async def take(self, account_id: str, at_most: int) -> bool:
        del account_id
        assert at_most == MAX_PREVIEWS_A_DAY
        return False


async def test_whoever_has_seen_the_previews_of_a_day_is_told_when_the_next_begins() -> None:
    nothing_is_drawn = cast("Drawer", None)
    previewer = Previewer(nothing_is_drawn, Spent())
    with pytest.raises(DailyPreviewsReachedError, match=r"200 a day.*00:00 UTC") as refused:
        await previewer.draw("acct_1", card_request(), template(), Deadline.after(5))
    assert refused.value.retry_after_s is not None
    assert 0 < refused.value.retry_after_s <= DAY_S
