"""Forward-only schema changes: numbered SQL files in a package's `migrations` folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

import psycopg
from psycopg import sql

_LOCK_KEY = 0x6F67  # one migration at a time in a database, whichever service runs it


class MigrationError(Exception):
    """A migration that was applied has changed since, or is gone."""


@dataclass(frozen=True)
class Migration:
    """One file: its name, its statements and their digest."""

    name: str
    statements: str

    @property
    def digest(self) -> str:
        """SHA-256 of the statements, in hex."""
        return hashlib.sha256(self.statements.encode()).hexdigest()


def find_migrations(package: str) -> list[Migration]:
    """Read the package's migrations in their order."""
    folder = resources.files(package) / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [Migration(file.name, file.read_text("utf-8")) for file in files]


def migrate(dsn: str, package: str, schema: str) -> list[str]:
    """Bring schema up to date, in one transaction a file, and name what was applied.

    dsn is the owner's, not the service's. Safe to run twice, and at the same time.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
        table = sql.Identifier(schema, "schema_migrations")
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        connection.execute(
            sql.SQL(
                "CREATE TABLE IF NOT EXISTS {} (name text PRIMARY KEY, digest text NOT NULL,"
                " apply_time timestamptz NOT NULL DEFAULT now())"
            ).format(table)
        )
        rows = connection.execute(sql.SQL("SELECT name, digest FROM {}").format(table))
        applied: dict[str, str] = dict(rows.fetchall())
        fresh = list(_not_applied(find_migrations(package), applied))
        for migration in fresh:
            with connection.transaction():
                connection.execute(migration.statements.encode())
                connection.execute(
                    sql.SQL("INSERT INTO {} (name, digest) VALUES (%s, %s)").format(table),
                    (migration.name, migration.digest),
                )
        return [migration.name for migration in fresh]


def _not_applied(found: list[Migration], applied: dict[str, str]) -> Iterator[Migration]:
    if gone := applied.keys() - {migration.name for migration in found}:
        raise MigrationError(f"applied but not in the package: {', '.join(sorted(gone))}")
    for migration in found:
        digest = applied.get(migration.name)
        if digest is None:
            yield migration
        elif digest != migration.digest:
            raise MigrationError(f"{migration.name} changed after it was applied; add a new one")


def run(package: str, schema: str) -> None:
    """Migrate the database that MIGRATION_DATABASE_URL names; for `python -m … migrate`."""
    for name in migrate(os.environ["MIGRATION_DATABASE_URL"], package, schema):
        print(f"{schema}: applied {name}")  # noqa: T201 - the command's output
