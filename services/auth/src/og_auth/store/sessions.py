"""Sessions in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are column lists of ours

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from og_auth import identifiers
from og_auth.accounts import AccountRecord
from og_auth.identity.sessions import (
    MAX_SESSIONS,
    SESSION_IDLE_LIFE,
    SESSION_LIFE,
    NewSession,
    Session,
)
from og_auth.identity.tokens import Token
from og_auth.store.accounts import ACCOUNT_COLUMNS
from og_auth.store.database import Connection, Database, added, scalar

SWEEP_ROWS: Final = 10_000

# By the clock of the database, which decides what all processes see.
IS_GOOD: Final = "begin_time > now() - %s AND last_use_time > now() - %s"
GOOD_FOR: Final = (SESSION_LIFE, SESSION_IDLE_LIFE)

_FROM: Final = f"""
SELECT s.session_id, s.begin_time, s.last_use_time, s.user_agent, s.client_address, a.*
FROM {{}} AS s
CROSS JOIN LATERAL (
  SELECT {ACCOUNT_COLUMNS} FROM auth.accounts
  WHERE account_id = s.account_id AND delete_time IS NULL) AS a
"""

_ADD: Final = f"""
WITH made AS (
  INSERT INTO auth.sessions (session_id, account_id, token_digest, user_agent, client_address)
  VALUES (%s, %s, %s, %s, %s) RETURNING *)
{_FROM.format("made")}
"""

_MAKE_ROOM: Final = """
DELETE FROM auth.sessions WHERE session_id IN (
  SELECT session_id FROM auth.sessions WHERE account_id = %s
  ORDER BY begin_time DESC, session_id OFFSET %s)
"""

# The answer is of before the write, at most a minute older.
_USE: Final = f"""
WITH used AS (
  UPDATE auth.sessions SET last_use_time = date_trunc('minute', now())
  WHERE token_digest = %s AND last_use_time < date_trunc('minute', now()) AND {IS_GOOD})
{_FROM.format("auth.sessions")}
WHERE s.token_digest = %s AND {IS_GOOD}
"""

_LIST: Final = f"""
{_FROM.format("auth.sessions")}
WHERE s.account_id = %s AND {IS_GOOD} ORDER BY s.last_use_time DESC, s.begin_time DESC, session_id
"""

_HAS: Final = "SELECT 1 FROM auth.sessions WHERE account_id = %s AND session_id = %s"

_SWEEP: Final = f"""
DELETE FROM auth.sessions WHERE session_id IN (
  SELECT session_id FROM auth.sessions WHERE NOT ({IS_GOOD}) LIMIT %s)
"""


class PostgresSessions:
    """Implements own_sessions.SessionStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_session(self, token: Token) -> Session | None:
        """See own_sessions.SessionStore."""
        values = (token.digest, *GOOD_FOR) * 2
        return await self._database.one(_session, _USE, *values)

    async def end_session(self, token: Token) -> None:
        """See own_sessions.SessionStore."""
        async with self._database.connection() as connection:
            await connection.execute(
                "DELETE FROM auth.sessions WHERE token_digest = %s", (token.digest,)
            )

    async def list_sessions(self, account_id: str) -> list[Session]:
        """See own_sessions.SessionStore."""
        return await self._database.all(_session, _LIST, account_id, *GOOD_FOR)

    async def end_sessions(self, account_id: str, session_id: str, *, others: bool) -> bool:
        """See own_sessions.SessionStore."""
        async with self._database.transaction() as connection:
            if await scalar(connection, _HAS, account_id, session_id) is None:
                return False
            which = "<>" if others else "="
            query = f"DELETE FROM auth.sessions WHERE account_id = %s AND session_id {which} %s"
            await connection.execute(query.encode(), (account_id, session_id))
            return True

    async def delete_expired(self) -> int:
        """Delete up to SWEEP_ROWS sessions that are over, and tell how many."""
        async with self._database.connection() as connection:
            return (await connection.execute(_SWEEP, (*GOOD_FOR, SWEEP_ROWS))).rowcount


async def add_session(connection: Connection, account_id: str, session: NewSession) -> Session:
    """Add a session to an account that is locked; the oldest one makes room."""
    await connection.execute(_MAKE_ROOM, (account_id, MAX_SESSIONS - 1))
    return await added(
        connection,
        _session,
        _ADD,
        identifiers.new_id(identifiers.SESSION),
        account_id,
        session.token.digest,
        session.browser.user_agent,
        session.browser.address,
    )


def _session(
    *,
    session_id: str,
    begin_time: datetime,
    last_use_time: datetime,
    user_agent: str,
    client_address: str,
    **account: Any,
) -> Session:
    return Session(
        session_id=session_id,
        account=AccountRecord(**account),
        begin_time=begin_time,
        last_use_time=last_use_time,
        user_agent=user_agent,
        client_address=client_address,
    )
