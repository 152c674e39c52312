"""The result as tables, and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.ledger.load import Row, Sample
from bench.ledger.wire import WireRow
from bench.report import Conditions, to_json, to_text
from bench.verdict import Verdict

GOAL_RATIO_MANY = 15.0
GOAL_RATIO_ONE = 1.0
HEAD = (
    f"{'accounts':>9} {'callers':>9} {'a second':>9} {'p99 ms':>7}"
    f" {'a second':>9} {'p99 ms':>7} {'a commit':>9} {'times':>7}  quartiles"
)
WIRE_HEAD = (
    f"{'method':>19} {'callers':>9} {'a second':>9} {'p99 ms':>7} {'billing':>9} {'postgres':>9}"
)


@dataclass(frozen=True)
class Result:
    """All that a run found."""

    rounds: int
    round_s: float
    conditions: Conditions
    rows: Sequence[Row]
    wire: Sequence[WireRow]

    @property
    def verdicts(self) -> list[Verdict]:
        """Judge the hot account; one caller by its best quartile, for both ways are one then."""
        hot = {row.callers: row for row in self.rows if row.accounts == 1}
        verdicts = []
        if 256 in hot:  # noqa: PLR2004 - the goal's
            what = "256 callers, one account: times one by one"
            verdicts.append(Verdict(what, hot[256].ratio, GOAL_RATIO_MANY))
        if 1 in hot:
            what = "1 caller, one account: times (upper quartile)"
            verdicts.append(Verdict(what, _quartiles(hot[1].ratios)[2], GOAL_RATIO_ONE))
        return verdicts


def as_json(result: Result) -> str:
    """Give everything for programs."""
    effort = {"rounds": result.rounds, "round_s": result.round_s}
    rows = [{**asdict(row), "ratio": row.ratio, "ratios": row.ratios} for row in result.rows]
    wire = [asdict(row) for row in result.wire]
    return to_json(result.conditions, effort, rows, result.verdicts, wire=wire)


def as_text(result: Result) -> str:
    """Give tables and verdicts for people."""
    head = f"Charges a second, medians of {result.rounds} rounds of {result.round_s:g} s."
    lines = [
        f"{'':>19} {'one by one':>17} {'group commit':>17} {'charges':>9}",
        HEAD,
        *map(_line, result.rows),
        "",
        "Over gRPC, one account; processor time in µs a charge:",
        WIRE_HEAD,
        *map(_wire_line, result.wire),
        "",
        "The ledger added up after every line.",
    ]
    return to_text(head, result.conditions, lines, result.verdicts)


def _line(row: Row) -> str:
    low, _, high = _quartiles(row.ratios)
    return (
        f"{row.accounts:>9} {row.callers:>9} {_medians(row.alone)} {_medians(row.grouped)}"
        f" {row.charges_per_commit:>9.1f} {row.ratio:>7.2f}  {low:.2f} to {high:.2f}"
    )


def _wire_line(row: WireRow) -> str:
    load = row.load
    method = f"{load.method} of {load.charges_a_call}" if load.charges_a_call > 1 else load.method
    told = f"{method:>19} {load.callers:>9} {row.charges_per_s:>9.0f} {row.p99_ms:>7.1f}"
    return f"{told} {row.billing_us:>9.1f} {row.postgres_us:>9.1f}"


def _medians(samples: Sequence[Sample]) -> str:
    rate = statistics.median(it.calls_per_s for it in samples)
    return f"{rate:>9.0f} {statistics.median(it.p99_ms for it in samples):>7.1f}"


def _quartiles(values: Sequence[float]) -> list[float]:
    return statistics.quantiles(values, n=4, method="inclusive")
