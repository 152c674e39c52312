"""Prometheus' own tool, which tests rules."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

import pytest

PLACE = Path(__file__).resolve().parents[2] / ".local" / "promtool"
FETCH_TIMEOUT_S = 300


@functools.cache
def promtool() -> str:
    """Give the path of promtool; else skip the test and say why.

    Debian has it in the package of the server, which would start with it. So the package is only
    unpacked, which needs no rights.
    """
    kept = PLACE / "usr/bin/promtool"
    found = shutil.which("promtool") or (str(kept) if kept.exists() else None)
    if found:
        return found
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip("no promtool here; it comes with Prometheus")
    PLACE.mkdir(parents=True, exist_ok=True)
    if _run("apt-get download prometheus") != 0:
        _run("apt-get update")
        if _run("apt-get download prometheus") != 0:
            pytest.skip("no promtool here, and `apt-get download prometheus` failed")
    for package in PLACE.glob("prometheus_*.deb"):
        _run(f"dpkg-deb -x {package.name} .")
        package.unlink()
    return str(kept)


def _run(command: str) -> int:
    done = subprocess.run(
        command.split(), cwd=PLACE, check=False, capture_output=True, timeout=FETCH_TIMEOUT_S
    )
    return done.returncode
