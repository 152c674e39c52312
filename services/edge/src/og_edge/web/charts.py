"""Bars for a chart, as an SVG that stretches to its place takes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from og_edge.usage import Sum, Usage

WIDTH: Final = 600
HEIGHT: Final = 100
GAP_SHARE: Final = 0.24
_HEIGHTS: Final = (10, 15, 20, 25, 30, 40, 50, 60, 80)


@dataclass(frozen=True)
class Bar:
    """One day: what new cards cost stands on what cached ones did. In units of the view box."""

    day: dt.date
    sum: Sum
    x: float
    width: float
    cached_y: float
    cached_height: float
    new_y: float
    new_height: float


@dataclass(frozen=True)
class Chart:
    """Bars, and what the top of the chart stands for."""

    bars: list[Bar]
    top_credits: int
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(usage: Usage) -> Chart:
    """Draw an account's credits by day."""
    top = _round_up(max((spent.spent_credits for _, spent in usage.days), default=0))
    step = WIDTH / max(1, len(usage.days))
    bars = []
    for number, (day, spent) in enumerate(usage.days):
        cached = min(spent.cached_cards, spent.spent_credits) / top * HEIGHT
        whole = spent.spent_credits / top * HEIGHT
        bars.append(
            Bar(
                day=day,
                sum=spent,
                x=round((number + GAP_SHARE / 2) * step, 2),
                width=round(step * (1 - GAP_SHARE), 2),
                cached_y=round(HEIGHT - cached, 2),
                cached_height=round(cached, 2),
                new_y=round(HEIGHT - whole, 2),
                new_height=round(whole - cached, 2),
            )
        )
    return Chart(bars, top)


def _round_up(value: int) -> int:
    """Give the next of 10, 15, 20, …, 80, 100, 150, …: a height that is easy to read."""
    unit = 1
    while True:
        for height in _HEIGHTS:
            if value <= height * unit:
                return height * unit
        unit *= 10
