"""`og prewarm` as a customer types it, and sites with sitemaps."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from og_stack.stack import Stack
from tests.e2e.api import TEMPLATE
from tests.e2e.operators import OG
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.local_system import clean_environment

TIMEOUT_S = 90
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True)
class Prewarmed:
    """How a run ended."""

    status: int
    report: Mapping[str, Any]
    told: str
    """Standard error."""


async def start_prewarm(
    stack: Stack, customer: Customer | None, *arguments: str, api: str = ""
) -> asyncio.subprocess.Process:
    """Start it with --json and --yes."""
    settings = {"OG_API_URL": api or stack.base_url}
    if customer:
        settings["OG_API_KEY"] = customer.api_key
    return await asyncio.create_subprocess_exec(
        *(OG, "prewarm", "--template", TEMPLATE, "--json", "--yes", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**clean_environment(os.environ), **settings},
    )


async def finished(process: asyncio.subprocess.Process) -> Prewarmed:
    """Wait for its end."""
    async with asyncio.timeout(TIMEOUT_S):
        output, told = await process.communicate()
    assert process.returncode is not None
    report = json.loads(output) if output else {}
    return Prewarmed(process.returncode, report, told.decode())


async def prewarm(
    stack: Stack, customer: Customer | None, *arguments: str, api: str = ""
) -> Prewarmed:
    """Run it to its end."""
    return await finished(await start_prewarm(stack, customer, *arguments, api=api))


def urlset(urls: Iterable[str], changed: Iterable[str] = ()) -> bytes:
    """Write a sitemap; pages have the times in their order, as far as those go."""
    days = iter(changed)
    entries = []
    for url in urls:
        day = next(days, "")
        lastmod = f"<lastmod>{day}</lastmod>" if day else ""
        entries.append(f"<url><loc>{escape(url)}</loc>{lastmod}</url>")
    return _document("urlset", entries)


def sitemap_index(urls: Iterable[str]) -> bytes:
    """Write an index of sitemaps."""
    return _document("sitemapindex", [f"<sitemap><loc>{escape(it)}</loc></sitemap>" for it in urls])


def put_sitemap(site: LocalSite, urls: Iterable[str], changed: Iterable[str] = ()) -> str:
    """Serve a sitemap and give its URL."""
    return site.put_bytes(urlset(urls, changed), "application/xml")


def _document(name: str, entries: Iterable[str]) -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{NAMESPACE}">'
    return f"{text}{''.join(entries)}</{name}>".encode()
