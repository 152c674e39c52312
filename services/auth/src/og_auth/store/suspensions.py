"""Who is suspended, in PostgreSQL."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from og_auth.store.database import Database
from og_auth.suspensions import Kind, Target

_ROWS: Final = {
    Kind.ACCOUNT: ("accounts", "account_id"),
    Kind.API_KEY: ("api_keys", "api_key_id"),
    Kind.SITE: ("sites", "site_id"),
}

_SET: Final = """
UPDATE {} SET suspend_time = CASE WHEN %(reason)s <> '' THEN COALESCE(suspend_time, now()) END,
              suspend_reason = %(reason)s
WHERE {} = %(id)s
"""


class PostgresSuspensions:
    """Implements registry.SuspensionStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_suspension(self, target: Target, reason: str) -> bool:
        """See registry.SuspensionStore."""
        table, column = _ROWS[target.kind]
        query = sql.SQL(_SET).format(sql.Identifier("auth", table), sql.Identifier(column))
        async with self._database.connection() as connection:
            cursor = await connection.execute(query, {"id": target.id, "reason": reason})
            return cursor.rowcount == 1
