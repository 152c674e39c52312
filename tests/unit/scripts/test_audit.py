"""What `make audit` makes of an answer."""

from __future__ import annotations

import re

import pytest

from scripts.audit import LOCKS, ROOT, UNAVAILABLE, VULNERABLE, judge

SOUND = {"name": "idna", "version": "3.20", "vulns": []}
UNSEEN = {"name": "grpcio", "skip_reason": "Dependency not found on PyPI"}
BROKEN = {
    "name": "h11",
    "version": "0.15",
    "vulns": [{"id": "PYSEC-2025-1", "fix_versions": ["0.16"], "aliases": []}],
}


def test_nothing_known_against_any_package_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge([SOUND]) == 0
    assert "1 packages were looked up, 0 are vulnerable" in capsys.readouterr().out


def test_what_is_known_is_told_with_the_version_to_take(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert judge([SOUND, BROKEN, UNSEEN]) == VULNERABLE
    assert "h11 0.15: PYSEC-2025-1, mended in 0.16" in capsys.readouterr().out


def test_packages_that_nobody_looked_up_are_not_called_sound(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert judge([SOUND, UNSEEN]) == UNAVAILABLE
    assert "1 OF 2 PACKAGES WERE NOT AUDITED (grpcio)" in capsys.readouterr().err


def test_the_files_that_are_asked_about_hold_every_locked_version() -> None:
    def versions(lock: str) -> set[str]:
        text = (ROOT / "requirements" / f"{lock}.txt").read_text()
        return set(re.findall(r"(?m)^[\w.-]+==[\w.]+", text))

    asked = set().union(*(versions(lock) for locks in LOCKS for lock in locks))
    for path in (ROOT / "requirements").glob("*.txt"):
        assert versions(path.stem) <= asked, path.name
