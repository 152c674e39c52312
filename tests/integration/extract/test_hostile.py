"""What a hostile or broken server can do to a call, and to the calls beside it."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import brotli
import grpc
import pytest
import zstandard

from og.extract.v1 import extract_pb2 as pb
from og_extract.limits import Limits

from .conftest import ANEW, Client, FakeNames, ServeExtract, open_serve_extract, reason_of, texts
from .web import PNG, Web, respond, respond_forever, serve_web, silence

HEAD = b"<!doctype html><html><head><title>A quiet page</title></head><body>"
UNREACHABLE = ("PAGE_UNREACHABLE", "The page could not be reached, or did not answer in time.")
MIB = 1024 * 1024
HUGE = HEAD + b" " * 64 * MIB


@pytest.fixture(scope="module")
async def patient(web: Web) -> AsyncIterator[Client]:
    """Gives the time that production has: on a busy machine processor time is long."""
    async with open_serve_extract() as serve_extract, serve_extract(web, limits=ANEW) as it:
        yield it


async def test_a_body_that_never_ends_is_cut(client: Client, web: Web) -> None:
    url = web.on("/endless", respond_forever(b"<p>more</p>" * 4096, 0, start=HEAD))
    assert texts(await client.page(url))["title"] == "A quiet page"


async def test_a_slow_drip_is_cut_at_the_deadline(client: Client, web: Web) -> None:
    url = web.on("/drip", respond_forever(b".", 0.05, start=HEAD))
    assert texts(await client.page(url))["title"] == "A quiet page"


async def test_of_a_drip_too_slow_for_its_title_no_card_is_made(client: Client, web: Web) -> None:
    url = web.on("/drip", respond_forever(b".", 0.05, start=b"<html><head>"))
    assert await client.refusal(url) == UNREACHABLE


async def test_a_silent_server_and_a_closed_port_look_alike(client: Client, web: Web) -> None:
    assert await client.refusal(web.on("/silent", silence)) == UNREACHABLE
    assert await client.refusal("https://nowhere.example.com/") == UNREACHABLE


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", gzip.compress(HUGE)),
        ("br", brotli.compress(HUGE, quality=1)),
        ("zstd", zstandard.compress(HUGE)),
        ("gzip, gzip", gzip.compress(gzip.compress(HUGE))),
    ],
)
async def test_a_page_bomb_is_read_to_the_bound(
    client: Client, web: Web, coding: str, bomb: bytes
) -> None:
    url = web.page("/bomb", bomb, content_encoding=coding)
    assert texts(await client.page(url))["title"] == "A quiet page"


async def test_an_icon_bomb_costs_the_icon_only(client: Client, web: Web) -> None:
    web.page("/bomb.png", gzip.compress(PNG + bytes(64 * MIB)), content_encoding="gzip")
    web.page("/good.png", PNG)
    url = web.page("/p", HEAD + b'<link rel="icon" href="/bomb.png">')
    page = await client.page(url, ("favicon", ""), ("image", web.url("/good.png")))
    assert [it.outcome for it in page.images] == [
        pb.IMAGE_OUTCOME_FAILED,
        pb.IMAGE_OUTCOME_FETCHED,
    ]
    assert texts(page)["title"] == "A quiet page"


async def test_a_slow_picture_does_not_cost_the_card(client: Client, web: Web) -> None:
    web.on("/slow.png", respond_forever(b"\0", 0.05, start=PNG))
    url = web.page("/p", HEAD + b'<link rel="icon" href="/slow.png">')
    page = await client.page(url, ("favicon", ""))
    assert page.images[0].outcome == pb.IMAGE_OUTCOME_FAILED


async def test_endless_headers_end(client: Client, web: Web) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"x-more: " + b"y" * 1000 + b"\r\n")
            await writer.drain()

    assert await client.refusal(web.on("/headers", answer)) == UNREACHABLE


async def test_what_is_no_http_is_unreachable(client: Client, web: Web) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.0\r\n\r\n")
        await writer.drain()

    assert await client.refusal(web.on("/ssh", answer)) == UNREACHABLE


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<b><p>" * 100_000,
        f'<div title="{"x" * 10 * MIB}">',
        f'<script type="application/ld+json">{"[" * 5 * MIB}</script>',
        f'<script type="application/ld+json">{{"name": "{"x" * 5 * MIB}"}}</script>',
        '<meta property="og:title" content="x">' * 100_000,
        "<title>" + "Z\u0351\u036b\u0343" * 250_000 + "</title>",
        "<" * MIB,
    ],
    ids=["nested", "misnested", "attribute", "deep-json", "long-json", "metas", "zalgo", "angles"],
)
async def test_hostile_html_ends_and_delays_nobody(patient: Client, web: Web, html: str) -> None:
    hostile = web.page("/hostile", html)
    calm = web.page("/calm", HEAD)

    async def try_hostile() -> None:
        try:
            await patient.page(hostile)
        except grpc.aio.AioRpcError as error:
            assert reason_of(error) == "PAGE_UNREACHABLE"  # noqa: PT017 - a page is fine as well

    hostile_done = asyncio.create_task(try_hostile())
    pages = await asyncio.gather(*(patient.page(calm) for _ in range(4)))
    assert all(texts(page)["title"] == "A quiet page" for page in pages)
    await hostile_done
    assert texts(await patient.page(calm))["title"] == "A quiet page"


async def test_more_calls_than_may_wait_are_refused(serve_extract: ServeExtract) -> None:
    async with (
        serve_web() as web,
        serve_extract(web, extract_running_max=1, extract_waiting_max=1) as client,
    ):
        url = web.on("/silent", silence)
        calls = await asyncio.gather(*(client.page(url) for _ in range(4)), return_exceptions=True)
        reasons = [reason_of(it) for it in calls if isinstance(it, grpc.aio.AioRpcError)]
        assert reasons.count("EXTRACT_QUEUE_FULL") >= 2
        assert "PAGE_UNREACHABLE" in reasons


async def test_all_pictures_of_an_answer_stay_within_its_bound(serve_extract: ServeExtract) -> None:
    limits = Limits(images_bytes=len(PNG) * 2, image_bytes=4096)
    async with serve_web() as web, serve_extract(web, limits=limits) as client:
        url = web.page("/a.png", PNG)
        big = web.page("/big.png", PNG + bytes(8192))
        answer = await client.images(("a", url), ("b", url), ("c", url), ("d", big))
        assert [it.outcome for it in answer.images] == [
            pb.IMAGE_OUTCOME_FETCHED,
            pb.IMAGE_OUTCOME_FETCHED,
            pb.IMAGE_OUTCOME_FAILED,
            pb.IMAGE_OUTCOME_FAILED,
        ]


async def test_names_never_reach_what_is_not_public(
    web: Web, client: Client, names: FakeNames
) -> None:
    port = web.port
    names.answers |= {
        "inside.example.com": [["127.0.0.1"], ["::1"], ["10.0.0.1"], ["::ffff:127.0.0.1"]],
        "nothing.example.com": [[]],
    }
    seen = len(web.requests)
    for _ in range(4):
        assert await client.refusal("http://inside.example.com/") == UNREACHABLE
    assert await client.refusal("http://nothing.example.com/") == UNREACHABLE
    url = web.redirect("/away", "http://inside.example.com/")
    assert await client.refusal(url) == UNREACHABLE
    for location in (
        f"http://127.0.0.2:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://2130706433/",
        "file:///etc/passwd",
        f"http://user@127.0.0.1:{port}/",
        "http://localhost/",
    ):
        assert await client.refusal(web.redirect("/away", location)) == UNREACHABLE
    assert {path for path, _ in web.requests[seen:]} == {"/away"}


async def test_a_redirect_loop_ends(client: Client, web: Web) -> None:
    url = web.redirect("/loop", "/loop")
    assert (await client.refusal(url))[1].startswith("The page leads on more than 5 times.")
    assert web.paths().count("/loop") == 6


async def test_a_private_picture_is_not_fetched(client: Client, web: Web, names: FakeNames) -> None:
    names.answers["inside.example.com"] = [["127.0.0.1"]]
    url = web.page("/p", HEAD + b'<link rel="icon" href="http://inside.example.com/i.png">')
    page = await client.page(url, ("favicon", ""), ("image", "http://169.254.169.254/x.png"))
    assert {it.outcome for it in page.images} == {pb.IMAGE_OUTCOME_FAILED}


async def test_a_picture_that_no_try_could_have_counts_as_not_named(
    client: Client, web: Web
) -> None:
    tags = '<meta property="og:image" content="ftp://example.com/i.png">'
    tags += '<link rel="icon" href="http://169.254.169.254/i.png">'
    page = await client.page(web.page("/p", HEAD + tags.encode()), ("image", ""), ("favicon", ""))
    assert [it.outcome for it in page.images] == [pb.IMAGE_OUTCOME_NOT_NAMED] * 2
    answer = await client.images(("image", "ftp://example.com/i.png"))
    assert answer.images[0].outcome == pb.IMAGE_OUTCOME_FAILED


async def test_status_is_named_and_nothing_else(client: Client, web: Web) -> None:
    url = web.on("/gone", respond(410, b"gone"))
    assert await client.refusal(url) == ("PAGE_UNREACHABLE", "The page answered with status 410.")
