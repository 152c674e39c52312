"""Which errors another card stands in for, and for whom."""

from __future__ import annotations

import pytest

from og_edge import errors
from og_edge.errors import ApiError
from og_edge.fallback import MEANS, Means

OUT_OF_CREDITS = {"insufficient_credits", "spending_limit_reached", "daily_cards_reached"}
NOT_THE_SENDERS = {
    "page_unreachable",
    "page_without_content",
    "internal_error",
    "overloaded",
    "ai_not_configured",
}


@pytest.mark.parametrize("kind", ApiError.__subclasses__(), ids=lambda kind: kind.code)
def test_an_error_has_the_stand_in_that_the_api_promises(kind: type[ApiError]) -> None:
    expected = None
    if kind.code in OUT_OF_CREDITS:
        expected = Means.BRAND_CARD
    elif kind.code in NOT_THE_SENDERS:
        expected = Means.LAST_CARD
    assert MEANS.get(kind) is expected


def test_all_that_is_our_own_failure_has_one() -> None:
    ours = {kind for kind in ApiError.__subclasses__() if kind.status == 500}
    assert ours <= {kind for kind, means in MEANS.items() if means is Means.LAST_CARD}
    assert errors.InternalError in ours
