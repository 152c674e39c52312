from __future__ import annotations

import json
from collections import Counter

import pytest

from bench.report import Conditions
from bench.soak.load import EXPECTED, WEIGHTS, Tally
from bench.soak.memory import MIB, Growth, growths
from bench.soak.report import Result, as_json, as_text

ON = Conditions({"fsync": "on"}, load_before=0.5)


def sizes(*megabytes: float) -> list[tuple[float, int]]:
    """Give samples from second 0 on, one each 60 s."""
    return [(60.0 * number, int(size * MIB)) for number, size in enumerate(megabytes)]


def test_only_what_comes_after_two_minutes_is_growth() -> None:
    samples = {
        "edge": sizes(50, 90, 100, 101, 102, 110),
        "auth": sizes(50, 80, 80, 80, 80, 80),
        "came late": [(290.0, MIB)],
        "went early": sizes(10, 10, 10),
    }
    found = growths(samples, end_s=320)
    assert [it.name for it in found] == ["edge", "auth"]
    assert found[0].ratio == pytest.approx(0.1)
    assert found[1].ratio == 0


def test_a_process_that_grew_and_an_answer_that_surprised_are_named() -> None:
    tally = Tally(Counter(hit=10), Counter({"hit: 500 No": 2}))
    grown = [Growth("edge og_edge 7", 100, 110), Growth("postgres idle 8", 4, 4.5)]
    bad = Result(6, 8, ON, tally, grown)
    assert [verdict.is_met for verdict in bad.verdicts] == [False, False]
    assert bad.verdicts[0].reached == pytest.approx(10)
    assert "2 times hit: 500 No" in as_text(bad)
    good = Result(6, 8, ON, Tally(Counter(hit=10)), grown[1:])
    assert [verdict.is_met for verdict in good.verdicts] == [True, True]
    assert json.loads(as_json(good))["tally"]["asked"] == {"hit": 10}


def test_of_everything_that_is_asked_it_is_known_what_to_expect() -> None:
    assert set(WEIGHTS) == set(EXPECTED)
