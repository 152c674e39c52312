"""Which pages are meant: those of all lists, without what is left out."""

from __future__ import annotations

import asyncio
import datetime as dt
import fnmatch
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import httpx

from og_cli.prewarm.documents import Entry, UnreadableListError, read_listing
from og_cli.prewarm.fetching import Hosts, fetch, host_of
from og_service.progress import Progress
from og_urls import MAX_URL_CHARS

MAX_SITEMAPS: Final = 1_000
MAX_DEPTH: Final = 3
"""Of indexes in indexes; the protocol has one."""
MAX_PAGES: Final = 200_000
MAX_READING_S: Final = 900
_NEVER: Final = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Choice:
    """Which of the pages are meant."""

    hosts: Hosts
    match: tuple[str, ...] = ()
    """Patterns as of shells for whole URLs, of which one must fit; none means any."""
    since: dt.datetime | None = None
    """Pages that are known to have last changed before are left out."""
    limit: int | None = None


@dataclass
class Pages:
    """The URLs that are meant, newest first, and what was not taken."""

    urls: list[str]
    lists: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """By reason, in words."""
    unread: dict[str, str] = field(default_factory=dict)
    """Further sitemaps that could not be read, and why."""


@dataclass
class Found:
    """What lists say, before anything is left out."""

    entries: list[Entry] = field(default_factory=list)
    lists: int = 0
    unread: dict[str, str] = field(default_factory=dict)


async def read_lists(client: httpx.AsyncClient, urls: Iterable[str], hosts: Hosts) -> Found:
    """Read sitemaps and feeds, and the sitemaps that those name on the same hosts.

    Raises UnreadableListError where one of urls itself cannot be read.
    """
    found = Found()
    try:
        async with asyncio.timeout(MAX_READING_S):
            with Progress("lists read") as progress:
                await _read_all(client, list(urls), hosts, found, progress)
    except TimeoutError:
        raise UnreadableListError(f"reading all lists took more than {MAX_READING_S} s") from None
    return found


async def _read_all(
    client: httpx.AsyncClient, urls: list[str], hosts: Hosts, found: Found, progress: Progress
) -> None:
    waiting = [(url, 0) for url in urls]
    seen = set(urls)
    while waiting:
        url, depth = waiting.pop(0)
        try:
            data, final_url = await fetch(client, url, hosts)
            listing = read_listing(data, final_url)
        except UnreadableListError as error:
            if depth == 0:
                raise UnreadableListError(f"{url} cannot be read: {error}") from None
            found.unread[url] = str(error)
            continue
        found.lists += 1
        found.entries += listing.pages
        _bound_pages(len(found.entries))
        for child in listing.sitemaps:
            if child.url in seen:
                continue
            seen.add(child.url)
            reason = _why_unread(child.url, depth + 1, hosts, len(seen))
            if reason:
                found.unread[child.url] = reason
            else:
                waiting.append((child.url, depth + 1))
        progress.advance(note=f"{len(found.entries):,} pages")


def _bound_pages(count: int) -> None:
    if count > MAX_PAGES:
        raise UnreadableListError(
            f"the lists name more than {MAX_PAGES:,} pages: name some of the sitemaps by themselves"
        )


def _why_unread(url: str, depth: int, hosts: Hosts, count: int) -> str:
    if not hosts.have(url):
        return f"it is on another host: add --host {host_of(url) or 'NAME'}"
    if depth > MAX_DEPTH:
        return f"indexes are nested more than {MAX_DEPTH} deep"
    if count > MAX_SITEMAPS:
        return f"only {MAX_SITEMAPS:,} sitemaps are read: name it by itself"
    return ""


def choose(found: Found, choice: Choice) -> Pages:
    """Leave out what is not meant or comes twice; put the newest first and undated ones last."""
    pages = Pages([], found.lists, unread=found.unread)
    taken: dict[str, Entry] = {}
    for entry in found.entries:
        url = entry.url.partition("#")[0]
        reason = _why_left_out(url, entry, choice) or ("listed twice" if url in taken else "")
        if reason:
            pages.left_out[reason] += 1
        else:
            taken[url] = entry
    pages.urls = sorted(taken, key=lambda url: taken[url].changed or _NEVER, reverse=True)
    if choice.limit is not None and len(pages.urls) > choice.limit:
        pages.left_out["beyond --limit"] = len(pages.urls) - choice.limit
        del pages.urls[choice.limit :]
    return pages


def _why_left_out(url: str, entry: Entry, choice: Choice) -> str:
    if not host_of(url):
        return "no http or https URL"
    if len(url) > MAX_URL_CHARS:
        return f"longer than {MAX_URL_CHARS:,} characters"
    if not choice.hosts.have(url):
        return "on another host"
    if choice.match and not any(fnmatch.fnmatchcase(url, pattern) for pattern in choice.match):
        return "not matched"
    if choice.since and entry.changed and entry.changed < choice.since:
        return "not changed since"
    return ""
