"""Packages of migrations that tests write."""

from __future__ import annotations

from pathlib import Path


class Package:
    """An importable package whose migrations a test writes."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._migrations = folder / "migrations"
        self._migrations.mkdir(parents=True)
        (folder / "__init__.py").touch()

    def write(self, **files: str) -> None:
        for name, statements in files.items():
            (self._migrations / f"{name}.sql").write_text(statements)

    def remove(self, name: str) -> None:
        (self._migrations / f"{name}.sql").unlink()
