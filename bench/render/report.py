"""The result as tables, and as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bench.render.checks import Look
from bench.render.drawing_times import Row, Spread
from bench.render.engines import TAKUMI, Entrant
from bench.render.install import PEERS
from bench.render.throughput import Rate, best
from bench.verdict import Verdict


@dataclass(frozen=True)
class Result:
    """All that a run found."""

    rounds: int
    entrants: Sequence[Entrant]
    rows: Sequence[Row]
    looks: Mapping[tuple[str, str], Look]
    rates: Sequence[Rate]
    verdicts: Sequence[Verdict]


def as_json(result: Result) -> str:
    """Give everything for programs."""
    rows = [{**asdict(row), **asdict(result.looks[row.kind, row.engine])} for row in result.rows]
    told = {
        "processors": os.cpu_count(),
        "versions": PEERS.versions(),
        "rounds": result.rounds,
        "drawing": rows,
        "throughput": [asdict(rate) for rate in result.rates],
        "verdicts": [{**asdict(it), "is_met": it.is_met} for it in result.verdicts],
    }
    return json.dumps(told, indent=2)


def as_text(result: Result) -> str:
    """Give tables and verdicts for people."""
    return "\n".join([*_drawing(result), "", *_throughput(result), *_verdicts(result)])


def _drawing(result: Result) -> list[str]:
    columns = (
        f"{'card':<9} {'engine':<16} {'cpu ms':>21} {'wall ms':>21} {'kB':>7}"
        f" {'cpu':>6} {'wall':>6} {'bytes':>6}  form"
    )
    versions = ", ".join(f"{name} {version}" for name, version in PEERS.versions().items())
    lines = [
        f"One card at a time, medians of {result.rounds} rounds (quartiles); ratios to takumi.",
        versions,
        "",
        columns,
    ]
    found = {(row.kind, row.engine): row for row in result.rows}
    for row in result.rows:
        base = found[row.kind, TAKUMI]
        cpu = row.cpu_ms.median / base.cpu_ms.median
        wall = row.wall_ms.median / base.wall_ms.median
        lines.append(
            f"{row.kind:<9} {row.engine:<16} {_spread(row.cpu_ms):>21} {_spread(row.wall_ms):>21}"
            f" {row.bytes / 1000:7.1f} {cpu:6.2f} {wall:6.2f} {row.bytes / base.bytes:6.2f}"
            f"  {result.looks[row.kind, row.engine].form}"
        )
    notes = [f"  {it.name}: {it.note}" for it in result.entrants if it.note]
    return [*lines, "", *notes]


def _throughput(result: Result) -> list[str]:
    if not result.rates:
        return []
    lines = [
        "Cards a second with two workers; ratios to takumi's faster way; processor time of a card.",
        "",
        f"{'card':<9} {'engine':<16} {'way':<12} {'cards/s':>7} {'ratio':>6} {'cpu ms':>7}",
    ]
    for rate in result.rates:
        base = best(result.rates, rate.kind, TAKUMI).per_s
        lines.append(
            f"{rate.kind:<9} {rate.engine:<16} {rate.way:<12} {rate.per_s:7.1f}"
            f" {rate.per_s / base:6.2f} {rate.cpu_ms:7.2f}"
        )
    return [*lines, ""]


def _verdicts(result: Result) -> list[str]:
    head = "Against takumi as it comes, by the worse of both clocks:"
    return [head, "", *map(str, result.verdicts)]


def _spread(spread: Spread) -> str:
    return f"{spread.median:.2f} ({spread.low:.2f}-{spread.high:.2f})"
