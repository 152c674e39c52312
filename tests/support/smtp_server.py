"""A mail server on loopback that keeps what it gets."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.waiting import eventually

_TOKEN = re.compile(r"\?token=([A-Za-z0-9_-]+)")


@dataclass
class Letter:
    """A mail as it came: `to` is the envelope's recipient."""

    to: str
    message: EmailMessage
    is_encrypted: bool
    user: str

    @property
    def text(self) -> str:
        """Give its plain text."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        """Give its HTML."""
        part = self.message.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    @property
    def token(self) -> str:
        """Give the token of its link."""
        [token] = _TOKEN.findall(self.text)
        return str(token)


@dataclass
class MailServer:
    """Keeps mail; answers with `refusal` instead where one is set."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    refusal: str = ""
    tries: int = 0
    may_take: asyncio.Event | None = None
    """What a mail waits for, where there is one."""

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take a mail."""
        self.tries += 1
        if self.may_take is not None:
            await self.may_take.wait()
        if self.refusal:
            return self.refusal
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        user = session.auth_data.login.decode() if session.auth_data else ""
        [to] = envelope.rcpt_tos
        self.letters.append(Letter(to, message, session.ssl is not None, user))
        return "250 OK"

    async def letters_to(self, recipient: str, count: int = 1) -> list[Letter]:
        """Wait until so many came to an address, and give them, oldest first."""
        await eventually(lambda: len(self.to(recipient)) >= count)
        letters = self.to(recipient)
        assert len(letters) == count
        return letters

    async def letter_to(self, recipient: str, subject: str) -> Letter:
        """Wait for the first to an address with these words in its subject."""

        def found() -> list[Letter]:
            return [each for each in self.to(recipient) if subject in each.message["Subject"]]

        await eventually(lambda: bool(found()))
        return found()[0]

    def to(self, recipient: str) -> list[Letter]:
        """Give those to an address, oldest first."""
        return [letter for letter in self.letters if letter.to == recipient]


def check_login(_: SMTP, __: Session, ___: Envelope, ____: str, auth_data: Any) -> AuthResult:
    """Let in whoever has the password."""
    good = isinstance(auth_data, LoginPassword) and auth_data.password == b"p@ss word"
    return AuthResult(success=good, auth_data=auth_data)


@asynccontextmanager
async def mail_server(
    server: MailServer | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    needs_login: bool = False,
) -> AsyncIterator[MailServer]:
    """Listen for the length of the context, on the port the server had if it listened before."""
    server = server or MailServer()

    def protocol() -> SMTP:
        return SMTP(
            server,
            hostname="mail.test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=check_login,
            auth_required=needs_login,
            auth_require_tls=starttls is not None,
            loop=asyncio.get_running_loop(),
        )

    listening = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", server.port, ssl=tls, reuse_address=True
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
