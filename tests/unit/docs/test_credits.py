"""The plans and packs that the API's page tells are those of the one table."""

from __future__ import annotations

import re
from pathlib import Path

from og_plans import PACKS, PLANS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()


def test_every_plan_stands_there_with_its_numbers() -> None:
    for plan in PLANS.values():
        usd = plan.monthly_price_usd_cents // 100
        row = (
            f"| {plan.name.capitalize()} | {plan.monthly_credits:,}"
            f" | {plan.daily_generations_per_site:,} | {usd or 'free'} |"
        )
        assert row in PAGE


def test_every_pack_stands_there_with_its_numbers() -> None:
    [line] = [line for line in PAGE.splitlines() if line.startswith("Packs: ")]
    found = re.findall(r"(\w+), ([\d,]+)(?: credits)? for (\d+)", line)
    assert {(name, int(n.replace(",", "")), int(usd) * 100) for name, n, usd in found} == {
        (pack.name, pack.credits, pack.price_usd_cents) for pack in PACKS.values()
    }
