"""What one site costs those who ask for another."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from og_extract.limits import MAX_FETCHES_PER_SITE, MAX_WAITING_PER_SITE, Limits

from .conftest import Client, ServeExtract, open_serve_extract
from .web import Web, respond, respond_until, serve_web

HEAD = b"<!doctype html><title>A quiet page</title>"
TITLE = "A quiet page"
QUEUE_FULL = "EXTRACT_QUEUE_FULL"
SHARE = MAX_FETCHES_PER_SITE + MAX_WAITING_PER_SITE
EDGE_TIMEOUT_S = 5.0


@pytest.fixture
async def calm() -> AsyncIterator[Web]:
    """A site whose pages come at once."""
    async with serve_web("127.0.0.2") as web:
        web.page("/", HEAD)
        yield web


@pytest.fixture
async def other() -> AsyncIterator[Web]:
    """A site with habits of its own."""
    async with serve_web() as web:
        yield web


@pytest.fixture
async def client(calm: Web, other: Web) -> AsyncIterator[Client]:
    async with (
        open_serve_extract() as serve_extract,
        serve_extract(calm, other, limits=Limits()) as it,
    ):
        yield it


async def test_a_site_that_hangs_holds_no_more_than_its_share(
    client: Client, calm: Web, other: Web
) -> None:
    end = asyncio.Event()
    urls = [other.on(f"/hanging/{n}", respond_until(end, HEAD)) for n in range(200)]
    calls = [asyncio.create_task(client.outcome(url)) for url in urls]
    refused = asyncio.as_completed(calls)
    assert {await next(refused) for _ in range(len(calls) - SHARE)} == {QUEUE_FULL}
    assert await client.outcome(calm.url("/")) == TITLE
    assert len(other.requests) == MAX_FETCHES_PER_SITE
    end.set()
    outcomes = Counter(await asyncio.gather(*calls))
    assert outcomes == {TITLE: SHARE, QUEUE_FULL: len(calls) - SHARE}
    assert await client.outcome(urls[-1]) == TITLE


async def test_who_waits_long_for_a_site_that_hangs_is_told_to_come_back(
    client: Client, other: Web
) -> None:
    end = asyncio.Event()
    urls = [other.on(f"/hanging/{n}", respond_until(end, HEAD)) for n in range(SHARE)]
    calls = [asyncio.create_task(client.outcome(url)) for url in urls]
    waited = asyncio.as_completed(calls)
    assert {await next(waited) for _ in range(MAX_WAITING_PER_SITE)} == {QUEUE_FULL}
    end.set()  # before those that are fetched are given up
    outcomes = Counter(await asyncio.gather(*calls))
    assert outcomes == {TITLE: MAX_FETCHES_PER_SITE, QUEUE_FULL: MAX_WAITING_PER_SITE}


async def test_hostile_pages_do_not_keep_readers_from_others(
    client: Client, calm: Web, other: Web
) -> None:
    are_served = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        await respond(200, "<div>" * 100_000)(writer)
        if len(other.requests) >= MAX_FETCHES_PER_SITE:
            are_served.set()

    urls = [other.on(f"/hostile/{n}", answer) for n in range(12)]
    hostile = [asyncio.create_task(client.outcome(url)) for url in urls]
    await are_served.wait()
    for _ in range(4):
        assert await client.outcome(calm.url("/"), EDGE_TIMEOUT_S) == TITLE
    assert set(await asyncio.gather(*hostile)) <= {"PAGE_UNREACHABLE", QUEUE_FULL}


async def test_bytes_are_bounded_and_given_back(serve_extract: ServeExtract, calm: Web) -> None:
    async with serve_extract(calm, limits=Limits(held_bytes=150_000)) as client:
        url = calm.page("/big", HEAD + b" " * 100_000)
        too_big = calm.page("/too-big", HEAD + b" " * 200_000)
        for _ in range(3):
            assert await client.outcome(too_big) == QUEUE_FULL
            assert await client.outcome(url) == TITLE
