"""Mail that is to be sent, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from og_auth import identifiers
from og_auth.identity.mail_kinds import MailKind, NewMail
from og_auth.identity.outbox import Mail, Waiting
from og_auth.identity.tokens import new_token
from og_auth.store.database import Connection, Database, one

_ADD: Final = """
INSERT INTO auth.mails (mail_id, account_id, kind, recipient) VALUES (%s, %s, %s, %s)
"""

# Kinds that a newer version knows are left to it.
_TAKE: Final = """
UPDATE auth.mails SET attempts = attempts + 1, due_time = now() + make_interval(secs => %s)
WHERE mail_id = (
  SELECT mail_id FROM auth.mails WHERE due_time <= now() AND kind = ANY (%s)
  ORDER BY due_time LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING mail_id, account_id, kind, recipient, attempts, create_time + %s AS give_up_time,
          now() AS due_time
"""

_KEEP: Final = """
INSERT INTO auth.mailed_tokens (token_digest, account_id, kind, email) VALUES (%s, %s, %s, %s)
"""

_WAITING: Final = """
SELECT count(*) AS mails,
       coalesce(extract(epoch FROM now() - min(create_time)), 0)::float8 AS oldest_s
FROM auth.mails
"""

_KINDS: Final = [kind.value for kind in MailKind]


class PostgresOutbox:
    """Implements outbox.OutboxStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, lease_s: float, give_up_after: timedelta) -> Mail | None:
        """See outbox.OutboxStore."""
        async with self._database.transaction() as connection:
            mail = await one(connection, _mail, _TAKE, lease_s, _KINDS, give_up_after)
            if mail and mail.token and mail.kind.token_kind:
                token, kind = mail.token, mail.kind.token_kind
                values = (token.digest, mail.account_id, kind.name.lower(), mail.recipient)
                await connection.execute(_KEEP, values)
            return mail

    async def remove(self, mail_id: str) -> None:
        """See outbox.OutboxStore."""
        async with self._database.connection() as connection:
            await connection.execute("DELETE FROM auth.mails WHERE mail_id = %s", (mail_id,))

    async def put_off(self, mail_id: str, wait_s: float) -> None:
        """See outbox.OutboxStore."""
        query = (
            "UPDATE auth.mails SET due_time = now() + make_interval(secs => %s) WHERE mail_id = %s"
        )
        async with self._database.connection() as connection:
            await connection.execute(query, (wait_s, mail_id))

    async def waiting(self) -> Waiting:
        """See outbox.OutboxStore."""
        return await self._database.one(Waiting, _WAITING) or Waiting(0, 0.0)


async def add_mails(connection: Connection, account_id: str, mails: Sequence[NewMail]) -> None:
    """Add mail, which is sent once the transaction has committed."""
    for kind, recipient in mails:
        mail_id = identifiers.new_id(identifiers.MAIL)
        await connection.execute(_ADD, (mail_id, account_id, kind.value, recipient))


def _mail(
    *,
    mail_id: str,
    account_id: str,
    kind: str,
    recipient: str,
    attempts: int,
    give_up_time: datetime,
    due_time: datetime,
) -> Mail:
    mail_kind = MailKind(kind)
    token = new_token(mail_kind.token_kind) if mail_kind.token_kind else None
    return Mail(mail_id, account_id, mail_kind, recipient, attempts, give_up_time, due_time, token)
