"""Migrations beside whatever else uses the database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from og_service.migration_files import OUTSIDE_TRANSACTION
from og_service.migrations import LOCK_KEY, Patience, TryAgainError, migrate
from og_stack.postgres import EmbeddedPostgres
from tests.integration.service.packages import Package
from tests.support.waiting import wait_until

COUNT = "CREATE TABLE pets.cats (name text); INSERT INTO pets.cats VALUES ('Tom'), ('Felix');"
ADD = "INSERT INTO pets.cats VALUES ('Garfield');"
WIDEN = "ALTER TABLE pets.cats ADD COLUMN age integer;"
INDEX = f"""{OUTSIDE_TRANSACTION}
DROP INDEX CONCURRENTLY IF EXISTS pets.cats_by_name;
CREATE UNIQUE INDEX CONCURRENTLY cats_by_name ON pets.cats (name);
"""
QUICK = Patience(rival_s=60, lock_ms=100, lock_attempts=300, lock_pause_s=0.1)
GENEROUS_S = 30


@pytest.fixture
def counted(dsn: str, package: Package) -> str:
    """A database with the first migration of the package."""
    package.write(**{"0001_count": COUNT})
    migrate(dsn, package.name, "pets")
    return dsn


@contextmanager
def open_transaction(dsn: str) -> Iterator[psycopg.Connection]:
    """Read the table in a transaction that stays open, as a backup or a forgotten session does."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT count(*) FROM pets.cats")
        yield connection
        connection.rollback()


def waits_for_lock(watcher: psycopg.Connection) -> bool:
    found = watcher.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'migrate' AND wait_event_type = 'Lock'"
    ).fetchone()
    return bool(found and found[0])


def test_requests_go_on_while_a_migration_waits_for_a_long_transaction(
    counted: str, package: Package
) -> None:
    package.write(**{"0002_widen": WIDEN})
    told: list[str] = []
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(counted, autocommit=True) as other,
        open_transaction(counted) as blocker,
    ):
        run = pool.submit(migrate, counted, package.name, "pets", patience=QUICK, tell=told.append)
        for _ in range(3):
            wait_until(lambda: waits_for_lock(other))
            # It comes behind the ALTER TABLE that waits, and is answered since that gives up.
            other.execute("SET statement_timeout = '10s'")
            assert other.execute("SELECT name FROM pets.cats").fetchall()
        wait_until(lambda: told)
        pid = blocker.info.backend_pid
        blocker.rollback()
        assert run.result(GENEROUS_S) == ["0002_widen.sql"]
    assert "0002_widen.sql waits for a lock" in told[0]
    assert any(f"pid {pid} of postgres" in line for line in told)


def test_a_lock_that_is_never_to_be_had_is_given_up_and_nothing_is_half_done(
    counted: str, package: Package
) -> None:
    package.write(**{"0002_widen": f"{ADD} {WIDEN}"})
    few = Patience(lock_ms=50, lock_attempts=2, lock_pause_s=0.05)
    with open_transaction(counted) as blocker:
        pid = blocker.info.backend_pid
        with pytest.raises(TryAgainError, match=rf"0002_widen.* 2 attempts; .*pid {pid} of"):
            migrate(counted, package.name, "pets", patience=few)
    with psycopg.connect(counted) as connection:
        assert connection.execute("SELECT name FROM pets.cats").fetchall() == [
            ("Tom",),
            ("Felix",),
        ]


def test_an_index_is_built_beside_transactions_and_rival_migrations(
    counted: str, package: Package
) -> None:
    package.write(**{"0002_index": INDEX})
    with ThreadPoolExecutor(2) as pool:
        with open_transaction(counted) as blocker:
            blocker.execute("DELETE FROM pets.cats WHERE name = 'Nobody'")
            runs = [
                pool.submit(migrate, counted, package.name, "pets", patience=QUICK)
                for _ in range(2)
            ]
            with psycopg.connect(counted, autocommit=True) as other:
                wait_until(lambda: waits_for_lock(other))
                other.execute("INSERT INTO pets.cats VALUES ('Garfield')")
        # One waited for the transaction, and the other for it without being waited for.
        applied = [name for run in runs for name in run.result(GENEROUS_S)]
    assert applied == ["0002_index.sql"]
    assert valid_indexes(counted) == [("cats_by_name", True)]


def test_an_index_that_failed_half_way_is_mended_by_the_next_run(
    counted: str, package: Package
) -> None:
    package.write(**{"0002_index": INDEX})
    with psycopg.connect(counted, autocommit=True) as connection:
        connection.execute("INSERT INTO pets.cats VALUES ('Tom')")
        with pytest.raises(errors.UniqueViolation) as failed:
            migrate(counted, package.name, "pets")
        assert failed.value.__notes__ == ["0002_index.sql"]
        assert valid_indexes(counted) == [("cats_by_name", False)]
        connection.execute("DELETE FROM pets.cats WHERE name = 'Tom'")
    assert migrate(counted, package.name, "pets") == ["0002_index.sql"]
    assert valid_indexes(counted) == [("cats_by_name", True)]


def valid_indexes(dsn: str) -> list[tuple[str, bool]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT relname::text, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE indrelid = 'pets.cats'::regclass"
        ).fetchall()


def test_a_rival_that_never_ends_is_not_waited_for_forever(counted: str, package: Package) -> None:
    with psycopg.connect(counted, autocommit=True) as rival:
        rival.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
        with pytest.raises(TryAgainError, match="another migration"):
            migrate(counted, package.name, "pets", patience=Patience(rival_s=0.2))
    assert migrate(counted, package.name, "pets") == []


def test_a_database_that_is_coming_up_is_waited_for(package: Package, tmp_path: Path) -> None:
    package.write(**{"0001_count": COUNT})
    told: list[str] = []
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        dsn = server.admin_dsn
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(migrate, dsn, package.name, "pets", tell=told.append)
        wait_until(lambda: told)
        with server:
            assert run.result(GENEROUS_S) == ["0001_count.sql"]
    assert "waiting for the database" in told[0]


def test_a_database_that_does_not_come_is_given_up(package: Package, tmp_path: Path) -> None:
    package.write(**{"0001_count": COUNT})
    nowhere = f"host={tmp_path} user=nobody dbname=nothing"
    began = time.monotonic()
    with pytest.raises(TryAgainError, match=r"no database within 0\.5 s"):
        migrate(nowhere, package.name, "pets", patience=Patience(database_s=0.5))
    assert time.monotonic() - began < GENEROUS_S
