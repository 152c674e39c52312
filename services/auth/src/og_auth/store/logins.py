"""Passwords in PostgreSQL, and what begins with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from og_auth.accounts import NewAccount
from og_auth.errors import AccountNotFoundError
from og_auth.identity.checks import Login
from og_auth.identity.mail_kinds import NewMail
from og_auth.identity.sessions import NewSession, Session
from og_auth.store.accounts import add_account
from og_auth.store.database import Connection, Database, lock_account, scalar
from og_auth.store.outbox import add_mails
from og_auth.store.sessions import add_session

_FIND: Final = """
SELECT account_id, email, hash, choose_time
FROM auth.accounts LEFT JOIN auth.passwords USING (account_id)
"""

_ADD: Final = "INSERT INTO auth.passwords (account_id, hash) VALUES (%s, %s)"

# The clock itself: a transaction may have begun long before it had the lock.
_SET: Final = f"""
{_ADD} ON CONFLICT (account_id) DO UPDATE
SET hash = excluded.hash, choose_time = clock_timestamp()
"""

_REPLACE: Final = "UPDATE auth.passwords SET hash = %s WHERE account_id = %s AND hash = %s"

_CHOOSE_TIME: Final = "SELECT choose_time FROM auth.passwords WHERE account_id = %s"


class PostgresLogins:
    """Implements identities.LoginStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sign_up(
        self,
        account: NewAccount,
        password_hash: str,
        session: NewSession,
        mails: Sequence[NewMail],
    ) -> Session | None:
        """See identities.LoginStore."""
        async with self._database.transaction() as connection:
            added = await add_account(connection, account, session.browser.client)
            if added is None:
                return None
            await connection.execute(_ADD, (added.account_id, password_hash))
            await add_mails(connection, added.account_id, mails)
            return await add_session(connection, added.account_id, session)

    async def find_login(self, email: str) -> Login | None:
        """See identities.LoginStore."""
        query = f"{_FIND} WHERE lower(email) = lower(%s)"
        return await self._database.one(Login, query, email)

    async def find_login_by_id(self, account_id: str) -> Login | None:
        """See identities.LoginStore."""
        query = f"{_FIND} WHERE account_id = %s AND delete_time IS NULL"
        return await self._database.one(Login, query, account_id)

    async def begin_session(self, login: Login, session: NewSession) -> Session | None:
        """See identities.LoginStore."""
        try:
            async with self._database.transaction() as connection:
                if not await lock_login(connection, login):
                    return None
                return await add_session(connection, login.account_id, session)
        except AccountNotFoundError:  # deleted meanwhile
            return None

    async def replace_hash(self, login: Login, password_hash: str) -> None:
        """See identities.LoginStore."""
        async with self._database.connection() as connection:
            await connection.execute(_REPLACE, (password_hash, login.account_id, login.hash))


async def lock_login(connection: Connection, login: Login) -> bool:
    """Lock an account; false where its password has changed since it was found."""
    await lock_account(connection, login.account_id)
    chosen = await scalar(connection, _CHOOSE_TIME, login.account_id)
    return bool(chosen == login.choose_time)


async def set_password(connection: Connection, account_id: str, password_hash: str) -> None:
    """Set the password of an account that is locked."""
    await connection.execute(_SET, (account_id, password_hash))
