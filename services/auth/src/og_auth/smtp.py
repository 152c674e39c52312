"""Mail over SMTP, and in development into the log."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from enum import Enum, auto
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
import idna
import structlog
from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from og_auth.identity.letters import Letter
from og_auth.identity.outbox import SEND_TIMEOUT_S, MailFailedError

log = structlog.get_logger()

SENDER_NAME: Final = "Instant OG"
SUBMISSION_PORT: Final = 587  # RFC 6409
SUBMISSIONS_PORT: Final = 465  # RFC 8314
PERMANENT_FAILURE: Final = 500
"""Replies from here on are permanent failures (RFC 5321, section 4.2.1)."""


class Security(Enum):
    """How the way to the server is kept private."""

    TLS = auto()
    STARTTLS = auto()
    NONE = auto()
    """To a server on this machine."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)


def parse_smtp_url(text: str) -> SmtpServer:
    """Read SMTP_URL, or raise ValueError, whose text names no secret."""
    url = urlsplit(text)
    if url.scheme not in {"smtp", "smtps"} or not url.hostname or url.path.strip("/") or url.query:
        msg = "SMTP_URL is a URL such as smtp://user:password@mail.example.com:587"
        raise ValueError(msg)
    is_tls = url.scheme == "smtps"
    security = Security.NONE if _is_loopback(url.hostname) else Security.STARTTLS
    return SmtpServer(
        host=url.hostname,
        port=url.port or (SUBMISSIONS_PORT if is_tls else SUBMISSION_PORT),
        security=Security.TLS if is_tls else security,
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
    )


def parse_mail_address(text: str, display_name: str = "") -> Address:
    """Read an address such as mail@example.com, or raise ValueError.

    By its parts, since as a whole it is read as several where it has commas or brackets; what needs
    quotes gets them, and what would end a line or a header is no address.
    """
    local, _, domain = text.rpartition("@")
    if not local or not text.isprintable():
        msg = "an address is such as mail@example.com"
        raise ValueError(msg)
    return Address(display_name, local, idna.encode(domain, uts46=True).decode())


class SmtpTransport:
    """Hands mail to a server, over a connection for each."""

    def __init__(self, server: SmtpServer, sender: str, timeout_s: float = SEND_TIMEOUT_S) -> None:
        self._server = server
        self._sender = parse_mail_address(sender, SENDER_NAME)
        self._timeout_s = timeout_s
        self._tls = ssl.create_default_context()

    async def send(self, mail_id: str, recipient: str, words: Letter) -> None:
        """See outbox.Transport."""
        try:
            message = compose(mail_id, self._sender, parse_mail_address(recipient), words)
        except ValueError as error:
            raise MailFailedError(f"no address: {type(error).__name__}", for_good=True) from None
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._hand_in(message)
        except (SMTPException, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise MailFailedError(_cause(error), for_good=_is_for_good(error)) from error

    async def _hand_in(self, message: EmailMessage) -> None:
        server = self._server
        await aiosmtplib.send(
            message,
            hostname=server.host,
            port=server.port,
            username=server.username or None,
            password=server.password or None,
            use_tls=server.security is Security.TLS,
            start_tls=server.security is Security.STARTTLS,
            tls_context=self._tls,
            timeout=self._timeout_s,
        )


class LogTransport:
    """Writes mail to the log, for people who try the system: never in production."""

    async def send(self, mail_id: str, recipient: str, words: Letter) -> None:
        """See outbox.Transport."""
        log.info(
            "mail, written here since SMTP_URL is empty",
            mail_id=mail_id,
            to=recipient,
            subject=words.subject,
            link=words.link,
        )


def compose(mail_id: str, sender: Address, recipient: Address, words: Letter) -> EmailMessage:
    """Write a message in plain text and in HTML (RFC 2046, section 5.1.4)."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, words.subject
    message["Date"] = formatdate(usegmt=True)
    # The same for each try, so that a mailbox that gets two may show one.
    message["Message-ID"] = f"<{mail_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies, please
    message.set_content(words.text)
    message.add_alternative(words.html, subtype="html")
    return message


def _is_for_good(error: Exception) -> bool:
    """Tell whether the server will never take this mail, whatever becomes of the server."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(each.code >= PERMANENT_FAILURE for each in error.recipients)
    return isinstance(error, SMTPDataError) and error.code >= PERMANENT_FAILURE


def _cause(error: Exception) -> str:
    """Say what went wrong without the server's words, which may repeat what we sent."""
    if isinstance(error, SMTPRecipientsRefused):
        return f"recipient refused with {', '.join(str(each.code) for each in error.recipients)}"
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.code}"
    return type(error).__name__


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
