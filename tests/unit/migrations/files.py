"""The migrations of every service, and which of them are checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
SERVICES = ("auth", "billing", "edge")


@dataclass(frozen=True)
class File:
    """A migration of a service."""

    service: str
    path: Path

    @property
    def number(self) -> str:
        """The four digits that its name begins with."""
        return self.path.name[:4]


def all_files() -> list[File]:
    """Give the migrations of all services in their order."""
    return [
        File(service, path)
        for service in SERVICES
        for path in sorted((ROOT / f"services/{service}/src/og_{service}/migrations").glob("*.sql"))
    ]


def checked_files() -> list[File]:
    """Give those that came after releases.toml began to have them checked."""
    unchecked: dict[str, Any] = tomllib.loads((ROOT / "releases.toml").read_text())
    return [it for it in all_files() if it.number > unchecked["unchecked_up_to"][it.service]]
