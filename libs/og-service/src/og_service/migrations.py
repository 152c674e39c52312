"""Forward-only schema changes, safe while the service runs (decision 56)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import errors, sql

from og_service.migration_files import Migration, Plan, compare, find_migrations

LOCK_KEY: Final = 0x6F67  # one migration at a time in a database, whichever service runs it
CONNECT_TIMEOUT_S: Final = 5
DATABASE_WAIT_S: Final = 120
"""How long a database may take to come up: a Job starts beside one."""
RIVAL_WAIT_S: Final = 600
"""How long another one may migrate the same database."""
LOCK_TIMEOUT_MS: Final = 2_000
"""How long a statement waits for a lock. What comes after it for the same table waits behind it, so
this is how long requests may be held up by a transaction that was there before."""
LOCK_ATTEMPTS: Final = 30
LOCK_PAUSE_S: Final = 4.0
"""Between attempts, so that two thirds of the time nobody is held up: three minutes in all."""
STATEMENT_TIMEOUT_MS: Final = 60_000
"""Of a statement in a transaction, which holds its locks meanwhile."""
APART_TIMEOUT_MS: Final = 6 * 3_600_000
"""Of a statement outside one: CONCURRENTLY holds nobody up and may take hours."""
POLL_INTERVAL_S: Final = 0.2
MAX_BLOCKERS: Final = 3

Connection = psycopg.Connection[Any]
Tell = Callable[[str], None]

_BLOCKERS = """
SELECT pid, usename, to_char(now() - xact_start, 'FMHH24 "h" FMMI "min" FMSS "s"')
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND xact_start < now() - make_interval(secs => %s)
ORDER BY xact_start LIMIT %s
"""


class TryAgainError(Exception):
    """The database was away, or busy for too long: nothing is half done, so try again."""


@dataclass(frozen=True)
class Patience:
    """How long migrate() waits for what."""

    database_s: float = DATABASE_WAIT_S
    rival_s: float = RIVAL_WAIT_S
    lock_ms: int = LOCK_TIMEOUT_MS
    lock_attempts: int = LOCK_ATTEMPTS
    lock_pause_s: float = LOCK_PAUSE_S


PATIENT: Final = Patience()


def migrate(
    dsn: str,
    package: str,
    schema: str,
    *,
    patience: Patience = PATIENT,
    tell: Tell = lambda _: None,
) -> list[str]:
    """Bring schema up to date, in one transaction a file, and name what was applied.

    dsn is the owner's, not the service's, and leads to the server itself, for the lock is the
    session's. Safe to run twice, and at the same time. tell hears of what is waited for. Raises
    MigrationError where the package does not fit, psycopg.Error where a statement fails, and
    TryAgainError where the database is away, or its locks are not to be had.
    """
    with _connected(dsn, patience.database_s, tell) as connection, _alone(connection, patience):
        _prepare(connection, schema)
        lacking = _plan(connection, package, schema).lacking
        for migration in lacking:
            _apply(connection, migration, schema, patience, tell)
    return [migration.name for migration in lacking]


def plan(dsn: str, package: str, schema: str, patience: Patience = PATIENT) -> Plan:
    """Say what migrate() would apply, and change nothing; raises as it does."""
    with _connected(dsn, patience.database_s, lambda _: None) as connection:
        return _plan(connection, package, schema)


def applied_query(schema: str) -> sql.Composed:
    """Ask for name and digest of what was applied; UndefinedTable where nothing ever was."""
    return sql.SQL("SELECT name, digest FROM {}").format(_table(schema))


def _plan(connection: Connection, package: str, schema: str) -> Plan:
    try:
        applied = dict(connection.execute(applied_query(schema)).fetchall())
    except errors.UndefinedTable:
        applied = {}
    return compare(find_migrations(package), applied)


@contextmanager
def _connected(dsn: str, patience_s: float, tell: Tell) -> Iterator[Connection]:
    deadline = time.monotonic() + patience_s
    waits = False
    while True:
        try:
            connection = psycopg.connect(
                dsn,
                autocommit=True,
                connect_timeout=CONNECT_TIMEOUT_S,
                application_name="migrate",
                prepare_threshold=None,
            )
            break
        except psycopg.OperationalError as error:
            cause = " ".join(str(error).split())
            if time.monotonic() > deadline:
                raise TryAgainError(f"no database within {patience_s:g} s: {cause}") from error
            if not waits:
                tell(f"waiting for the database: {cause}")
            waits = True
            time.sleep(POLL_INTERVAL_S)
    with connection:
        yield connection


@contextmanager
def _alone(connection: Connection, patience: Patience) -> Iterator[None]:
    """Hold the lock of migrations, asking for it again and again.

    A statement that waited for it would have a snapshot, which CREATE INDEX CONCURRENTLY of whoever
    holds the lock waits for.
    """
    deadline = time.monotonic() + patience.rival_s
    while not _take(connection):
        if time.monotonic() > deadline:
            raise TryAgainError(f"another migration ran for more than {patience.rival_s:g} s")
        time.sleep(POLL_INTERVAL_S)
    yield  # the session ends with its lock


def _take(connection: Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK_KEY,)).fetchone()
    return bool(row and row[0])


def _prepare(connection: Connection, schema: str) -> None:
    query = "SELECT FROM pg_namespace WHERE nspname = %s"
    if connection.execute(query, (schema,)).fetchone() is None:  # or its owner needs more rights
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    connection.execute(
        sql.SQL(
            "CREATE TABLE IF NOT EXISTS {} (name text PRIMARY KEY, digest text NOT NULL,"
            " apply_time timestamptz NOT NULL DEFAULT now())"
        ).format(_table(schema))
    )


def _apply(
    connection: Connection, migration: Migration, schema: str, patience: Patience, tell: Tell
) -> None:
    for attempt in range(1, patience.lock_attempts + 1):
        try:
            if migration.in_transaction:
                _apply_whole(connection, migration, schema, patience.lock_ms)
            else:
                _apply_apart(connection, migration, schema)
        except (errors.LockNotAvailable, errors.DeadlockDetected) as error:
            blockers = _blockers(connection, patience.lock_ms)
            tell(f"{migration.name} waits for a lock, attempt {attempt}{blockers}")
            if attempt == patience.lock_attempts:
                raise TryAgainError(
                    f"{migration.name} got no lock in {attempt} attempts{blockers}"
                ) from error
            time.sleep(patience.lock_pause_s)
        except psycopg.Error as error:
            error.add_note(migration.name)
            raise
        else:
            return


def _apply_whole(connection: Connection, migration: Migration, schema: str, lock_ms: int) -> None:
    with connection.transaction():
        _limit(connection, lock_ms=lock_ms, statement_ms=STATEMENT_TIMEOUT_MS)
        connection.execute(migration.statements.encode())
        _note(connection, migration, schema)


def _apply_apart(connection: Connection, migration: Migration, schema: str) -> None:
    # Nobody waits behind CONCURRENTLY, which itself waits for every transaction that was there.
    _limit(connection, lock_ms=0, statement_ms=APART_TIMEOUT_MS)
    for statement in migration.apart():
        connection.execute(statement.encode())
    _note(connection, migration, schema)


def _limit(connection: Connection, *, lock_ms: int, statement_ms: int) -> None:
    connection.execute(
        "SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)",
        (str(lock_ms), str(statement_ms)),
    )


def _note(connection: Connection, migration: Migration, schema: str) -> None:
    connection.execute(
        sql.SQL("INSERT INTO {} (name, digest) VALUES (%s, %s)").format(_table(schema)),
        (migration.name, migration.digest),
    )


def _blockers(connection: Connection, older_than_ms: int) -> str:
    """Name the longest transactions, which are most likely what holds the lock."""
    rows = connection.execute(_BLOCKERS, (older_than_ms / 1000, MAX_BLOCKERS)).fetchall()
    named = ", ".join(f"pid {pid} of {role} for {age}" for pid, role, age in rows)
    return f"; open transactions: {named}" if named else ""


def _table(schema: str) -> sql.Identifier:
    return sql.Identifier(schema, "schema_migrations")
