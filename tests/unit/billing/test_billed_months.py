from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from og_billing.billed_months import GRACE, BilledMonth, Upgrade

START = datetime(2031, 6, 1, tzinfo=UTC)
END = datetime(2031, 7, 1, tzinfo=UTC)


def month(*upgrades: Upgrade, is_ending: bool = False) -> BilledMonth:
    return BilledMonth("in_1", "starter", START, END, is_ending, upgrades)


def upgrade(plan_id: str, days: float) -> Upgrade:
    return Upgrade(f"in_{plan_id}", plan_id, START + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "brought"), [(0, 8_000), (15, 4_000), (29.999, 0), (30, 0), (31, 0), (-1, 8_000)]
)
def test_an_upgrade_brings_the_share_of_the_month_that_is_left(days: float, brought: int) -> None:
    assert month(upgrade("pro", days)).upgrade_credits() == [brought]


def test_upgrades_add_up_each_from_the_plan_before() -> None:
    billed = month(upgrade("pro", 0), upgrade("business", 15))
    assert billed.upgrade_credits() == [8_000, 20_000]
    assert billed.present_plan_id == "business"


def test_a_cheaper_plan_takes_nothing_back_and_is_not_brought_again() -> None:
    assert month(upgrade("pro", 0), upgrade("starter", 3), upgrade("pro", 6)).upgrade_credits() == [
        8_000,
        0,
        0,
    ]


def test_a_month_ends_with_what_is_paid_or_after_the_grace() -> None:
    assert month().end_time == END + GRACE
    assert month(is_ending=True).end_time == END
