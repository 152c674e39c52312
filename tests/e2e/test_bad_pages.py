"""Pages and pictures that harm: a card all the same, without the picture that is bad."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator

import pytest
from httpx import QueryParams
from starlette.responses import RedirectResponse, StreamingResponse

from tests.e2e.api import BUDGET_S, Api, check_card
from tests.support.canary import canary
from tests.support.customers import Customer
from tests.support.local_site import LocalSite


def png_of(width_px: int, height_px: int) -> bytes:
    """Make a PNG whose header claims a size that its few bytes do not hold."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1_000_000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def gif_of(frames: int) -> bytes:
    """Make a GIF of 65,535 px each way with many frames."""
    frame = b"\x21\xf9\x04\x00\x01\x00\x00\x00\x2c" + struct.pack("<HHHH", 0, 0, 65535, 65535)
    frame += b"\x00\x02\x02\x4c\x01\x00"
    screen = struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    return b"GIF89a" + screen + frame * frames + b"\x3b"


@pytest.mark.parametrize(
    "picture",
    [
        png_of(50_000, 50_000),
        png_of(2**31 - 1, 2**31 - 1),
        png_of(0, 0),
        gif_of(10_000),
        b"\x89PNG\r\n\x1a\n",
        b"\x00\x00\x01\x00\xff\xff" + b"\xff" * 4_000,
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"not a picture",
        b"",
    ],
    ids=["50k", "2G", "0", "gif", "png cut", "ico", "svg", "text", "empty"],
)
async def test_a_bad_favicon_is_left_out(
    api: Api, site: LocalSite, customer: Customer, picture: bytes
) -> None:
    icon = site.put_bytes(picture, "image/png")
    url = site.put_page("A page", f'<link rel="icon" href="{icon}">')
    async with asyncio.timeout(BUDGET_S):
        card = check_card(await api.ask(url, customer), "MISS", 10)
    assert card == check_card(await api.ask(url, customer, favicon=""), "MISS", 10)


async def test_a_favicon_without_end_is_left_out(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"\x89PNG\r\n\x1a\n"
        while True:
            await asyncio.sleep(0)
            yield b"\0" * 65_536

    icon = site.put(lambda: StreamingResponse(endless(), media_type="image/png"))
    url = site.put_page("A page", f'<link rel="icon" href="{icon}">')
    async with asyncio.timeout(BUDGET_S):
        check_card(await api.ask(url, customer), "MISS", 10)


@pytest.mark.parametrize(
    ("template", "field"),
    [
        ("generic/standard", "favicon"),
        ("product/standard", "productImage"),
        ("article/news", "image"),
        ("article/blog-post", "avatar"),
    ],
)
async def test_a_picture_in_private_space_is_left_out(
    api: Api, site: LocalSite, customer: Customer, template: str, field: str
) -> None:
    async with canary() as (address, caught):
        target = f"http://{address}/icon.png"
        redirect = site.put(lambda: RedirectResponse(target))
        url = site.put_page("A page", pictures_at(target))
        based = site.put_page("A page", f'<base href="{target}">{pictures_at("icon.png")}')
        for given in (
            target,
            redirect,
            "http://169.254.169.254/",
            "file:///etc/passwd",
            "nonsense",
        ):
            query = QueryParams({"url": url, "template": template, field: given})
            answer = await api.ask_raw(query, customer)
            check_card(answer, "MISS", 10)
        for page in (url, based):
            check_card(await api.ask(page, customer, template=template), "MISS", 10)
        assert caught == []


def pictures_at(url: str) -> str:
    """Name a URL as every picture that a page can have."""
    person = f'{{"@type": "Person", "name": "Ada", "image": "{url}"}}'
    article = f'{{"@type": "Article", "headline": "A", "image": "{url}", "author": {person}}}'
    return (
        f'<link rel="icon" href="{url}"><meta property="og:image" content="{url}">'
        f'<script type="application/ld+json">{article}</script>'
    )


async def test_a_page_that_trickles_for_ever_gives_a_card_of_its_beginning(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        yield b"<!doctype html><title>Slow</title><body>"
        while True:
            await asyncio.sleep(0.1)
            yield b"."

    url = site.put(lambda: StreamingResponse(trickle(), media_type="text/html"))
    async with asyncio.timeout(BUDGET_S):
        check_card(await api.ask(url, customer), "MISS", 10)


async def test_a_page_without_end_gives_a_card_of_its_beginning(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"<!doctype html><title>Endless</title><body>"
        while True:
            await asyncio.sleep(0)
            yield b"<p>more</p>" * 5_000

    url = site.put(lambda: StreamingResponse(endless(), media_type="text/html"))
    async with asyncio.timeout(BUDGET_S):
        check_card(await api.ask(url, customer), "MISS", 10)


@pytest.mark.parametrize(
    "title",
    [
        "x" * 1_000_000,
        "word " * 200_000,
        "Z̸̢̛" * 2_000,
        "\u202e\u2066\u200f" * 500 + "text",
        "👨‍👩‍👧‍👦" * 1_000,
        "\u200b",
        "\ufffd\U0010ffff",
    ],
    ids=["long word", "long", "marks", "bidi", "emoji", "nothing to see", "no characters"],
)
async def test_a_title_that_is_hard_to_set_gives_a_card(
    api: Api, site: LocalSite, customer: Customer, title: str
) -> None:
    async with asyncio.timeout(BUDGET_S):
        check_card(await api.ask(site.put_page(title), customer), "MISS", 10)
