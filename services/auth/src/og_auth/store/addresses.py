"""Verifying and changing e-mail addresses in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are column lists of ours

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.errors import UniqueViolation

from og_auth.accounts import AccountRecord
from og_auth.errors import AccountNotFoundError, EmailTakenError
from og_auth.identity.mail_kinds import NewMail
from og_auth.identity.tokens import VERIFICATION_LIFE, Token, TokenKind
from og_auth.store.accounts import ACCOUNT_COLUMNS
from og_auth.store.database import Connection, Database, added, lock_account, one
from og_auth.store.links import forget_resets, forget_verifications
from og_auth.store.outbox import add_mails

_FIND: Final = """
SELECT account_id, email, use_time FROM auth.mailed_tokens
WHERE token_digest = %s AND kind = %s AND create_time > now() - %s
"""

_GET: Final = f"SELECT {ACCOUNT_COLUMNS} FROM auth.accounts WHERE account_id = %s"

_SET_EMAIL: Final = f"""
UPDATE auth.accounts SET email = %s, email_verify_time = CASE WHEN %s THEN now() END
WHERE account_id = %s RETURNING {ACCOUNT_COLUMNS}
"""

_VERIFY: Final = f"""
UPDATE auth.accounts SET email_verify_time = COALESCE(email_verify_time, now())
WHERE account_id = %s RETURNING {ACCOUNT_COLUMNS}
"""

_USE: Final = "UPDATE auth.mailed_tokens SET use_time = now() WHERE token_digest = %s"

_SWEEP: Final = """
DELETE FROM auth.mailed_tokens WHERE token_digest IN (
  SELECT token_digest FROM auth.mailed_tokens WHERE create_time <= now() - %s LIMIT %s)
"""
SWEEP_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Mailed:
    account_id: str
    email: str
    use_time: datetime | None


class PostgresAddresses:
    """Implements addresses.AddressStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mail(self, account_id: str, mails: Sequence[NewMail]) -> None:
        """See addresses.AddressStore."""
        async with self._database.transaction() as connection:
            await lock_account(connection, account_id)
            await add_mails(connection, account_id, mails)

    async def verify(self, token: Token) -> AccountRecord | None:
        """See addresses.AddressStore."""
        try:
            async with self._database.transaction() as connection:
                mailed = await _find(connection, token)
                if mailed is None:
                    return None
                await lock_account(connection, mailed.account_id)
                # Whoever had the lock may have used it, or deleted it.
                mailed = await _find(connection, token)
                return await _verify(connection, token, mailed) if mailed else None
        except AccountNotFoundError:  # deleted meanwhile
            return None

    async def await_email(self, account_id: str, email: str, mails: Sequence[NewMail]) -> None:
        """See addresses.AddressStore."""
        async with self._database.transaction() as connection:
            await lock_account(connection, account_id)
            account = await added(connection, AccountRecord, _GET, account_id)
            await forget_verifications(connection, account_id, account.email, email)
            await add_mails(connection, account_id, mails)

    async def set_email(
        self, account_id: str, email: str, mails: Sequence[NewMail]
    ) -> AccountRecord:
        """See addresses.AddressStore."""
        async with self._database.transaction() as connection:
            await lock_account(connection, account_id)
            account = await _set_email(connection, account_id, email, verified=False)
            await add_mails(connection, account_id, mails)
            return account

    async def delete_expired_tokens(self) -> int:
        """Delete up to SWEEP_ROWS mailed tokens that are good no more, and tell how many."""
        async with self._database.connection() as connection:
            cursor = await connection.execute(_SWEEP, (VERIFICATION_LIFE, SWEEP_ROWS))
            return cursor.rowcount


async def _find(connection: Connection, token: Token) -> _Mailed | None:
    kind = TokenKind.VERIFY_EMAIL.name.lower()
    return await one(connection, _Mailed, _FIND, token.digest, kind, VERIFICATION_LIFE)


async def _verify(connection: Connection, token: Token, mailed: _Mailed) -> AccountRecord:
    """Do what a token of an account that is locked is for; nothing where it was done before."""
    account = await added(connection, AccountRecord, _GET, mailed.account_id)
    if mailed.use_time is not None:
        return account
    await connection.execute(_USE, (token.digest,))
    if mailed.email == account.email:
        return await added(connection, AccountRecord, _VERIFY, mailed.account_id)
    return await _set_email(connection, mailed.account_id, mailed.email, verified=True)


async def _set_email(
    connection: Connection, account_id: str, email: str, *, verified: bool
) -> AccountRecord:
    """Set the address of an account that is locked; what went to others opens nothing more."""
    try:
        async with connection.transaction():
            account = await added(
                connection, AccountRecord, _SET_EMAIL, email, verified, account_id
            )
    except UniqueViolation:
        raise EmailTakenError from None
    await forget_verifications(connection, account_id, email)
    await forget_resets(connection, account_id)
    return account
