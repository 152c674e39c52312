"""What connections are used for, and what is left of them when calls are cut short."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from og_extract.allowance import Allowance, ByteBudget, Holding
from og_extract.fetch.fetcher import Fetcher
from og_extract.fetch.guard import GuardedBackend
from og_extract.fetch.pauses import Pauses
from og_extract.fetch.transport import GuardedTransport
from og_extract.fetch.wanted import FetchError, Wanted
from og_extract.limits import MAX_FETCHES_PER_SITE, MAX_WAITING_PER_SITE, MIB
from og_urls import PageUrl

from .conftest import ANEW, Client, FakeNames, ServeExtract
from .tls_web import ALL_PROTOCOLS, Send, TlsWeb, respond, serve_tls_web
from .web import serve_web

SHOP = "shop.example.com"
NEWS = "news.example.com"
WANTED = Wanted(accept="*/*", accept_encoding="identity", max_bytes=1000, may_be_cut=False)
TITLE = "A quiet page"
PAGE = f"<!doctype html><title>{TITLE}</title>"
Get = Callable[[str], Awaitable[bytes]]


@asynccontextmanager
async def fetching(web: TlsWeb, names: FakeNames) -> AsyncIterator[Get]:
    """Fetch from hosts at the server's port, over one transport."""
    backend = GuardedBackend(names, frozenset({web.target}), connect_s=0.5)
    async with GuardedTransport(backend, web.make_client_context) as transport:
        fetcher = Fetcher(transport, Pauses(0), "tests", frozenset())

        async def get(host: str) -> bytes:
            origin = f"https://{host}:{web.port}"
            url = PageUrl(f"{origin}/", "https", host, web.port, origin)
            allowance = Allowance(asyncio.get_running_loop().time() + 5, Holding(ByteBudget(MIB)))
            return (await fetcher.fetch(url, WANTED, allowance)).body

        yield get


@pytest.fixture(params=[ALL_PROTOCOLS, ["http/1.1"]], ids=["h2", "http/1.1"])
async def web(request: pytest.FixtureRequest) -> AsyncIterator[TlsWeb]:
    async with serve_tls_web(request.param) as it:
        it.page("/", "here")
        yield it


async def test_a_kept_connection_stays_with_the_address_that_was_checked(web: TlsWeb) -> None:
    names = FakeNames({SHOP: [["127.0.0.1"], ["10.0.0.1"]]})
    async with fetching(web, names) as get:
        assert [await get(SHOP) for _ in range(3)] == [b"here"] * 3
        assert len(web.connections()) == 1
    async with fetching(web, names) as get:
        with pytest.raises(FetchError):
            await get(SHOP)
    assert len(web.requests) == 3


async def test_names_of_one_server_share_no_connection(web: TlsWeb) -> None:
    names = FakeNames({SHOP: [["127.0.0.1"]], NEWS: [["127.0.0.1"]]})
    async with fetching(web, names) as get:
        for host in (SHOP, NEWS, SHOP, NEWS):
            assert await get(host) == b"here"
    assert len(web.connections()) == 2


async def test_a_name_that_moved_inside_is_not_reached_by_a_connection_of_another(
    web: TlsWeb,
) -> None:
    names = FakeNames({SHOP: [["127.0.0.1"]], NEWS: [["10.0.0.1"]]})
    async with fetching(web, names) as get:
        assert await get(SHOP) == b"here"
        with pytest.raises(FetchError):
            await get(NEWS)
    assert len(web.requests) == 1


async def test_a_kept_connection_that_fails_is_no_failure(serve_extract: ServeExtract) -> None:
    """The second request on a connection is never answered, as when its server is about to go."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(PAGE)}\r\n\r\n"
        writer.write(head.encode() + PAGE.encode())
        await reader.read(1)
        writer.transport.abort()

    async with serve_web() as stranger:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        async with server:
            stranger.port = server.sockets[0].getsockname()[1]
            async with serve_extract(stranger, limits=ANEW) as client:
                outcomes = [await client.outcome(stranger.url("/")) for _ in range(4)]
    assert outcomes == [TITLE] * 4


async def test_calls_that_are_cut_short_leave_nothing_behind(
    serve_extract: ServeExtract, web: TlsWeb, rng: random.Random
) -> None:
    """Whatever ends them: their own time, a hang-up, a large body, a broken one."""
    limits = replace(ANEW, held_bytes=MIB)
    page = PAGE + " " * 600_000

    async def answer_some_time(send: Send) -> None:
        await asyncio.sleep(rng.random() / 5)
        await respond(200, page)(send)

    async def answer_half(send: Send) -> None:
        headers = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": PAGE.encode(), "more_body": True})
        await asyncio.sleep(rng.random())

    answers = [answer_some_time, answer_half, respond(404, "none"), respond(200, page)]
    urls = [web.on(f"/{n}", rng.choice(answers)) for n in range(40)]

    async def call(client: Client, url: str) -> None:
        calling = asyncio.create_task(client.outcome(url, timeout_s=rng.uniform(0.3, 1.5)))
        if rng.random() < 0.3:
            await asyncio.sleep(rng.random() / 5)
            calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)

    async with serve_extract(
        web, limits=limits, make_ssl_context=web.make_client_context
    ) as client:
        await asyncio.gather(*(call(client, rng.choice(urls)) for _ in range(200)))
        assert await client.outcome(web.page("/large", page + " " * 200_000)) == TITLE
        site_share = MAX_FETCHES_PER_SITE + MAX_WAITING_PER_SITE
        small = [web.page(f"/small/{n}", PAGE) for n in range(site_share)]
        assert set(await asyncio.gather(*map(client.outcome, small))) == {TITLE}
