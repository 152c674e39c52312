"""The promise that nothing inside is ever connected to, tried in a network of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.telling import tell

ROOT = Path(__file__).parents[3]
UNSHARE = ["unshare", "--net", "--mount"]
PROGRAM = "tests.integration.extract.ssrf"
TIMEOUT_S = 600
UNREACHABLE = "The page could not be reached, or did not answer in time."
PUBLIC = "Public"
FIELDS = ["favicon", "image", "productImage", "avatar"]


def why_not() -> str:
    if os.geteuid() != 0:
        return "an empty network needs root"
    if not (shutil.which("unshare") and shutil.which("ip")):
        return "an empty network needs the commands unshare and ip"
    if subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode:
        return "this machine lets no process have a network of its own"
    return ""


@pytest.fixture(scope="module")
def report(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if reason := why_not():
        pytest.skip(f"the promise of no connection inside is NOT tested here: {reason}")
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-m", PROGRAM],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path_factory.mktemp("empty-network"))},
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    tried, targets = sum(report["attempts"].values()), report["targets"]
    tell(pytestconfig, f"{tried:,} attempts to get inside, with {targets:,} targets")
    return report


pytestmark = pytest.mark.timeout(TIMEOUT_S)


def test_not_even_a_syn_goes_to_an_address_that_is_not_public(report: dict[str, Any]) -> None:
    assert report["inside"] == ["10.9.8.7 9", "fd09::7 9"]  # the canary's own controls
    assert report["missed_packets"] == 0


def test_every_attempt_ends_as_promised(report: dict[str, Any]) -> None:
    assert report["faults"] == []
    assert report["targets"] > 1_500
    assert sum(report["attempts"].values()) > 15_000


def test_what_a_urls_text_shows_is_refused_before_any_name_is_asked_for(
    report: dict[str, Any],
) -> None:
    assert report["names_asked_for_texts"] == 0


def test_errors_are_no_oracle(report: dict[str, Any]) -> None:
    """Ports open and closed, names that lead inside, nowhere or to silence: all look alike."""
    [error] = report["errors"]
    assert UNREACHABLE in error
    assert error == report["controls"]["closed port"]
    assert len(report["pictures"]) == 1
    assert len(report["inspections"]) == 1


def test_what_is_allowed_registers(report: dict[str, Any]) -> None:
    controls = report["controls"]
    for way in ("page", "redirect", "refresh", "explained"):
        assert controls[way] == PUBLIC, way
    assert controls["inspected"] == 2
    assert controls["pictures named"] == controls["pictures given"] == FIELDS
    assert controls["loopback target"] == "SECRET-OF-THE-INSIDE"
    assert "127.0.0.1 80" in report["inside_with_controls"]
