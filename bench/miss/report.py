"""The result as tables, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bench.miss.measuring import Line
from bench.report import Conditions, to_json, to_text
from bench.verdict import Verdict

CPU_BEYOND_GOAL_MS = 5.0
SOUND = "Each card was charged once as a new one, what failed not; the ledger was added up."


@dataclass(frozen=True)
class Result:
    """All that a run found."""

    cards: int
    conditions: Conditions
    lines: Sequence[Line]

    @property
    def verdicts(self) -> list[Verdict]:
        """Hold each line against the goal."""
        what = "at once: CPU ms beyond fetch, parse, draw"
        return [
            Verdict(f"{line.clients} {what}", line.cpu_beyond_ms, CPU_BEYOND_GOAL_MS, at_most=True)
            for line in self.lines
        ]


def as_json(result: Result) -> str:
    """Give everything for programs."""
    rows = [{**asdict(it), "p50_ms": it.p50_ms, "p99_ms": it.p99_ms} for it in result.lines]
    return to_json(result.conditions, {"cards": result.cards}, rows, result.verdicts)


def as_text(result: Result) -> str:
    """Give tables and verdicts for people."""
    head = f"New cards, each of another page of a server on this machine; {result.cards} a line."
    text = [
        f"{'at once':>8} {'a second':>9} {'p50 ms':>8} {'p99 ms':>8} {'failed':>8}",
    ]
    text += [
        f"{it.clients:>8} {it.cards_per_s:>9.1f} {it.p50_ms:>8.1f} {it.p99_ms:>8.1f}"
        f" {sum(it.failures.values()):>8}"
        for it in result.lines
    ]
    text += ["", "Where the time of a card goes, mean ms:"]
    text += _table([line.steps_ms for line in result.lines], result.lines)
    text += ["", "Processor time of a card, ms:"]
    text += _table([line.cpu_ms for line in result.lines], result.lines)
    text += ["", *_failures(result.lines), SOUND]
    return to_text(head, result.conditions, text, result.verdicts)


def _failures(lines: Sequence[Line]) -> list[str]:
    return [
        f"{line.clients} at once, {count} times: {what}"
        for line in lines
        for what, count in line.failures.items()
    ]


def _table(rows: Sequence[Mapping[str, float]], lines: Sequence[Line]) -> list[str]:
    head = f"{'at once':>8} " + " ".join(f"{name:>{_width(name)}}" for name in rows[0])
    return [
        head,
        *(
            f"{line.clients:>8} " + " ".join(f"{v:>{_width(k)}.2f}" for k, v in row.items())
            for line, row in zip(lines, rows, strict=True)
        ),
    ]


def _width(name: str) -> int:
    return max(len(name), 7)
