"""Pages over TLS: which protocol is spoken, and what connections are used for."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator

import pytest

from og.extract.v1 import extract_pb2 as pb
from og_extract.limits import MAX_FETCHES_PER_SITE
from tests.support.waiting import eventually

from .conftest import ANEW, Client, FakeNames, ServeExtract, texts
from .tls_web import Send, TlsWeb, respond, serve_tls_web
from .web import PNG

PAGE = "<!doctype html><title>A page over TLS</title>"
TITLE = "A page over TLS"
UNREACHABLE = ("PAGE_UNREACHABLE", "The page could not be reached, or did not answer in time.")


@pytest.fixture
async def web() -> AsyncIterator[TlsWeb]:
    async with serve_tls_web() as it:
        yield it


@pytest.fixture
async def client(serve_extract: ServeExtract, web: TlsWeb) -> AsyncIterator[Client]:
    async with serve_extract(web, limits=ANEW, make_ssl_context=web.make_client_context) as it:
        yield it


async def test_http2_is_spoken_where_the_server_does(client: Client, web: TlsWeb) -> None:
    assert await client.outcome(web.page("/", PAGE)) == TITLE
    assert [request.http_version for request in web.requests] == ["2"]


async def test_http1_is_spoken_where_the_server_knows_no_other(serve_extract: ServeExtract) -> None:
    async with (
        serve_tls_web(["http/1.1"]) as web,
        serve_extract(web, make_ssl_context=web.make_client_context) as client,
    ):
        url = web.page("/", PAGE)
        assert [await client.outcome(url) for _ in range(3)] == [TITLE] * 3
        assert [request.http_version for request in web.requests] == ["1.1"] * 3
        assert len(web.connections()) == 1


async def test_a_page_and_its_pictures_come_over_one_connection(
    client: Client, web: TlsWeb
) -> None:
    names = ("/a.png", "/b.png")
    for name in names:
        web.page(name, PNG)
    tags = '<link rel="icon" href="/a.png"><meta property="og:image" content="/b.png">'
    url = web.page("/", PAGE + tags)
    page = await client.page(url, ("favicon", ""), ("image", ""))
    assert {it.outcome for it in page.images} == {pb.IMAGE_OUTCOME_FETCHED}
    assert {request.path for request in web.requests} == {"/", *names}
    assert len(web.connections()) == 1


async def test_a_redirect_leaves_its_connection_usable(client: Client, web: TlsWeb) -> None:
    web.page("/there", PAGE)
    url = web.on("/here", respond(301, "moved", location="/there"))
    assert await client.outcome(url) == TITLE
    assert len(web.connections()) == 1


async def test_a_site_keeps_to_its_share_over_one_connection(client: Client, web: TlsWeb) -> None:
    end = asyncio.Event()

    async def answer(send: Send) -> None:
        await end.wait()
        await respond(200, PAGE)(send)

    await client.outcome(web.page("/", PAGE))
    urls = [web.on(f"/{n}", answer) for n in range(3 * MAX_FETCHES_PER_SITE)]
    calls = [asyncio.create_task(client.outcome(url)) for url in urls]
    await eventually(lambda: web.running == MAX_FETCHES_PER_SITE)
    end.set()
    assert await asyncio.gather(*calls) == [TITLE] * len(calls)
    assert web.most_running == MAX_FETCHES_PER_SITE
    assert len(web.connections()) == 1


async def test_a_body_that_was_cut_costs_its_connection_and_nobody_else(
    client: Client, web: TlsWeb
) -> None:
    async def answer(send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}
        await send(head)
        for _ in range(64):
            await send({"type": "http.response.body", "body": bytes(1 << 20), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    huge = web.on("/huge.png", answer)
    good = web.page("/good.png", PNG)
    url = web.page("/", PAGE)
    for _ in range(4):
        page = await client.page(url, ("image", huge), ("avatar", good))
        assert texts(page)["title"] == TITLE
        assert [it.outcome for it in page.images] == [
            pb.IMAGE_OUTCOME_FAILED,
            pb.IMAGE_OUTCOME_FETCHED,
        ]
    assert len(web.connections()) > 1


async def test_a_server_that_nobody_vouches_for_is_unreachable(
    serve_extract: ServeExtract, web: TlsWeb
) -> None:
    async with serve_extract(web, make_ssl_context=ssl.create_default_context) as client:
        assert await client.refusal(web.page("/", PAGE)) == UNREACHABLE
    async with serve_extract(web) as client:  # as in production
        assert await client.refusal(web.url("/")) == UNREACHABLE
    assert web.requests == []


async def test_a_certificate_for_another_name_is_none(
    serve_extract: ServeExtract, web: TlsWeb
) -> None:
    names = FakeNames({"sport.example.com": [["127.0.0.1"]]})
    async with serve_extract(web, names=names, make_ssl_context=web.make_client_context) as client:
        assert await client.refusal("https://sport.example.com/") == UNREACHABLE
