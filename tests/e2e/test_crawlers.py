"""Every crawler of link previews gets its card, byte by byte as it asks for it."""

from __future__ import annotations

import asyncio
import hashlib
import html
import io
import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import httpx
import pytest
from PIL import Image

from og_stack.stack import Stack
from tests.e2e.api import CARD_SIZE_PX, RATE_LIMIT_HEADERS
from tests.e2e.books import credits_of
from tests.e2e.crawlers import CRAWLERS, LEAST_LIMIT_BYTES, Crawler
from tests.e2e.pages import page_of_a_site, tag
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.raw_http import Connection, RawResponse, RawServer

MASTODONS = 200
FACEBOOKS_LARGE_CARD_PX = (600, 315)
NEVER_SENT = ("location", "content-encoding", "transfer-encoding", "set-cookie", "vary", "refresh")


@pytest.fixture
def server(stack: Stack) -> RawServer:
    return RawServer(stack.config.http_host, stack.config.http_port)


@dataclass(frozen=True)
class Share:
    """A link that somebody shares: the page, and the card that its tag names."""

    page: str
    card: str

    @property
    def target(self) -> str:
        """What a request for the card has in its first line."""
        return self.card.removeprefix(self.origin)

    @property
    def origin(self) -> str:
        """Scheme and host of the card."""
        parts = urlsplit(self.card)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The Host of a request for the card."""
        return urlsplit(self.card).netloc


@pytest.fixture
async def share(stack: Stack, site: LocalSite, customer: Customer) -> Share:
    """A link that nobody has shared yet."""
    _, page = await page_of_a_site(stack, site, customer, "An article & more", theme="dark")
    async with httpx.AsyncClient() as client:
        found = re.search('property="og:image" content="([^"]+)"', (await client.get(page)).text)
    assert found
    return Share(page, html.unescape(found[1]))


def check_what_is_shown(response: RawResponse, crawler: Crawler) -> None:
    """Check what the crawler needs to show the card, and what caches on the way need."""
    headers = response.headers
    assert response.status == 200, response
    assert headers["content-type"] == "image/png"
    assert headers["content-length"] == str(len(response.body))
    assert len(response.body) <= min(crawler.limit_bytes, LEAST_LIMIT_BYTES)
    with Image.open(io.BytesIO(response.body)) as card:
        card.load()
        assert card.format == "PNG"
        assert card.size == CARD_SIZE_PX
        assert card.size >= FACEBOOKS_LARGE_CARD_PX
        assert not card.has_transparency_data
    assert headers["etag"] == f'"{hashlib.sha256(response.body).hexdigest()}"'
    check_card_headers(response)


def check_card_headers(response: RawResponse) -> None:
    """Check what GET and HEAD have alike."""
    headers = response.headers
    assert headers["cache-control"] == "public, max-age=86400"
    assert headers["accept-ranges"] == "none"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["date"]
    assert not [name for name in NEVER_SENT if name in headers]
    assert all(headers[name].isdigit() for name in RATE_LIMIT_HEADERS)


async def ask(connection: Connection, crawler: Crawler, share: Share, method: str) -> RawResponse:
    await connection.send(crawler.head(method, share.target, share.host))
    async with asyncio.timeout(crawler.answer_within_s):
        return await connection.receive(head=method == "HEAD")


@pytest.mark.parametrize("crawler", CRAWLERS, ids=lambda crawler: crawler.name)
async def test_a_crawler_gets_the_card_of_a_link_that_is_new_and_gets_it_again(
    server: RawServer, share: Share, crawler: Crawler
) -> None:
    if crawler.reads_robots:
        await check_robots_let_in(server, share, crawler)
    caches = []
    for _ in range(2):
        async with server.connection() as connection:
            for method in crawler.methods:
                response = await ask(connection, crawler, share, method)
                caches.append(response.headers["x-cache"])
                if method == "HEAD":
                    check_card_headers(response)
                    promised = response.headers["content-length"]
                    continue
                check_what_is_shown(response, crawler)
                if "HEAD" in crawler.methods:
                    assert response.headers["content-length"] == promised
            if crawler.headers.get("Connection") == "close":
                assert response.headers["connection"] == "close"
                assert await connection.closed() == b""
    assert caches == ["MISS"] + ["HIT"] * (2 * len(crawler.methods) - 1)


async def check_robots_let_in(server: RawServer, share: Share, crawler: Crawler) -> None:
    response = await server.ask(crawler.head("GET", "/robots.txt", share.host))
    assert response.status == 200
    assert response.headers["content-type"].startswith("text/plain")
    assert not [name for name in NEVER_SENT if name in response.headers]
    rules = RobotFileParser()
    rules.parse(response.body.decode("ascii").splitlines())
    assert rules.can_fetch(crawler.user_agent, share.card)


@pytest.mark.parametrize("crawler", CRAWLERS, ids=lambda crawler: crawler.name)
async def test_robots_txt_lets_every_crawler_fetch_cards_in_both_forms(
    server: RawServer, crawler: Crawler
) -> None:
    for path in ("/api/og?url=x", "/api/og/v1/generic/standard.png?url=x"):
        card = f"https://instantog.com{path}"
        await check_robots_let_in(server, Share("", card), crawler)


@pytest.mark.parametrize("crawler", CRAWLERS, ids=lambda crawler: crawler.name)
async def test_a_crawler_that_kept_the_card_is_told_that_it_is_the_same(
    server: RawServer, share: Share, crawler: Crawler
) -> None:
    async with server.connection() as connection:
        first = await ask(connection, Crawler("first", "curl/8.14.1"), share, "GET")
    known = {"If-None-Match": first.headers["etag"]}
    for method in crawler.methods:
        response = await server.ask(crawler.head(method, share.target, share.host, **known))
        assert (response.status, response.body) == (304, b"")
        assert "content-length" not in response.headers
        assert response.headers["etag"] == first.headers["etag"]
        assert response.headers["cache-control"] == first.headers["cache-control"]
        assert response.headers["x-credits-charged"] == "0"


@pytest.mark.parametrize("crawler", CRAWLERS, ids=lambda crawler: crawler.name)
async def test_what_a_crawler_must_not_keep_says_so(
    server: RawServer, share: Share, crawler: Crawler
) -> None:
    other = Share(share.page, share.card.replace("theme=dark", "theme=light"))
    trailing_slash = share.target.replace("/api/og?", "/api/og/?")
    nowhere = await server.ask(crawler.head("GET", "/og.png", share.host))
    assert (nowhere.status, nowhere.headers["cache-control"]) == (404, "no-store")
    assert "etag" not in nowhere.headers
    of_pages = {"vary"}  # who takes HTML gets a page, which depends on who is signed in
    assert {name for name in NEVER_SENT if name in nowhere.headers} <= of_pages
    for target, status in ((other.target, 401), (trailing_slash, 400)):
        response = await server.ask(crawler.head("GET", target, share.host))
        assert response.status == status
        assert response.error["message"]
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
        assert not [name for name in NEVER_SENT if name in response.headers]


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [("png", "image/png"), ("jpg", "image/jpeg"), ("webp", "image/webp")],
)
async def test_a_crawler_that_looks_at_the_extension_gets_a_file(
    server: RawServer,
    stack: Stack,
    site: LocalSite,
    customer: Customer,
    extension: str,
    media_type: str,
) -> None:
    site_id, page = await page_of_a_site(stack, site, customer)
    path = f"/api/og/v1/generic/standard.{extension}"
    card = f"{stack.base_url}{path}?site={site_id}&url={page}"
    site.put_page("A page", f'<meta property="og:image" content="{html.escape(card)}">', page)
    share = Share(page, card)
    for crawler in (it for it in CRAWLERS if it.shows_webp or extension != "webp"):
        response = await server.ask(crawler.head("GET", share.target, share.host))
        assert response.status == 200
        assert response.headers["content-type"] == media_type
        assert int(response.headers["content-length"]) == len(response.body) <= LEAST_LIMIT_BYTES
        check_card_headers(response)
        with Image.open(io.BytesIO(response.body)) as picture:
            picture.load()
            assert picture.size == CARD_SIZE_PX


async def test_a_card_with_a_photograph_fits_into_every_crawler(
    server: RawServer, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    noise = io.BytesIO()
    Image.effect_noise((1400, 900), 90).convert("RGB").save(noise, "JPEG", quality=92)
    photograph = site.put_bytes(noise.getvalue(), "image/jpeg")
    template = "generic/split-image"
    site_id, page = await page_of_a_site(stack, site, customer, template=template)
    shown = f'<meta name="twitter:image" content="{photograph}">'
    site.put_page("A page", tag(stack, site_id, page, template=template) + shown, page)
    share = Share(page, f"{stack.base_url}/api/og?site={site_id}&template={template}&url={page}")
    for crawler in CRAWLERS:
        async with server.connection() as connection:
            check_what_is_shown(await ask(connection, crawler, share, "GET"), crawler)


async def test_a_crowd_of_mastodons_get_one_card_that_is_paid_for_once(
    server: RawServer, stack: Stack, share: Share, customer: Customer
) -> None:
    mastodon = next(it for it in CRAWLERS if it.name == "Mastodon")
    before = await credits_of(stack, customer)

    async def fetch() -> bytes:
        async with server.connection() as connection:
            for method in mastodon.methods:
                response = await ask(connection, mastodon, share, method)
            check_what_is_shown(response, mastodon)
            return response.body

    bodies = await asyncio.gather(*(fetch() for _ in range(MASTODONS)))
    assert len(set(bodies)) == 1
    # HEAD comes first and has it drawn; of a card that exists it is free.
    assert await credits_of(stack, customer) == before - 10 - MASTODONS
