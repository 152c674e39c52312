"""A real browser for the few tests that need one."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

INSTALL_TIMEOUT_S = 400
PACKAGE = "chromium"
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


@functools.cache
def chromium() -> str:
    """Give the path of Chromium; install it where we may, else skip the test and say why."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    command = f"apt-get install --yes --no-install-recommends {PACKAGE}"
    if os.geteuid() != 0 or not _is_debian():
        pytest.skip(f"no chromium here; on Debian: sudo {command}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in ("apt-get update", command):
        done = subprocess.run(
            step.split(), check=False, env=quiet, capture_output=True, timeout=INSTALL_TIMEOUT_S
        )
    found = shutil.which("chromium")
    if not found:
        pytest.skip(f"`{command}` failed: {done.stderr.decode()[-300:]}")
    return found


def _is_debian() -> bool:
    """Tell Debian from Ubuntu, whose package is a shell around a snap."""
    release = Path("/etc/os-release")
    return release.exists() and "\nID=debian" in "\n" + release.read_text()
