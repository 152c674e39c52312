from __future__ import annotations

import json

import pytest

from bench.crowd import Answer, parse_head
from bench.report import Conditions
from bench.stampede.measuring import Round, demand_hits
from bench.stampede.report import Result, as_json, as_text
from bench.system import AuditFailedError

ON = Conditions({"fsync": "on"}, load_before=0.5)

GOOD = Round({"200": 1000}, 1, 1, 999, 1500.0, 900.0, 100.0, 1400.0)
BAD = Round({"200": 990, "500 No": 10}, 2, 2, 988, 4500.0, 900.0, 100.0, 1400.0)


def test_a_head_is_read_whatever_the_case_of_its_names() -> None:
    head = b"HTTP/1.1 200 OK\r\nX-Cache: HIT\r\ncontent-length:5\r\n\r\n"
    assert parse_head(head) == (200, {"x-cache": "HIT", "content-length": "5"})


def test_who_asks_for_a_card_that_exists_must_get_it() -> None:
    hit = Answer(200, {"x-cache": "HIT"}, 1.0)
    demand_hits([hit, hit])
    with pytest.raises(AuditFailedError, match="429"):
        demand_hits([hit, Answer(429, {}, 1.0, "Too many")])


def test_the_worst_round_is_held_against_what_must_be() -> None:
    good, bad = (Result(1000, ON, rounds) for rounds in ([GOOD], [GOOD, BAD]))
    assert GOOD.ratio == 1.0
    assert [verdict.is_met for verdict in good.verdicts] == [True] * 4
    assert [verdict.is_met for verdict in bad.verdicts] == [False] * 4
    assert "round 2, 10 times: 500 No" in as_text(bad)
    assert json.loads(as_json(good))["rows"][0]["cached"] == 999
