"""The numbered SQL files in a package's `migrations` folder, and which of them a schema lacks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

OUTSIDE_TRANSACTION: Final = "-- migrate: outside a transaction"
"""First line of a file whose statements PostgreSQL takes only by themselves (CONCURRENTLY)."""
_STATEMENT_END: Final = re.compile(r";[ \t]*$", re.MULTILINE)


class MigrationError(Exception):
    """The schema and the package do not agree: trying again does not help."""


@dataclass(frozen=True)
class Migration:
    """One file: its name, its statements and their digest."""

    name: str
    statements: str

    @property
    def digest(self) -> str:
        """SHA-256 of the statements, in hex."""
        return hashlib.sha256(self.statements.encode()).hexdigest()

    @property
    def in_transaction(self) -> bool:
        """Whether all of it happens or nothing; else it is such that it may be repeated."""
        return not self.statements.startswith(OUTSIDE_TRANSACTION)

    def apart(self) -> list[str]:
        """Give each statement; in a file outside a transaction each ends with its line."""
        parts = (part.strip() for part in _STATEMENT_END.split(self.statements))
        return [part for part in parts if part]


def find_migrations(package: str) -> list[Migration]:
    """Read the package's migrations in their order."""
    folder = resources.files(package) / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [Migration(file.name, file.read_text("utf-8")) for file in files]


@dataclass(frozen=True)
class Plan:
    """What a schema lacks, and the names of what it has that a newer release brought."""

    lacking: list[Migration]
    newer: list[str]


def compare(found: Sequence[Migration], applied: Mapping[str, str]) -> Plan:
    """Compare a package with what was applied to its schema: digests by name.

    What a newer release applied is none of this one's business, so that going back to an older
    release finds nothing to do. Raises MigrationError where a file changed, is gone, or came too
    late to be applied in its order.
    """
    newest_here = max((migration.name for migration in found), default="")
    newest_there = max(applied, default="")
    strange = sorted(applied.keys() - {migration.name for migration in found})
    if strange and strange[0] < newest_here:
        raise MigrationError(f"{strange[0]} was applied and is not in the package")
    lacking = []
    for migration in found:
        digest = applied.get(migration.name)
        if digest is None and migration.name < newest_there:
            raise MigrationError(
                f"{migration.name} comes too late, for {newest_there} was applied; number it anew"
            )
        if digest is None:
            lacking.append(migration)
        elif digest != migration.digest:
            raise MigrationError(f"{migration.name} changed after it was applied; add a new one")
    return Plan(lacking, strange)
