"""Alerts come when they should and not before, as Prometheus itself computes them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.promtool import promtool
from tests.unit.monitoring.rules import alerts, groups

CASES = [
    Path(__file__).with_name(name)
    for name in ("alerts.yaml", "slow_alerts.yaml", "postgres_alerts.yaml")
]


def run(directory: Path, *arguments: str) -> None:
    done = subprocess.run(
        [promtool(), *arguments], cwd=directory, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def write(directory: Path, groups: list[dict[str, Any]]) -> None:
    (directory / "rules.yaml").write_text(json.dumps({"groups": groups}))


def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    write(tmp_path, groups())
    run(tmp_path, "check", "rules", "rules.yaml")


@pytest.mark.parametrize("cases", CASES, ids=lambda path: path.stem)
def test_alerts_come_when_they_should(tmp_path: Path, cases: Path) -> None:
    bare = groups()
    for group in bare:
        for rule in group["rules"]:
            rule.pop("annotations", None)
    write(tmp_path, bare)
    shutil.copy(cases, tmp_path)
    run(tmp_path, "test", "rules", cases.name)


def test_every_alert_is_seen_to_come() -> None:
    cases = [case for path in CASES for case in yaml.safe_load(path.read_text())["tests"]]
    tests = [test for case in cases for test in case.get("alert_rule_test", ())]
    seen = {test["alertname"] for test in tests if test["exp_alerts"]}
    assert seen == {rule["alert"] for rule in alerts()}
