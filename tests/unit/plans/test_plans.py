from __future__ import annotations

import dataclasses

import pytest

from og_plans import PLANS, PRICES, PlansError
from og_plans.plans import parse

PRICES_TABLE = """
[prices]
cached_card_credits = 1
generation_credits = 10
ai_generation_credits = 100
"""
FREE_TABLE = """
[plans.free]
rate_limit_per_minute = 60
monthly_credits = 100
ai_allowed = false
"""


@pytest.mark.parametrize(
    ("name", "requests_per_minute"),
    [("free", 60), ("starter", 120), ("pro", 300), ("business", 600), ("enterprise", 1200)],
)
def test_rate_limits_are_the_api_references(name: str, requests_per_minute: int) -> None:
    assert PLANS[name].rate_limit_per_minute == requests_per_minute
    assert PLANS[name].name == name


def test_there_are_no_other_plans() -> None:
    assert set(PLANS) == {"free", "starter", "pro", "business", "enterprise"}


def test_prices_are_the_api_references() -> None:
    assert dataclasses.astuple(PRICES) == (1, 10, 100)


def test_ai_needs_a_paid_plan() -> None:
    assert {name for name, plan in PLANS.items() if not plan.ai_allowed} == {"free"}


def test_a_dearer_plan_gives_more() -> None:
    monthly = [plan.monthly_credits for plan in PLANS.values()]
    assert monthly == sorted(set(monthly))


def test_nobody_can_change_them() -> None:
    with pytest.raises(TypeError):
        PLANS["free"] = PLANS["pro"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        PRICES.generation_credits = 0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("plans =", "not TOML"),
        (FREE_TABLE, "tables plans and prices"),
        (PRICES_TABLE + "[plans]", "at least one"),
        (PRICES_TABLE + "[plans]\nfree = 3", "plans.free: must be a table"),
        (PRICES_TABLE + FREE_TABLE + "color = 1", "plans.free: needs exactly"),
        (PRICES_TABLE + FREE_TABLE.replace("60", '"60"'), "rate_limit_per_minute: must be int"),
        (PRICES_TABLE + FREE_TABLE.replace("60", "true"), "rate_limit_per_minute: must be int"),
        (PRICES_TABLE + FREE_TABLE.replace("false", "0"), "ai_allowed: must be bool"),
        (PRICES_TABLE.replace("10\n", "0\n") + FREE_TABLE, "must be at least 1"),
    ],
)
def test_a_wrong_file_is_refused_by_name(text: str, complaint: str) -> None:
    with pytest.raises(PlansError, match=complaint):
        parse(text)
