"""What mail says."""

from __future__ import annotations

from html import escape
from typing import Final, NamedTuple
from urllib.parse import quote

from og_auth.identity.mail_kinds import MailKind
from og_auth.identity.tokens import Token

VERIFY_PATH: Final = "/verify"
RESET_PATH: Final = "/reset"


class Letter(NamedTuple):
    """A mail's words: `link` is where it leads, empty where it leads nowhere."""

    subject: str
    before: str
    link: str
    after: str

    @property
    def text(self) -> str:
        """Give it as plain text."""
        return "\n\n".join(filter(None, (self.before, self.link, self.after))) + "\n"

    @property
    def html(self) -> str:
        """Give it as HTML."""
        link = escape(self.link)
        parts = (
            escape(self.before),
            f'<a href="{link}">{link}</a>' if link else "",
            escape(self.after),
        )
        body = "".join(f"<p>{part}</p>\n" for part in parts if part)
        return f'<!doctype html>\n<html lang="en">\n<body>\n{body}</body>\n</html>\n'


def letter(kind: MailKind, token: Token | None, base_url: str) -> Letter:
    """Write a mail; `token` is of the mail's kind, None where that has none."""
    match kind:
        case MailKind.VERIFY_EMAIL:
            return Letter(
                "Verify your e-mail address",
                "Follow this link to verify your e-mail address at Instant OG:",
                _link(base_url, VERIFY_PATH, token),
                "It is good for 7 days. If you did not ask for it, do nothing: without the link "
                "the address is not used.",
            )
        case MailKind.RESET_PASSWORD:
            return Letter(
                "Set a new password",
                "Follow this link to set a new password at Instant OG:",
                _link(base_url, RESET_PATH, token),
                "It is good once and for an hour. If you did not ask for it, do nothing: your "
                "password stays as it is.",
            )
        case MailKind.EMAIL_CHANGING:
            return Letter(
                "Your e-mail address is being changed",
                "Somebody who knows your password asked to move your account at Instant OG to "
                "another e-mail address.",
                "",
                "If it was not you, sign in now, set another password and end all other sessions.",
            )
        case MailKind.PASSWORD_CHANGED:
            return Letter(
                "Your password was changed",
                "The password of your account at Instant OG was changed, and all other sessions "
                "were ended.",
                "",
                "If it was not you, ask for a link that sets a new one.",
            )


def _link(base_url: str, path: str, token: Token | None) -> str:
    assert token is not None  # noqa: S101 - mail of this kind has one
    return f"{base_url}{path}?token={quote(token.text)}"
