"""The result as tables, and as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bench.soak.load import Tally
from bench.soak.memory import Growth
from bench.verdict import Verdict

GROWTH_GOAL_PERCENT = 5.0
SMALL_MIB = 1.0
"""What a process may grow by whatever it weighs: a backend of PostgreSQL weighs 5 MiB, and 5 % of
that are a few plans of queries."""
SHOWN = 14


@dataclass(frozen=True)
class Result:
    """All that a run found."""

    minutes: float
    clients: int
    durability: Mapping[str, str]
    tally: Tally
    growths: Sequence[Growth]

    @property
    def verdicts(self) -> list[Verdict]:
        """Hold the worst process and the answers against the goals."""
        grown = [it for it in self.growths if it.last_mib - it.settled_mib > SMALL_MIB]
        worst = max((it.ratio * 100 for it in grown), default=0.0)
        unexpected = sum(self.tally.unexpected.values())
        return [
            Verdict(
                "growth of a process after 2 minutes, %", worst, GROWTH_GOAL_PERCENT, at_most=True
            ),
            Verdict("answers that were not expected", unexpected, 0, at_most=True),
        ]


def as_json(result: Result) -> str:
    """Give everything for programs."""
    told = {
        "processors": os.cpu_count(),
        "minutes": result.minutes,
        "clients": result.clients,
        "server": result.durability,
        "tally": vars(result.tally),
        "growths": [{**asdict(it), "ratio": it.ratio} for it in result.growths],
        "verdicts": [{**asdict(it), "is_met": it.is_met} for it in result.verdicts],
    }
    return json.dumps(told, indent=2)


def as_text(result: Result) -> str:
    """Give tables and verdicts for people."""
    asked = ", ".join(f"{what} {count:,}" for what, count in result.tally.asked.most_common())
    server = ", ".join(f"{name} {value}" for name, value in sorted(result.durability.items()))
    text = [
        f"{result.clients} clients for {result.minutes:g} minutes: {asked}.",
        f"{server}; {os.cpu_count()} processors",
        "",
        "Not expected:" if result.tally.unexpected else "Every answer was as expected.",
        *(f"{count:>6} times {what}" for what, count in result.tally.unexpected.most_common(SHOWN)),
        "",
        f"{'process, those that grew most first':<58} {'2 min':>9} {'end':>9} {'grew by':>8}",
        *map(_line, result.growths[:SHOWN]),
        f"… and {max(len(result.growths) - SHOWN, 0)} more",
        "",
        "The answers' prices are what the ledger took, to the credit; it was added up.",
    ]
    return "\n".join([*text, *map(str, result.verdicts)])


def _line(it: Growth) -> str:
    return f"{it.name:<58} {it.settled_mib:>5.1f} MiB {it.last_mib:>5.1f} MiB {it.ratio:>7.1%}"
