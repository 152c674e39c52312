"""The address that was checked is the address that is connected to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from og_extract.allowance import Allowance, ByteBudget, Holding
from og_extract.fetch.fetcher import Fetcher
from og_extract.fetch.guard import GuardedBackend
from og_extract.fetch.pauses import Pauses
from og_extract.fetch.transport import GuardedTransport
from og_extract.fetch.wanted import FetchError, Wanted
from og_extract.limits import MIB
from og_urls import PageUrl

from .conftest import FakeNames
from .web import Web, serve_web

HOST = "shop.example.com"
WANTED = Wanted(accept="*/*", accept_encoding="identity", max_bytes=1000, may_be_cut=False)


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with serve_web() as it:
        it.page("/", "here")
        yield it


async def fetch(web: Web, answers: Sequence[list[str]], scheme: str = "http") -> bytes:
    """Fetch from HOST at the server's port, while HOST resolves to one answer after another."""
    origin = f"{scheme}://{HOST}:{web.port}"
    url = PageUrl(href=f"{origin}/", scheme=scheme, host=HOST, port=web.port, origin=origin)
    targets = frozenset({web.target})
    backend = GuardedBackend(FakeNames({HOST: list(answers)}), targets, connect_s=0.5)
    async with GuardedTransport(backend) as transport:
        allowance = Allowance(asyncio.get_running_loop().time() + 2, Holding(ByteBudget(MIB)))
        return (
            await Fetcher(transport, Pauses(0), "tests", targets).fetch(url, WANTED, allowance)
        ).body


async def test_a_name_that_changes_its_mind_is_asked_once(web: Web) -> None:
    assert await fetch(web, [["127.0.0.1"], ["127.0.0.2"]]) == b"here"
    [(_, headers)] = web.requests
    assert headers["host"] == f"{HOST}:{web.port}"


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["127.0.0.2"],
        ["10.0.0.1", "169.254.169.254", "::1"],
        ["::ffff:127.0.0.1"],
        ["not an address"],
    ],
)
async def test_addresses_that_are_not_allowed_get_no_connection(
    web: Web, addresses: list[str]
) -> None:
    with pytest.raises(FetchError):
        await fetch(web, [addresses])
    assert web.requests == []


async def test_of_mixed_answers_only_the_allowed_is_used(web: Web) -> None:
    assert await fetch(web, [["10.0.0.1", "127.0.0.2", "127.0.0.1"]]) == b"here"


async def test_tls_is_asked_for_the_name_of_the_url() -> None:
    hello: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.put_nowait(await reader.read(4096))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        web = Web(port=server.sockets[0].getsockname()[1])
        with pytest.raises(FetchError):
            await fetch(web, [["127.0.0.1"]], scheme="https")
        assert HOST.encode() in await hello.get()
