"""Which mail there is."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from og_auth.identity.tokens import TokenKind


class MailKind(Enum):
    """What a mail is about; the value is what is stored."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - no password
    EMAIL_CHANGING = "email_changing"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - no password

    @property
    def token_kind(self) -> TokenKind | None:
        """What kind of token the mail carries, if any."""
        return _TOKENS.get(self)


_TOKENS = {
    MailKind.VERIFY_EMAIL: TokenKind.VERIFY_EMAIL,
    MailKind.RESET_PASSWORD: TokenKind.RESET_PASSWORD,
}


class NewMail(NamedTuple):
    """A mail that is to be sent about an account."""

    kind: MailKind
    recipient: str
