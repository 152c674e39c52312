"""Mail that is to be sent, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from og_auth import identifiers
from og_auth.identity.mail_kinds import NewMail
from og_auth.store.database import Connection

_ADD: Final = """
INSERT INTO auth.mails (mail_id, account_id, kind, recipient) VALUES (%s, %s, %s, %s)
"""


async def add_mails(connection: Connection, account_id: str, mails: Sequence[NewMail]) -> None:
    """Add mail, which is sent once the transaction has committed."""
    for kind, recipient in mails:
        mail_id = identifiers.new_id(identifiers.MAIL)
        await connection.execute(_ADD, (mail_id, account_id, kind.value, recipient))
