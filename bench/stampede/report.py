"""The result as a table, and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.report import Conditions, to_json, to_text
from bench.stampede.measuring import OK, Round
from bench.verdict import Verdict

TIME_GOAL = 1.5
SOUND = "Every 200 was charged once; the ledger was added up."
HEAD = (
    f"{'drawn':>6} {'as new':>7} {'as kept':>8} {'200':>6} {'others':>7} {'ms':>8} {'median':>8}"
    f" {'one miss':>9} {'serving':>8} {'ratio':>6}"
)


@dataclass(frozen=True)
class Result:
    """All that a run found."""

    crowd: int
    conditions: Conditions
    rounds: Sequence[Round]

    @property
    def verdicts(self) -> list[Verdict]:
        """Hold the worst round against what must be, and the median against what is wished for."""
        ratio = statistics.median(it.ratio for it in self.rounds)
        most = {"at_most": True}
        return [
            Verdict("renders of one card", max(it.renders for it in self.rounds), 1, **most),
            Verdict("charges as a new card", max(it.generations for it in self.rounds), 1, **most),
            Verdict("answers 200", min(it.statuses.get(OK, 0) for it in self.rounds), self.crowd),
            Verdict("time ÷ (one miss + serving)", ratio, TIME_GOAL, **most),
        ]


def as_json(result: Result) -> str:
    """Give everything for programs."""
    rows = [{**asdict(it), "ratio": it.ratio} for it in result.rounds]
    effort = {"rounds": len(result.rounds), "crowd": result.crowd}
    return to_json(result.conditions, effort, rows, result.verdicts)


def as_text(result: Result) -> str:
    """Give a table and verdicts for people."""
    head = f"{result.crowd:,} clients that ask for one new card at once, a line for each round."
    text = [HEAD, *map(_line, result.rounds), *_errors(result.rounds), "", SOUND]
    return to_text(head, result.conditions, text, result.verdicts)


def _errors(rounds: Sequence[Round]) -> list[str]:
    return [
        f"round {number}, {count} times: {what}"
        for number, it in enumerate(rounds, 1)
        for what, count in it.statuses.items()
        if what != OK
    ]


def _line(it: Round) -> str:
    good = it.statuses.get(OK, 0)
    others = sum(it.statuses.values()) - good
    return (
        f"{it.renders:>6} {it.generations:>7} {it.cached:>8} {good:>6} {others:>7}"
        f" {it.took_ms:>8.0f} {it.median_ms:>8.0f} {it.single_ms:>9.0f} {it.serving_ms:>8.0f}"
        f" {it.ratio:>6.2f}"
    )
