"""The result as tables, and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from bench.edge.measuring import Effort, Line, Sample
from bench.edge.ways import BARE, BARE_MANY, NAIVE, OURS
from bench.report import Conditions, to_json, to_text
from bench.verdict import Verdict

# Of the issue: share of a bare server's requests a second, and times its processor time.
RATE_GOALS = {256: 0.40, 32: 0.15}
CPU_GOAL_AT, CPU_GOAL = 256, 6.0
HEAD = (
    f"{'accounts':>8} {'conns':>5}  {'way':<13} {'a second':>8} {'of bare':>7} {'quartiles':<12}"
    f" {'p50 ms':>7} {'p99 ms':>7} {'p99.9':>7} {'CPU µs':>7} {'x bare':>6}"
)


@dataclass(frozen=True)
class Result:
    """All that a run found."""

    effort: Effort
    conditions: Conditions
    answer_bytes: int
    lines: Sequence[Line]

    @property
    def verdicts(self) -> list[Verdict]:
        """Hold each line against its goals."""
        found = []
        for line in self.lines:
            name = f"{line.accounts} accounts, {line.connections} connections: "
            if goal := RATE_GOALS.get(line.connections):
                ratio = statistics.median(line.rate_ratios(BARE))
                found.append(Verdict(f"{name}of bare", ratio, goal))
            if line.connections == CPU_GOAL_AT:
                times = line.cpu_ratio(BARE)
                found.append(Verdict(f"{name}times bare's CPU", times, CPU_GOAL, at_most=True))
        return found


def as_json(result: Result) -> str:
    """Give everything for programs."""
    rows = [
        {**asdict(line), "of_bare": {way: line.rate_ratios(BARE, way) for way in line.samples}}
        for line in result.lines
    ]
    return to_json(
        result.conditions,
        asdict(result.effort),
        rows,
        result.verdicts,
        answer_bytes=result.answer_bytes,
    )


def as_text(result: Result) -> str:
    """Give tables and verdicts for people."""
    effort = result.effort
    head = (
        f"A card that exists, of {result.answer_bytes:,} bytes; medians of {effort.rounds} rounds"
        f" of {effort.round_s} s, and quartiles of the share of bare."
    )
    text = [HEAD]
    for line in result.lines:
        text += [_row(line, way) for way in line.samples]
    text += ["", "Processor time of a request of ours, µs by kind of process:"]
    text += [_split(line) for line in result.lines]
    text += ["", "Against as many bare processes as edges:", *_against_many(result.lines)]
    text += ["", "Every answer was 200 and charged once; the ledger was added up after every line."]
    return to_text(head, result.conditions, text, result.verdicts)


def _row(line: Line, way: str) -> str:
    samples = line.samples[way]
    ratios = line.rate_ratios(BARE, way)
    low, ratio, high = _quartiles(ratios)
    return (
        f"{line.accounts:>8} {line.connections:>5}  {way:<13}"
        f" {_median(samples, 'rate'):>8.0f} {ratio:>7.3f} {f'{low:.2f} to {high:.2f}':<12}"
        f" {_median(samples, 'p50'):>7.2f} {_median(samples, 'p99'):>7.1f}"
        f" {_median(samples, 'p999'):>7.1f} {_median(samples, 'cpu'):>7.0f}"
        f" {line.cpu_ratio(BARE, way):>6.1f}"
    )


def _split(line: Line) -> str:
    samples = line.samples[OURS]
    kinds = {
        kind: statistics.median(it.cpu_us[kind] for it in samples) for kind in samples[0].cpu_us
    }
    told = ", ".join(f"{kind} {us:.0f}" for kind, us in kinds.items() if us >= 1)
    return f"{line.accounts:>8} {line.connections:>5}  {told}"


def _against_many(lines: Sequence[Line]) -> list[str]:
    return [
        f"{line.accounts:>8} {line.connections:>5}  ours {_shown(line, OURS)}, three hops"
        f" {_shown(line, NAIVE)}"
        for line in lines
        if BARE_MANY in line.samples
    ]


def _shown(line: Line, way: str) -> str:
    return f"{statistics.median(line.rate_ratios(BARE_MANY, way)):.3f}"


MEASURES: Mapping[str, Callable[[Sample], float]] = {
    "rate": lambda it: it.told.answers_per_s,
    "p50": lambda it: it.told.p50_us / 1000,
    "p99": lambda it: it.told.p99_us / 1000,
    "p999": lambda it: it.told.p999_us / 1000,
    "cpu": lambda it: it.total_cpu_us,
}


def _median(samples: Sequence[Sample], measure: str) -> float:
    return statistics.median(map(MEASURES[measure], samples))


def _quartiles(values: Sequence[float]) -> list[float]:
    return statistics.quantiles(values, n=4, method="inclusive")
