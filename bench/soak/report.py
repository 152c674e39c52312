"""The result as tables, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.report import Conditions, to_json, to_text
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
    conditions: Conditions
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
    effort = {"minutes": result.minutes, "clients": result.clients}
    rows = [{**asdict(it), "ratio": it.ratio} for it in result.growths]
    return to_json(result.conditions, effort, rows, result.verdicts, tally=vars(result.tally))


def as_text(result: Result) -> str:
    """Give tables and verdicts for people."""
    asked = ", ".join(f"{what} {count:,}" for what, count in result.tally.asked.most_common())
    head = f"{result.clients} clients for {result.minutes:g} minutes: {asked}."
    text = [
        "Not expected:" if result.tally.unexpected else "Every answer was as expected.",
        *(f"{count:>6} times {what}" for what, count in result.tally.unexpected.most_common(SHOWN)),
        "",
        f"{'process, those that grew most first':<58} {'2 min':>9} {'end':>9} {'grew by':>8}",
        *map(_line, result.growths[:SHOWN]),
        f"… and {max(len(result.growths) - SHOWN, 0)} more",
        "",
        "The answers' prices are what the ledger took, to the credit; it was added up.",
    ]
    return to_text(head, result.conditions, text, result.verdicts)


def _line(it: Growth) -> str:
    return f"{it.name:<58} {it.settled_mib:>5.1f} MiB {it.last_mib:>5.1f} MiB {it.ratio:>7.1%}"
