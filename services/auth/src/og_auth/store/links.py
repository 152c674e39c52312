"""Links that were mailed, or are about to be, and open nothing any more."""

from __future__ import annotations

from typing import Final

from og_auth.identity.mail_kinds import MailKind
from og_auth.identity.tokens import TokenKind
from og_auth.store.database import Connection

# In this order: a token that is made for a mail just now is there once the mail's row is free.
_FORGET: Final = (
    "DELETE FROM auth.mails WHERE account_id = %s AND kind = %s AND recipient <> ALL (%s)",
    "DELETE FROM auth.mailed_tokens WHERE account_id = %s AND kind = %s AND email <> ALL (%s)",
)


async def forget_resets(connection: Connection, account_id: str) -> None:
    """Let no link set the password any more."""
    kinds = (MailKind.RESET_PASSWORD.value, TokenKind.RESET_PASSWORD.name.lower())
    await _forget(connection, account_id, kinds, ())


async def forget_verifications(connection: Connection, account_id: str, *but_to: str) -> None:
    """Let no link verify another address than these."""
    kinds = (MailKind.VERIFY_EMAIL.value, TokenKind.VERIFY_EMAIL.name.lower())
    await _forget(connection, account_id, kinds, but_to)


async def _forget(
    connection: Connection, account_id: str, kinds: tuple[str, str], but_to: tuple[str, ...]
) -> None:
    for statement, kind in zip(_FORGET, kinds, strict=True):
        await connection.execute(statement, (account_id, kind, list(but_to)))
