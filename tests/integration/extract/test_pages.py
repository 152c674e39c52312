from __future__ import annotations

import brotli
import grpc
import pytest
import zstandard

from og.extract.v1 import extract_pb2 as pb
from og_service.metrics import REGISTRY

from .conftest import Client, reason_of, texts
from .web import PNG, Web, respond

PAGE = """<!doctype html><html lang="en"><head><title>Bees of the valley | Meadow Post</title>
<meta property="og:site_name" content="Meadow Post">
<meta property="og:description" content="How they fly.">
<meta property="og:image" content="/card.png">
<link rel="icon" href="/icon.png" sizes="64x64">
<link rel="canonical" href="/bees">
<meta property="article:published_time" content="2024-05-17T23:30:00+02:00">
</head><body><h1>Bees of the valley</h1></body></html>"""


async def test_a_page_with_its_pictures(client: Client, web: Web) -> None:
    url = web.page("/bees?x=1", PAGE)
    web.page("/icon.png", PNG, content_type="image/png")
    web.page("/given.png", PNG, content_type="application/octet-stream")
    page = await client.page(url, ("favicon", ""), ("image", web.url("/given.png")), ("avatar", ""))
    assert page.final_url == url
    assert page.canonical_url == web.url("/bees")
    assert page.language_code == "en"
    assert texts(page) == {
        "title": "Bees of the valley",
        "description": "How they fly.",
        "siteName": "Meadow Post",
    }
    [day] = [field.date for field in page.fields if field.name == "publishedAt"]
    assert (day.year, day.month, day.day) == (2024, 5, 17)
    assert [(it.field_name, it.outcome) for it in page.images] == [
        ("favicon", pb.IMAGE_OUTCOME_FETCHED),
        ("image", pb.IMAGE_OUTCOME_FETCHED),
        ("avatar", pb.IMAGE_OUTCOME_NOT_NAMED),
    ]
    assert page.images[0].data == PNG
    assert page.images[0].source_url == web.url("/icon.png")
    assert [(tag.property, tag.url) for tag in page.card_tags] == [
        ("og:image", web.url("/card.png"))
    ]


async def test_how_long_each_step_took_is_counted(client: Client, web: Web) -> None:
    def counted(step: str) -> float:
        labels = {"step": step}
        return REGISTRY.get_sample_value("og_extract_step_seconds_count", labels) or 0

    steps = ["fetch", "read", "pictures"]
    before = [counted(step) for step in steps]
    await client.page(web.page("/bees", PAGE), ("favicon", ""))
    assert [counted(step) for step in steps] == [count + 1 for count in before]


TITLE = "<!doctype html><title>{}</title>"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (TITLE.format("Grüße").encode(), {}),
        (TITLE.format("Grüße").encode(), {"content_type": "text/html; charset=iso-8859-1"}),
        (TITLE.format("Grüße").encode("latin-1"), {}),
        (b"\xff\xfe" + TITLE.format("Grüße").encode("utf-16-le"), {}),
        (TITLE.format("Grüße").encode(), {"content_type": "application/xhtml+xml"}),
        (TITLE.format("Grüße").encode(), {"content_type": ""}),
        (brotli.compress(TITLE.format("Grüße").encode()), {"content_encoding": "br"}),
        (zstandard.compress(TITLE.format("Grüße").encode()), {"content_encoding": "zstd"}),
        (TITLE.format("Grüße").encode() + b"<p>x</p>" * 500_000, {}),
    ],
    ids=["utf-8", "mislabelled", "cp1252", "utf-16", "xhtml", "no-type", "brotli", "zstd", "big"],
)
async def test_pages_of_every_dress_are_read(
    client: Client, web: Web, body: bytes, headers: dict[str, str]
) -> None:
    url = web.page("/dress", body, **headers)
    assert texts(await client.page(url))["title"] == "Grüße"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (PNG, "image/png"),
        (b"{}", "application/json"),
        (b"%PDF-1.7", ""),
        (b"%PDF-1.7", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "text/html; charset=utf-8"),
        (b"", "text/html"),
        (b" \n ", "text/html"),
        (b"plain words", "text/plain"),
    ],
)
async def test_what_is_no_page_says_so(
    client: Client, web: Web, body: bytes, content_type: str
) -> None:
    reason, text = await client.refusal(web.page("/file", body, content_type=content_type))
    assert reason == "PAGE_NOT_HTML"
    assert "not to an HTML page" in text


async def test_redirects_are_followed_and_named(client: Client, web: Web) -> None:
    web.page("/there/end", PAGE)
    web.redirect("/two", "end#part")
    web.redirect("/there/two", "/there/end#part")
    url = web.redirect("/one", "there/two")
    assert (await client.page(url)).final_url == web.url("/there/end")


async def test_cookies_of_a_redirect_reach_the_next_hop_only(client: Client, web: Web) -> None:
    web.page("/welcome", PAGE)
    url = web.on("/wall", respond(302, b"", location="/welcome", set_cookie="seen=1"))
    await client.page(url)
    await client.page(web.url("/welcome"))
    first, second = [headers for path, headers in web.requests if path == "/welcome"]
    assert first["cookie"] == "seen=1"
    assert "cookie" not in second


async def test_we_say_who_we_are(client: Client, web: Web) -> None:
    await client.page(web.page("/who", PAGE))
    [headers] = [headers for path, headers in web.requests if path == "/who"]
    assert headers["host"] == web.target
    assert "instantog" in headers["user-agent"]
    assert "+https://instantog.com" in headers["user-agent"]
    assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert not {"authorization", "cookie", "x-request-id"} & headers.keys()


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "http://127.0.0.1/", "https://a@example.com/", "x" * 70_000]
)
async def test_a_url_that_its_own_text_forbids(client: Client, url: str) -> None:
    assert (await client.refusal(url))[0] == "URL_NOT_ALLOWED"


@pytest.mark.parametrize(
    "images",
    [
        [("a", "https://example.com/")] * 2,
        [(str(n), "https://example.com/") for n in range(5)],
        [("", "https://example.com/")],
        [("unknown", "")],
    ],
    ids=["twice", "five", "nameless", "unknown"],
)
async def test_wishes_that_make_no_sense_are_refused(
    client: Client, images: list[tuple[str, str]]
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.images(*images)
    assert reason_of(caught.value) == "INVALID_REQUEST"


async def test_an_icon_where_browsers_look_for_it(client: Client, web: Web) -> None:
    page = await client.page(web.page("/bare", "<h1>Bare</h1>"), ("favicon", ""))
    assert page.images[0].outcome == pb.IMAGE_OUTCOME_NOT_NAMED
    web.page("/favicon.ico", "<h1>Not found, says a page</h1>")
    page = await client.page(web.url("/bare"), ("favicon", ""))
    assert page.images[0].outcome == pb.IMAGE_OUTCOME_NOT_NAMED
    web.page("/favicon.ico", PNG)
    page = await client.page(web.url("/bare"), ("favicon", ""))
    assert page.images[0].source_url == web.url("/favicon.ico")
    del web.answers["/favicon.ico"]


async def test_the_next_icon_is_tried(client: Client, web: Web) -> None:
    web.page("/small.png", PNG)
    icons = (
        '<link rel="icon" sizes="192x192" href="/lost.png">'
        '<link rel="icon" sizes="32x32" href="/small.png">'
    )
    page = await client.page(web.page("/icons", icons), ("favicon", ""))
    assert page.images[0].source_url == web.url("/small.png")


CARD_TAGS = """<meta property="og:image" content="{}"><meta name="twitter:image" content="{}">"""
PRODUCT = """<script type="application/ld+json">
{{"@type": "Product", "name": "Shoe", "image": "{}"}}</script>"""


async def test_a_card_drawn_for_the_page_is_no_picture_of_it(client: Client, web: Web) -> None:
    for path in ("/api/og?a=1", "/api/%6Fg/v1/generic/standard.png?b=2", "/api/og?icon"):
        web.page(path, PNG)
    tags = CARD_TAGS.format("/api/og?a=1", "/api/%6Fg/v1/generic/standard.png?b=2")
    url = web.page("/with-cards", tags + '<link rel="icon" href="/api/og?icon">')
    wanted = [("image", ""), ("productImage", ""), ("favicon", "")]
    ignored = [web.url("/api/og").replace("http:", "https:")]
    page = await client.page(url, *wanted, ignored=ignored)
    assert {it.outcome for it in page.images} == {pb.IMAGE_OUTCOME_NOT_NAMED}
    page = await client.page(url, *wanted, ignored=[web.url("/api/ogre"), web.url("/og")])
    assert {it.outcome for it in page.images} == {pb.IMAGE_OUTCOME_FETCHED}


async def test_the_pages_own_picture_behind_its_cards_is_found(client: Client, web: Web) -> None:
    web.page("/shoe.png", PNG)
    cards = "".join(CARD_TAGS.format(f"/api/og?{n}", f"/api/og?t{n}") for n in range(3))
    url = web.page("/shoe", cards + PRODUCT.format("/shoe.png"))
    page = await client.page(url, ("image", ""), ignored=[web.url("/api/og")])
    assert page.images[0].source_url == web.url("/shoe.png")


async def test_a_redirect_to_a_card_is_no_picture_and_the_card_is_not_asked_for(
    client: Client, web: Web
) -> None:
    web.redirect("/mine.png", "/api/og?url=x")
    url = web.page("/redirected", CARD_TAGS.format("/mine.png", "/mine.png"))
    page = await client.page(url, ("image", ""), ignored=[web.url("/api/og")])
    assert page.images[0].outcome == pb.IMAGE_OUTCOME_NOT_NAMED
    assert "/api/og?url=x" not in web.paths()


async def test_a_picture_that_the_caller_names_is_taken_from_anywhere(
    client: Client, web: Web
) -> None:
    web.page("/api/og", PNG)
    url = web.page("/plain", "<title>Plain</title>")
    given = ("image", web.url("/api/og"))
    page = await client.page(url, given, ignored=[web.url("/api/og")])
    assert page.images[0].outcome == pb.IMAGE_OUTCOME_FETCHED
