"""What the packages of the workspace say of each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))


def libraries_of(service: str) -> set[str]:
    """Give the names of the folders in libs/ that a service depends on, through others too."""
    found: set[str] = set()
    waiting = _named_by(ROOT / "services" / service)
    while waiting:
        found |= waiting
        waiting = {name for known in waiting for name in _named_by(ROOT / "libs" / known)} - found
    return found


def _named_by(folder: Path) -> set[str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    wanted = [re.split(r"[\[<>=!~; ]", line)[0] for line in project.get("dependencies", [])]
    return {name for name in wanted if name.startswith("og-")}
