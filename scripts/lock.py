"""Write requirements/*.txt: every package, one version, its hashes; no registry's address.

uv's own lock names a registry on every line, so it stays untracked, and what is committed is
exported from it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / "uv" / "bin" / "uv"
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))
OLDEST_PYTHON = "3.11"  # its first release: some packages ask for a later one of 3.11
OPTIONS = ("--frozen", "--no-emit-workspace", "--format", "requirements.txt", "--no-header")


def main() -> int:
    """Resolve once and export each list."""
    subprocess.run([UV, "lock", "--upgrade"], cwd=ROOT, check=True)  # noqa: S603 - ours
    _export("dev", "--all-groups")
    _export("run", "--no-dev", "--group", "build")
    _export("image", "--only-group", "image")
    for service in SERVICES:
        _export(service, "--package", f"og-{service}", "--no-dev")
    _compile("checkov", "checkov>=3.3")
    return 0


def _export(name: str, *selection: str) -> None:
    target = ROOT / "requirements" / f"{name}.txt"
    lines = subprocess.run(  # noqa: S603 - ours
        [UV, "export", "--quiet", *OPTIONS, *selection],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    target.write_text(f"# Written by `make lock`.\n{lines}")


def _compile(name: str, requirement: str) -> None:
    """Resolve a tool by itself: what it needs may be other versions than ours."""
    options = ("--quiet", "--generate-hashes", "--no-annotate", "--no-header")
    python = ("--universal", "--python-version", OLDEST_PYTHON)
    lines = subprocess.run(  # noqa: S603 - ours
        [UV, "pip", "compile", *options, *python, "-"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        input=requirement,
    ).stdout
    target = ROOT / "requirements" / f"{name}.txt"
    target.write_text(f"# Written by `make lock`, for `make manifests` alone.\n{lines}")


if __name__ == "__main__":
    sys.exit(main())
