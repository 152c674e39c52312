"""The code of the release before this one, taken from the history of the checkout."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
GIT_TIMEOUT_S = 60


class NoHistoryError(Exception):
    """The checkout does not hold the commit: it is shallow, or no checkout at all."""


def previous_commit() -> str:
    """Give the commit that releases.toml names."""
    return str(tomllib.loads((ROOT / "releases.toml").read_text())["previous"]["commit"])


def unpack_previous_release(directory: Path) -> str:
    """Write the previous release's packages there, and give a PYTHONPATH that prefers them.

    Third-party packages are those of the present environment. Raises NoHistoryError.
    """
    done = subprocess.run(
        ["git", "-C", ROOT, "archive", "--format=tar", previous_commit(), "libs", "services"],  # noqa: S607 - whichever git there is
        capture_output=True,
        check=False,
        timeout=GIT_TIMEOUT_S,
    )
    if done.returncode != 0:
        raise NoHistoryError(done.stderr.decode().strip())
    # tarfile's filters came amid 3.11.
    subprocess.run(
        ["tar", "-x", "-C", directory],  # noqa: S607 - whichever tar there is
        input=done.stdout,
        check=True,
        timeout=GIT_TIMEOUT_S,
    )
    sources = sorted(directory.glob("*/*/src"))
    return ":".join(map(str, sources))
