"""The whole system with a mail server, as people's browsers reach it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from og_edge.web.fonts import FONTS
from og_stack.stack import Stack
from tests.e2e.systems import whole_system
from tests.support.local_site import LocalSite, local_site
from tests.support.smtp_server import MailServer, mail_server

FONTS_TIMEOUT_S = 120


@dataclass(frozen=True)
class BrowserSystem:
    """A running system, what it mails, and a site on this machine that it may fetch."""

    stack: Stack
    mail: MailServer
    site: LocalSite


@asynccontextmanager
async def browser_system(directory: Path) -> AsyncIterator[BrowserSystem]:
    """Run it on ports of its own; no proxy stands before it."""
    async with local_site() as site, mail_server() as mail:
        settings = {
            "OG_TRUSTED_PROXIES": "0",
            "OG_MAIL_FROM": "hello@instantog.test",
            "SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        }
        async with whole_system(directory, site, settings) as stack:
            await _make_fonts(stack)
            yield BrowserSystem(stack, mail, site)


async def _make_fonts(stack: Stack) -> None:
    """Have the letters made that the first page would wait for."""
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=FONTS_TIMEOUT_S) as client:
        await asyncio.gather(*(client.get(f"/static/{name}") for name in FONTS))
