from __future__ import annotations

import pytest

from og_extract.allowance import ByteBudget
from og_extract.errors import ExtractQueueFullError


def test_all_calls_together_hold_no_more_than_the_budget() -> None:
    budget = ByteBudget(100)
    with budget.holding() as first:
        first.take(60)
        with budget.holding() as second:
            with pytest.raises(ExtractQueueFullError):
                second.take(41)
            second.take(40)
        first.give_back(20)
        first.take(60)
    with budget.holding() as last:
        last.take(100)
