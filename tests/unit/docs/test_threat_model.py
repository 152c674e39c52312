"""The tests that the threat model names exist, and each promise names some."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "operations" / "threat-model.md").read_text()
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
PROMISE = re.compile(r"^\| (\d+) \|", re.MULTILINE)
PROMISES = 20


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE)
    assert named
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / "tests" / path).is_file()
        or f"def {name}(" not in (ROOT / "tests" / path).read_text()
    ]
    assert not missing


def test_every_promise_names_a_test() -> None:
    numbers = [int(number) for number in PROMISE.findall(PAGE)]
    assert numbers == list(range(1, PROMISES + 1))
    rows = [line for line in PAGE.splitlines() if PROMISE.match(line)]
    assert all(NAMED.search(row) for row in rows)
