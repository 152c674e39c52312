from __future__ import annotations

import json

import pytest

from og_cli.output import Maximum, show, show_rows


def test_no_limit_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows("keys", [{"limit": Maximum(0)}, {"limit": Maximum(500)}], as_json=False)
    show({"limit": Maximum(0)}, as_json=False)
    assert capsys.readouterr().out.splitlines() == ["limit", "no limit", "500", "limit  no limit"]


def test_json_has_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    show({"limit": Maximum(0)}, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"limit": 0}
