"""A database whose clock tests can move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
from psycopg import sql

from tests.support.stores import FreshDatabase

# Whatever says clock_timestamp() without a schema gets the first one on its search path.
_PREPARE = """
CREATE SCHEMA test_clock;
CREATE TABLE test_clock.shift AS SELECT interval '0' AS forward;
CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql
    AS 'SELECT pg_catalog.clock_timestamp() + forward FROM test_clock.shift';
GRANT USAGE ON SCHEMA test_clock TO PUBLIC;
GRANT SELECT ON test_clock.shift TO PUBLIC;
"""


class MovableDatabase:
    """A ledger's database; `dsn` is the service's. Its clock ticks, from wherever it is set."""

    def __init__(self, fresh_database: FreshDatabase, admin_of: Callable[[str], str]) -> None:
        self.dsn = fresh_database("billing")
        self._admin_dsn = admin_of(self.dsn)
        with psycopg.connect(self._admin_dsn, autocommit=True) as connection:
            connection.execute(_PREPARE)
            path = sql.SQL("ALTER DATABASE {} SET search_path = test_clock, pg_catalog")
            connection.execute(path.format(sql.Identifier(connection.info.dbname)))

    def set_time(self, moment: datetime) -> None:
        """Let it be this time now."""
        self._move("%s - pg_catalog.clock_timestamp()", moment)

    def pass_time(self, duration: timedelta) -> None:
        """Let so much time pass."""
        self._move("forward + %s", duration)

    def _move(self, forward: str, param: object) -> None:
        with psycopg.connect(self._admin_dsn, autocommit=True) as connection:
            statement = f"UPDATE test_clock.shift SET forward = {forward}"  # noqa: S608 - ours
            connection.execute(statement.encode(), (param,))
