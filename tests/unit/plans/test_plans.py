from __future__ import annotations

import dataclasses

import pytest

from og_plans import PACKS, PLANS, PRICES, PlansError
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
daily_generations_per_site = 10
monthly_price_usd_cents = 0
"""
PACKS_TABLE = """
[packs.small]
credits = 1_000
price_usd_cents = 1_200
"""
REST = PRICES_TABLE + PACKS_TABLE


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


def test_only_the_free_plan_is_free() -> None:
    assert {name for name, plan in PLANS.items() if not plan.monthly_price_usd_cents} == {"free"}


def test_a_larger_pack_is_cheaper_a_credit() -> None:
    a_credit = [pack.price_usd_cents / pack.credits for pack in PACKS.values()]
    assert a_credit == sorted(a_credit, reverse=True)


def test_a_site_cannot_spend_a_months_credits_in_a_day_on_a_paid_plan() -> None:
    for plan in PLANS.values():
        if plan.monthly_price_usd_cents:
            day = plan.daily_generations_per_site * PRICES.generation_credits
            assert day < plan.monthly_credits


def test_nobody_can_change_them() -> None:
    with pytest.raises(TypeError):
        PLANS["free"] = PLANS["pro"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        PRICES.generation_credits = 0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("plans =", "not TOML"),
        (FREE_TABLE, "tables plans, packs and prices"),
        (REST + "[plans]", "at least one"),
        (REST + "[plans]\nfree = 3", "plans.free: must be a table"),
        (REST + FREE_TABLE + "color = 1", "plans.free: needs exactly"),
        (REST + FREE_TABLE.replace("60", '"60"'), "rate_limit_per_minute: must be int"),
        (REST + FREE_TABLE.replace("60", "true"), "rate_limit_per_minute: must be int"),
        (REST + FREE_TABLE.replace("false", "0"), "ai_allowed: must be bool"),
        (REST.replace("= 10\n", "= 0\n") + FREE_TABLE, "must be at least 1"),
        (PRICES_TABLE + FREE_TABLE + "[packs]", "packs: needs at least one"),
        (REST.replace("1_200", "0") + FREE_TABLE, "packs.small.price_usd_cents: must be at least"),
        (REST + FREE_TABLE.replace("cents = 0", "cents = -1"), "must be at least 0"),
    ],
)
def test_a_wrong_file_is_refused_by_name(text: str, complaint: str) -> None:
    with pytest.raises(PlansError, match=complaint):
        parse(text)
