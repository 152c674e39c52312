"""What our render path is to reach against takumi, and whether it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.render.drawing_times import Row
from bench.render.engines import OURS, OURS_CACHED, TAKUMI, TAKUMI_CACHED
from bench.render.throughput import Rate, best
from bench.verdict import Verdict


@dataclass(frozen=True)
class Goal:
    """At least so many times as fast, with at most so many times the bytes."""

    speed: float
    bytes: float


GOALS = {"flat": Goal(3.0, 0.8), "gradient": Goal(2.0, 1.0), "photo": Goal(2.0, 1.1)}
THROUGHPUT_GOAL = 4.0


def of_drawing(rows: Sequence[Row]) -> list[Verdict]:
    """Judge single cards against takumi as it comes; of both clocks the worse counts."""
    found = {(row.kind, row.engine): row for row in rows}
    verdicts = []
    for kind, goal in GOALS.items():
        mine, its = found[kind, OURS], found[kind, TAKUMI]
        verdicts += [
            Verdict(f"{kind}: times as fast as takumi", _speed(mine, its), goal.speed),
            Verdict(f"{kind}: times its bytes", mine.bytes / its.bytes, goal.bytes, at_most=True),
        ]
    if ("photo", OURS_CACHED) in found:
        speed = _speed(found["photo", OURS_CACHED], found["photo", TAKUMI_CACHED])
        what = "photo, no decoding on either side: times as fast"
        verdicts.append(Verdict(what, speed, GOALS["photo"].speed))
    return verdicts


def _speed(mine: Row, its: Row) -> float:
    """Give how many times as fast mine is, by the clock that is worse for it."""
    cpu = its.cpu_ms.median / mine.cpu_ms.median
    return min(cpu, its.wall_ms.median / mine.wall_ms.median)


def of_throughput(rates: Sequence[Rate]) -> list[Verdict]:
    """Judge cards a second against takumi's faster way of having two workers."""
    return [
        Verdict(
            f"{kind}: times takumi's cards a second",
            best(rates, kind, OURS).per_s / best(rates, kind, TAKUMI).per_s,
            THROUGHPUT_GOAL,
        )
        for kind in GOALS
    ]
