from __future__ import annotations

import json

import pytest

from bench.miss.measuring import Line, split
from bench.miss.report import Result, as_json, as_text
from bench.report import Conditions
from bench.system import parse_metrics

ON = Conditions({"fsync": "on"}, load_before=0.5)

PAGE = """# HELP og_render_step_seconds What a card takes.
# TYPE og_render_step_seconds histogram
og_render_step_seconds_bucket{le="0.001",step="layout"} 3.0
og_render_step_seconds_count{step="layout"} 4.0
og_render_step_seconds_sum{step="layout"} 0.5
og_loopback_targets 2.0
"""


def test_samples_are_read_by_name_and_labels() -> None:
    found = dict(parse_metrics(PAGE))
    assert found['og_render_step_seconds_sum{step="layout"}'] == 0.5
    assert found["og_loopback_targets"] == 2


def test_where_a_cards_time_went_adds_up_to_its_mean() -> None:
    before = {'og_edge_call_seconds_sum{rpc="Reserve"}': 1.0}
    after = {
        'og_edge_call_seconds_sum{rpc="Reserve"}': 1.02,
        'og_edge_call_seconds_sum{rpc="RenderCard"}': 0.10,
        'og_render_step_seconds_sum{step="layout"}': 0.03,
        'og_render_step_seconds_sum{step="encode"}': 0.05,
    }
    found = split(before, after, cards=2, mean_ms=100)
    assert found["layout"] == pytest.approx(15)
    assert found["encode"] == pytest.approx(25)
    assert found["RPC"] == pytest.approx(10)
    assert found["ledger, auth"] == pytest.approx(10)
    assert found["fetch"] == 0
    assert sum(found.values()) == pytest.approx(100)


def test_the_report_leaves_out_of_the_goal_what_cannot_be_spared() -> None:
    cpu_ms = {"edge": 2.0, "postgres": 1.5, "fetch": 9.0, "parse": 9.0, "draw": 9.0}
    line = Line(8, {"400 too complex": 2}, [10.0, 20.0, 30.0], 50, {"fetch": 1.0}, cpu_ms)
    result = Result(5, ON, [line])
    [verdict] = result.verdicts
    assert (verdict.reached, verdict.is_met) == (3.5, True)
    assert line.p50_ms == 20
    assert "2 times: 400 too complex" in as_text(result)
    assert json.loads(as_json(result))["rows"][0]["p50_ms"] == 20
