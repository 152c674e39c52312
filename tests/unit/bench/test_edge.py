from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.edge.measuring import Effort, Line, Sample, demand_exact
from bench.edge.report import Result, as_json, as_text
from bench.edge.ways import BARE, BARE_MANY, NAIVE, OURS
from bench.edge.wrk import Told, parse
from bench.report import Conditions
from bench.serving import Prepared
from bench.system import AuditFailedError

ON = Conditions({"fsync": "on"}, load_before=0.5)

TOLD = Told(
    answers=1000,
    duration_us=2_000_000,
    p50_us=800,
    p99_us=9000,
    p999_us=9900,
    refused=0,
    broken=0,
)


def sample(answers: int, **cpu_us: float) -> Sample:
    return Sample(Told(answers, 2_000_000, 800, 9000, 9900, 0, 0), cpu_us)


def test_the_last_line_of_wrk_is_read() -> None:
    output = (
        "Running 1s test @ http://127.0.0.1:1\n  1 threads and 1 connections\n\n"
        '{"answers": 1000, "duration_us": 2000000, "p50_us": 800, "p99_us": 9000, "p999_us": 9900, '
        '"refused": 0, "broken": 0}\n'
    )
    assert parse(output) == TOLD
    assert TOLD.answers_per_s == 500


@pytest.mark.parametrize("charged", [1000, 1032])
def test_what_was_under_way_at_the_end_may_be_charged(charged: int) -> None:
    demand_exact(TOLD, charged, 32)


@pytest.mark.parametrize("charged", [999, 1033, 0])
def test_an_answer_without_a_charge_and_a_charge_without_an_answer_are_faults(charged: int) -> None:
    with pytest.raises(AuditFailedError, match="1000 answers"):
        demand_exact(TOLD, charged, 32)


def test_an_answer_is_kept_as_it_is(tmp_path: Path) -> None:
    prepared = Prepared([(b"ETag", b'"x"'), (b"Vary", b"Authorization")], b"\x89PNG")
    prepared.write(tmp_path)
    assert Prepared.read(tmp_path) == prepared


def test_ratios_are_of_the_same_round() -> None:
    bare = [sample(1000, app=20.0), sample(4000, app=30.0), sample(2000, app=25.0)]
    ours = [sample(500, edge=60.0, auth=20.0), sample(1000, edge=90.0), sample(900, edge=100.0)]
    line = Line(1, 256, {BARE: bare, OURS: ours})
    assert line.rate_ratios(BARE) == [0.5, 0.25, 0.45]
    assert line.cpu_ratio(BARE) == 4.0


def test_the_report_holds_each_line_against_its_goals() -> None:
    ways = {
        BARE: [sample(1000, app=20.0)] * 2,
        BARE_MANY: [sample(1500, app=20.0)] * 2,
        OURS: [sample(450, edge=130.0, postgres=0.1)] * 2,
        NAIVE: [sample(50, app=800.0, auth=100.0)] * 2,
    }
    result = Result(Effort(1, 2), ON, 60_000, [Line(1, 256, ways), Line(1, 32, ways)])
    assert [verdict.is_met for verdict in result.verdicts] == [True, False, True]
    text = as_text(result)
    assert "fsync on" in text
    assert "edge 130" in text
    assert "postgres" not in text
    told = json.loads(as_json(result))
    assert told["rows"][0]["of_bare"][OURS] == [0.45, 0.45]
