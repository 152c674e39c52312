from __future__ import annotations

import json

from bench.ledger.load import Row, Sample
from bench.ledger.report import Result, as_json, as_text
from bench.ledger.wire import LOADS, WireRow
from bench.report import Conditions

ON = Conditions({"fsync": "on"}, load_before=0.5)
ALONE, GROUPED = [Sample(100.0, 9.0)] * 2, [Sample(2000.0, 5.0)] * 2


def test_the_report_holds_the_hot_account_against_its_goals() -> None:
    rows = [Row(1, 256, ALONE, GROUPED, 40.0), Row(1, 1, GROUPED, ALONE, 1.0)]
    result = Result(2, 0.7, ON, rows, [WireRow(LOADS[0], 900.0, 8.0, 120.0, 60.0)])
    assert [verdict.is_met for verdict in result.verdicts] == [True, False]
    assert "fsync on; " in as_text(result)
    told = json.loads(as_json(result))
    assert told["effort"] == {"rounds": 2, "round_s": 0.7}
    assert told["rows"][0]["ratio"] == 20
    assert told["wire"][0]["charges_per_s"] == 900
