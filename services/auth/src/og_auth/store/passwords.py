"""Changing passwords in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are conditions of ours

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from og_auth import identifiers
from og_auth.errors import AccountNotFoundError
from og_auth.identity.checks import Login
from og_auth.identity.mail_kinds import MailKind, NewMail
from og_auth.identity.sessions import NewSession, Session
from og_auth.identity.tokens import RESET_LIFE, Token, TokenKind
from og_auth.store.database import Connection, Database, lock_account, scalar
from og_auth.store.links import forget_resets, forget_verifications
from og_auth.store.logins import lock_login, set_password
from og_auth.store.outbox import add_mails
from og_auth.store.sessions import add_session

# One statement, so that it takes as long where nobody has the address. An account that an operator
# made gets its first password this way.
_ASK: Final = """
INSERT INTO auth.mails (mail_id, account_id, kind, recipient)
SELECT %s, account_id, %s, email FROM auth.accounts WHERE lower(email) = lower(%s)
"""

# A link that was mailed to an address that is no longer the account's opens it no more.
_FIND: Final = """
SELECT a.account_id, a.email, p.hash, p.choose_time
FROM auth.mailed_tokens AS t
JOIN auth.accounts AS a ON a.account_id = t.account_id AND a.email = t.email
LEFT JOIN auth.passwords AS p ON p.account_id = a.account_id
WHERE t.token_digest = %s AND t.kind = %s AND t.create_time > now() - %s
"""

_VERIFY: Final = """
UPDATE auth.accounts SET email_verify_time = COALESCE(email_verify_time, now())
WHERE account_id = %s
"""

_EMAIL: Final = "SELECT email FROM auth.accounts WHERE account_id = %s"


class PostgresPasswords:
    """Implements password_changes.PasswordChangeStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change_password(
        self, login: Login, password_hash: str, session: NewSession, mails: Sequence[NewMail]
    ) -> Session | None:
        """See password_changes.PasswordChangeStore."""
        try:
            async with self._database.transaction() as connection:
                if not await lock_login(connection, login):
                    return None
                await _begin_anew(connection, login.account_id, password_hash, mails)
                return await add_session(connection, login.account_id, session)
        except AccountNotFoundError:  # deleted meanwhile
            return None

    async def set_password(
        self, account_id: str, password_hash: str, mails: Sequence[NewMail]
    ) -> None:
        """See password_changes.PasswordChangeStore."""
        async with self._database.transaction() as connection:
            await lock_account(connection, account_id)
            await _begin_anew(connection, account_id, password_hash, mails)

    async def ask_for_reset(self, email: str) -> None:
        """See password_changes.PasswordChangeStore."""
        mail_id = identifiers.new_id(identifiers.MAIL)
        async with self._database.connection() as connection:
            await connection.execute(_ASK, (mail_id, MailKind.RESET_PASSWORD.value, email))

    async def find_reset(self, token: Token) -> Login | None:
        """See password_changes.PasswordChangeStore."""
        return await self._database.one(Login, _FIND, *_reset(token))

    async def reset_password(
        self, token: Token, password_hash: str, session: NewSession, mails: Sequence[NewMail]
    ) -> Session | None:
        """See password_changes.PasswordChangeStore."""
        query = f"SELECT account_id FROM ({_FIND}) AS found"
        try:
            async with self._database.transaction() as connection:
                account_id = await scalar(connection, query, *_reset(token))
                if account_id is None:
                    return None
                await lock_account(connection, account_id)
                # Whoever had the lock may have used it up.
                if await scalar(connection, query, *_reset(token)) is None:
                    return None
                await connection.execute(_VERIFY, (account_id,))
                await _begin_anew(connection, account_id, password_hash, mails)
                return await add_session(connection, account_id, session)
        except AccountNotFoundError:  # deleted meanwhile
            return None


async def _begin_anew(
    connection: Connection,
    account_id: str,
    password_hash: str,
    mails: Sequence[NewMail],
) -> None:
    """Set the password of an account that is locked, and end what the old one had begun."""
    await set_password(connection, account_id, password_hash)
    await connection.execute("DELETE FROM auth.sessions WHERE account_id = %s", (account_id,))
    await forget_resets(connection, account_id)
    # Whoever knew the old password may have asked for another address, and hold the link.
    email = await scalar(connection, _EMAIL, account_id)
    await forget_verifications(connection, account_id, email)
    await add_mails(connection, account_id, mails)


def _reset(token: Token) -> tuple[bytes, str, timedelta]:
    return token.digest, TokenKind.RESET_PASSWORD.name.lower(), RESET_LIFE
