"""Fetching of sitemaps and feeds, bounded in bytes, time and redirects, from allowed hosts only."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

import httpx

from og_cli.prewarm.documents import MAX_DOCUMENT_BYTES, UnreadableListError
from og_urls import resolve_url

DOCUMENT_TIMEOUT_S: Final = 60
MAX_REDIRECTS: Final = 5
USER_AGENT: Final = "og-prewarm (Instant OG)"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Hosts:
    """The hosts whose pages are meant: those named, each with its www twin; none means any."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Take hosts as they stand in URLs, with a port where it is not the scheme's own."""
        self._names = frozenset(_without_www(name.lower()) for name in names)

    def have(self, url: str) -> bool:
        """Tell whether a URL is on one of them."""
        host = host_of(url)
        return bool(host) and (not self._names or _without_www(host) in self._names)


def host_of(url: str) -> str:
    """Give a URL's host, with its port where that is not the scheme's own; empty where it is none.

    Only http and https have one here.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return ""
    is_default = port is None or port == _DEFAULT_PORTS[parts.scheme]
    return parts.hostname if is_default else f"{parts.hostname}:{port}"


def _without_www(host: str) -> str:
    return host.removeprefix("www.")


async def fetch(client: httpx.AsyncClient, url: str, hosts: Hosts) -> tuple[bytes, str]:
    """Get a document and the URL where it was found in the end.

    The client must not follow redirects by itself. Raises UnreadableListError.
    """
    try:
        async with asyncio.timeout(DOCUMENT_TIMEOUT_S):
            for _ in range(MAX_REDIRECTS + 1):
                found = await _one(client, url)
                if isinstance(found, bytes):
                    return found, url
                url = found
                if not hosts.have(url):
                    raise UnreadableListError(
                        f"it redirects to {url}: name that one, or add --host {host_of(url)}"
                    )
    except TimeoutError:
        raise UnreadableListError(f"it took more than {DOCUMENT_TIMEOUT_S} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnreadableListError(
            f"it cannot be fetched: {error or type(error).__name__}"
        ) from None
    raise UnreadableListError(f"it redirects more than {MAX_REDIRECTS} times")


async def _one(client: httpx.AsyncClient, url: str) -> bytes | str:
    """Give the body of an answer, or where it redirects to."""
    async with client.stream("GET", url, headers={"User-Agent": USER_AGENT}) as answer:
        if answer.has_redirect_location:
            target = resolve_url(answer.headers["location"], url)
            if target is None:
                raise UnreadableListError("it redirects to what is no URL")
            return target
        if answer.status_code != httpx.codes.OK:
            raise UnreadableListError(f"its server answers {answer.status_code}")
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > MAX_DOCUMENT_BYTES:
                raise UnreadableListError(f"it has more than {MAX_DOCUMENT_BYTES:,} bytes")
        return bytes(body)
