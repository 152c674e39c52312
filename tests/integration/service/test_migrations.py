from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from og_service.migration_files import MigrationError, Plan
from og_service.migrations import migrate, plan
from tests.integration.service.packages import Package

RIVALS = 6
COUNT = "CREATE TABLE pets.cats (name text); INSERT INTO pets.cats VALUES ('Tom');"
ADD = "INSERT INTO pets.cats VALUES ('Felix');"


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
    package.remove("0001_count")
    with pytest.raises(MigrationError, match="0001_count"):
        migrate(dsn, package.name, "pets")


def test_an_older_release_finds_nothing_to_do_in_a_newer_schema(dsn: str, package: Package) -> None:
    package.write(**{"0001_count": COUNT, "0002_add": ADD})
    migrate(dsn, package.name, "pets")
    package.remove("0002_add")
    assert migrate(dsn, package.name, "pets") == []
    assert plan(dsn, package.name, "pets") == Plan([], ["0002_add.sql"])


def test_a_file_that_comes_after_a_later_one_is_refused(
    dsn: str, package: Package, cats: Callable[[], list[str]]
) -> None:
    package.write(**{"0001_count": COUNT, "0003_add": ADD})
    migrate(dsn, package.name, "pets")
    package.write(**{"0002_late": ADD})
    with pytest.raises(MigrationError, match=r"0002_late.* too late"):
        migrate(dsn, package.name, "pets")
    assert cats() == ["Tom", "Felix"]


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
