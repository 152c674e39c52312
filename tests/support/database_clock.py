"""A database whose clock stands still until it is told to move."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
from psycopg import sql

# Names are looked up along the search path, so that functions of ours stand in for the server's
# where a role's path has their schema before pg_catalog.
_FREEZE = """
CREATE SCHEMA stopped;
CREATE TABLE stopped.clock (time timestamptz NOT NULL);
INSERT INTO stopped.clock VALUES (%s);
CREATE FUNCTION stopped.clock_timestamp() RETURNS timestamptz LANGUAGE sql
    AS 'SELECT time FROM stopped.clock';
CREATE FUNCTION stopped.now() RETURNS timestamptz LANGUAGE sql
    AS 'SELECT time FROM stopped.clock';
GRANT USAGE ON SCHEMA stopped TO {role};
GRANT SELECT ON stopped.clock TO {role};
ALTER ROLE {role} IN DATABASE {database} SET search_path = stopped, pg_catalog, public;
"""


class DatabaseClock:
    """What clock_timestamp() and now() give to a role that connects after this was made."""

    def __init__(self, admin_dsn: str, role: str, time: datetime) -> None:
        self.time = time
        self._connection = psycopg.connect(admin_dsn, autocommit=True)
        names = {
            "role": sql.Identifier(role),
            "database": sql.Identifier(self._connection.info.dbname),
        }
        for statement in _FREEZE.strip().split(";\n"):
            values = (time,) if "%s" in statement else None
            self._connection.execute(sql.SQL(statement).format(**names), values)

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.set(self.time + by)

    def set(self, time: datetime) -> None:
        """Put the hands where they are to be, back as well."""
        self.time = time
        self._connection.execute("UPDATE stopped.clock SET time = %s", (self.time,))

    def close(self) -> None:
        """Leave the database; its clock stands still for good."""
        self._connection.close()
