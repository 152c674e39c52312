from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from og_service.migrations import MigrationError, migrate
from og_stack.databases import create_database

RIVALS = 6
COUNT = "CREATE TABLE pets.cats (name text); INSERT INTO pets.cats VALUES ('Tom');"
ADD = "INSERT INTO pets.cats VALUES ('Felix');"

_numbers = itertools.count(1)


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


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    monkeypatch.syspath_prepend(str(tmp_path))
    return Package(tmp_path / f"package_{uuid.uuid4().hex}")


@pytest.fixture
def dsn(postgres: str) -> str:
    return create_database(postgres, f"migrations_{next(_numbers)}")


@pytest.fixture
def cats(dsn: str) -> Iterator[Callable[[], list[str]]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield lambda: [row[0] for row in connection.execute("SELECT name FROM pets.cats")]


def test_each_file_is_applied_once_and_in_order(
    dsn: str, package: Package, cats: Callable[[], list[str]]
) -> None:
    package.write(**{"0002_add": ADD, "0001_count": COUNT})
    assert migrate(dsn, package.name, "pets") == ["0001_count.sql", "0002_add.sql"]
    assert migrate(dsn, package.name, "pets") == []
    assert cats() == ["Tom", "Felix"]


def test_a_new_file_is_applied_alone(
    dsn: str, package: Package, cats: Callable[[], list[str]]
) -> None:
    package.write(**{"0001_count": COUNT})
    migrate(dsn, package.name, "pets")
    package.write(**{"0002_add": ADD})
    assert migrate(dsn, package.name, "pets") == ["0002_add.sql"]
    assert cats() == ["Tom", "Felix"]


def test_a_file_that_changed_is_refused_and_nothing_is_applied(
    dsn: str, package: Package, cats: Callable[[], list[str]]
) -> None:
    package.write(**{"0001_count": COUNT})
    migrate(dsn, package.name, "pets")
    package.write(**{"0001_count": f"{COUNT} -- changed", "0002_add": ADD})
    with pytest.raises(MigrationError, match=r"0001_count.* changed"):
        migrate(dsn, package.name, "pets")
    assert cats() == ["Tom"]


def test_a_file_that_is_gone_is_refused(dsn: str, package: Package) -> None:
    package.write(**{"0001_count": COUNT, "0002_add": ADD})
    migrate(dsn, package.name, "pets")
    package.remove("0002_add")
    with pytest.raises(MigrationError, match="0002_add"):
        migrate(dsn, package.name, "pets")


def test_a_file_that_fails_leaves_nothing_of_itself(
    dsn: str, package: Package, cats: Callable[[], list[str]]
) -> None:
    package.write(**{"0001_count": COUNT, "0002_add": f"{ADD} SELECT 1/0;"})
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(dsn, package.name, "pets")
    assert cats() == ["Tom"]
    package.write(**{"0002_add": ADD})
    assert migrate(dsn, package.name, "pets") == ["0002_add.sql"]


def test_whoever_migrates_at_the_same_time_applies_each_file_once(
    dsn: str, package: Package, cats: Callable[[], list[str]]
) -> None:
    package.write(**{"0001_count": COUNT, "0002_add": ADD})
    with ThreadPoolExecutor(RIVALS) as pool:
        runs = [pool.submit(migrate, dsn, package.name, "pets") for _ in range(RIVALS)]
    applied = [name for run in runs for name in run.result()]
    assert sorted(applied) == ["0001_count.sql", "0002_add.sql"]
    assert cats() == ["Tom", "Felix"]
