"""What a page has for link previews, over real servers."""

from __future__ import annotations

import asyncio
import gzip
import io
from collections.abc import AsyncIterator, Sequence

import grpc
import pytest
from PIL import Image

from og.extract.v1 import extract_pb2 as pb

from .conftest import ANEW, Client, FakeNames, ServeExtract, reason_of
from .web import PNG, Web, respond, respond_forever, serve_web, silence

CRAWLER = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
KB = 1_000
HEAD = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8">
<title>Bees of the valley</title>
<meta property="og:title" content="Bees &amp; flowers">
<meta name="OG:Description" content=" Where they are ">
<meta property="og:image" content="/card.png">
<meta name="twitter:card" content="summary_large_image">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#123456">
<meta name="viewport" content="width=device-width">
<link rel="shortcut icon" href="/icon.png" sizes="32x32">
<link rel="alternate" type="application/json+oembed" href="/oembed">
<link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="stylesheet" href="/style.css">
</head><body><p>Text of the page.</p></body></html>"""


@pytest.fixture(scope="module")
async def patient(serve_extract: ServeExtract, web: Web) -> AsyncIterator[Client]:
    """Gives pictures the time that production gives them: on a busy machine they need it."""
    async with serve_extract(web, limits=ANEW) as it:
        yield it


def picture(width: int, height: int, kind: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(out, kind)
    return out.getvalue()


def values(page: pb.InspectPageResponse, name: str) -> list[str]:
    return [tag.value for tag in page.page.tags if tag.name == name]


def of(page: pb.InspectPageResponse, url: str) -> pb.InspectedPicture:
    [found] = [it for it in page.pictures if it.url == url]
    return found


async def pictures_of(
    client: Client, web: Web, urls: Sequence[str]
) -> dict[str, pb.InspectedPicture]:
    tags = "".join(f'<meta property="og:image" content="{url}">' for url in urls)
    page = await client.inspect(web.page("/pictures", f"<title>Pictures</title>{tags}"))
    return {it.url: it for it in page.pictures}


async def test_the_tags_are_told_as_they_stand(client: Client, web: Web) -> None:
    page = await client.inspect(web.page("/p", HEAD))
    assert page.outcome == pb.PAGE_OUTCOME_FETCHED
    found = [(tag.element, tag.attribute, tag.name, tag.value) for tag in page.page.tags]
    assert found == [
        ("title", "", "", "Bees of the valley"),
        ("meta", "property", "og:title", "Bees & flowers"),
        ("meta", "name", "og:description", "Where they are"),
        ("meta", "property", "og:image", "/card.png"),
        ("meta", "name", "twitter:card", "summary_large_image"),
        ("meta", "name", "theme-color", "#123456"),
        ("link", "rel", "icon", "/icon.png"),
        ("link", "rel", "alternate", "/oembed"),
    ]
    details = {tag.name: tag.detail for tag in page.page.tags if tag.detail}
    assert details == {
        "theme-color": "(prefers-color-scheme: dark)",
        "icon": "32x32",
        "alternate": "application/json+oembed",
    }
    starts = [tag.start_byte for tag in page.page.tags]
    assert starts[0] == HEAD.index("<title>")
    assert starts[1:3] == [HEAD.index('<meta property="og:t'), HEAD.index('<meta name="OG:D')]
    assert starts == sorted(starts)
    assert (page.page.language, page.page.base_url) == ("en-GB", web.url("/p"))
    assert page.page.kind == pb.PAGE_KIND_CONTENT
    assert (page.page.html_bytes, page.page.sent_bytes) == (len(HEAD), len(HEAD))
    assert not page.page.is_cut


async def test_where_a_tag_starts_is_told_in_bytes_of_the_html(client: Client, web: Web) -> None:
    comment = "<!-- <meta property='og:title' content='no'> ü日 -->"
    html = f"<title>ü</title>{comment}<script>'<meta property=og:title>'</script>"
    html += " " * 400 * KB + '<meta property="og:title" content="Late" data-instantog-start="1">'
    raw = html.encode()
    page = await client.inspect(web.page("/late", gzip.compress(raw), content_encoding="gzip"))
    [tag] = [it for it in page.page.tags if it.name == "og:title"]
    assert (tag.value, tag.start_byte) == ("Late", raw.index(b'<meta property="og:title"'))
    assert page.page.html_bytes == len(raw)
    assert page.page.sent_bytes < 10 * KB
    wide = await client.inspect(web.page("/wide", html.encode("utf-16"), content_type="text/html"))
    assert values(wide, "og:title") == ["Late"]
    assert wide.page.charset == "utf-16-le"


async def test_a_tag_in_the_body_is_told_as_such(client: Client, web: Web) -> None:
    html = '<head><meta property="og:title" content="a"><div></div><meta name=robots content=b>'
    page = await client.inspect(web.page("/body", html))
    assert {tag.name: tag.is_in_body for tag in page.page.tags} == {
        "og:title": False,
        "robots": True,
    }


async def test_a_page_too_long_is_cut(client: Client, web: Web) -> None:
    html = "<title>Long</title>" + "x" * 2 * 1024 * KB + " " * 60 * KB
    html += '<meta property="og:title" content="Too late">'
    page = await client.inspect(web.page("/long", html))
    assert page.page.is_cut
    assert page.page.html_bytes == 2 * 1024 * 1024
    assert [tag.element for tag in page.page.tags] == ["title"]
    endless = web.on("/endless", respond_forever(b"<p>more", 0.01, start=HEAD.encode()))
    page = await client.inspect(endless)
    assert page.page.is_cut
    assert values(page, "og:title") == ["Bees & flowers"]


async def test_ten_thousand_tags_are_told_within_bounds(client: Client, web: Web) -> None:
    page = await client.inspect(
        web.page("/many", f'<meta property="og:x" content="{"v" * 9_000}">' * 200)
    )
    assert len(page.page.tags) <= 256
    assert all(len(tag.value) <= 4_096 for tag in page.page.tags)


async def test_a_wrong_charset_is_seen(client: Client, web: Web) -> None:
    html = '<meta charset="utf-8"><title>Käse</title>'.encode("latin-1")
    page = await client.inspect(
        web.page("/charset", html, content_type="text/html; charset=iso-8859-1")
    )
    found = page.page
    assert (found.header_charset, found.markup_charset) == ("iso-8859-1", "utf-8")
    assert (found.charset, found.tags[0].value) == ("windows-1252", "Käse")


async def test_every_hop_is_told_and_asked_as_the_crawler(client: Client, web: Web) -> None:
    html = '<title>T</title><meta property="og:image" content="/card.png">'
    web.page("/card.png", PNG, content_type="image/png")
    end = web.page("/end", html, x_robots_tag="noindex", set_cookie="secret=1")
    web.redirect("/second", "/end")
    seen = len(web.requests)
    page = await client.inspect(web.redirect("/first", "/second"), CRAWLER)
    assert [(hop.url, hop.status_code) for hop in page.hops] == [
        (web.url("/first"), 302),
        (web.url("/second"), 302),
        (end, 200),
    ]
    assert {it.name: it.value for it in page.hops[0].headers}["location"] == "/second"
    last = {it.name: it.value for it in page.hops[-1].headers}
    assert last["x-robots-tag"] == "noindex"
    assert "set-cookie" not in last
    asked = web.requests[seen:]
    assert {path for path, _ in asked} == {"/first", "/second", "/end", "/card.png", "/robots.txt"}
    for _, headers in asked:
        assert headers["user-agent"].startswith(CRAWLER.lower())
        assert "instantog/" in headers["user-agent"]
        assert headers["accept-encoding"] == "gzip, deflate"


async def test_without_a_crawler_we_ask_as_ourselves(client: Client, web: Web) -> None:
    await client.inspect(web.page("/ours", HEAD))
    _, headers = next(it for it in web.requests if it[0] == "/ours")
    assert headers["user-agent"].startswith("mozilla/5.0 (compatible; instantog/")


async def test_robots_txt_comes_along(client: Client, web: Web) -> None:
    web.page("/robots.txt", "\ufeffUser-agent: *\nDisallow: /x", content_type="text/plain")
    page = await client.inspect(web.page("/p", HEAD))
    assert (page.robots_txt.status_code, page.robots_txt.text) == (
        200,
        "User-agent: *\nDisallow: /x",
    )
    del web.answers["/robots.txt"]
    page = await client.inspect(web.page("/p", HEAD))
    assert (page.robots_txt.status_code, page.robots_txt.text) == (404, "")


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("JPEG", "RGB"), ("GIF", "P"), ("WEBP", "RGB"), ("AVIF", "RGB")],
)
async def test_a_picture_is_measured_and_drawn_small(
    patient: Client, web: Web, kind: str, mode: str
) -> None:
    data = picture(1400, 700, kind, mode)
    url = web.page("/card", data, content_type="image/any", cache_control="max-age=60")
    [it] = (await pictures_of(patient, web, [url])).values()
    assert it.outcome == pb.PICTURE_OUTCOME_FETCHED
    assert (it.format, it.width_px, it.height_px) == (kind.lower(), 1400, 700)
    assert it.size_bytes == len(data)
    assert {header.name for header in it.hops[0].headers} == {
        "content-type",
        "content-length",
        "cache-control",
    }
    assert len(it.preview_webp) <= 256 * 1024
    with Image.open(io.BytesIO(it.preview_webp)) as preview:
        assert (preview.format, preview.size) == ("WEBP", (1200, 600))


async def test_a_picture_on_its_side_is_turned(patient: Client, web: Web) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 30), "red").save(out, "JPEG", exif=exif)
    [it] = (await pictures_of(patient, web, [web.page("/turned.jpg", out.getvalue())])).values()
    assert (it.width_px, it.height_px) == (30, 60)
    with Image.open(io.BytesIO(it.preview_webp)) as preview:
        assert preview.size == (30, 60)


async def test_what_is_wrong_with_a_picture_is_told(client: Client, web: Web) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    urls = [
        web.page("/none.png", "<p>no</p>"),
        web.page("/broken.png", PNG[:40]),
        web.page("/drawn.svg", svg, content_type="image/svg+xml"),
    ]
    found = await pictures_of(client, web, urls[:2])
    assert found[urls[0]].outcome == pb.PICTURE_OUTCOME_NOT_A_PICTURE
    assert found[urls[1]].outcome == pb.PICTURE_OUTCOME_BROKEN
    drawn = (await pictures_of(client, web, urls[2:]))[urls[2]]
    assert (drawn.outcome, drawn.format) == (pb.PICTURE_OUTCOME_FETCHED, "svg")
    assert (drawn.width_px, drawn.preview_webp) == (0, b"")
    big = web.page("/big.png", PNG, content_length=str(9_000_000))
    gone = web.on("/gone.png", respond(410, b"gone"))
    found = await pictures_of(client, web, [big, gone])
    assert found[big].outcome == pb.PICTURE_OUTCOME_TOO_LARGE
    assert found[big].size_bytes == 9_000_000
    assert found[gone].outcome == pb.PICTURE_OUTCOME_STATUS
    assert found[gone].hops[-1].status_code == 410
    looped = web.redirect("/loop.png", "/loop.png")
    endless = web.on("/endless.png", respond_forever(b"\0", 0.05, start=PNG))
    found = await pictures_of(client, web, [looped, endless])
    assert found[looped].outcome == pb.PICTURE_OUTCOME_TOO_MANY_REDIRECTS
    assert found[endless].outcome == pb.PICTURE_OUTCOME_UNREACHABLE


async def test_a_picture_too_large_to_draw_is_measured(patient: Client, web: Web) -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    bomb = web.page("/bomb.png", out.getvalue())
    [it] = (await pictures_of(patient, web, [bomb])).values()
    assert (it.outcome, it.width_px) == (pb.PICTURE_OUTCOME_FETCHED, 20_000)
    assert it.preview_webp == b""


async def test_four_pictures_at_most_are_looked_at_one_of_them_an_icon(
    client: Client, web: Web
) -> None:
    web.page("/icon.png", PNG)
    tags = "".join(f'<meta property="og:image" content="/{n}.png">' for n in range(5))
    tags += '<meta name="twitter:image" content="/t.png"><meta name="twitter:image:src" content=x>'
    tags += '<link rel="icon" href="/icon.png"><link rel="image_src" href="/0.png">'
    page = await client.inspect(web.page("/p", tags))
    assert [it.url for it in page.pictures] == [
        web.url(path) for path in ("/0.png", "/1.png", "/t.png", "/icon.png")
    ]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://2130706433/",
        "http://localhost:{port}/secret",
        "http://user@127.0.0.1:{port}/secret",
        "http://inside.example.com/secret",
        "http://nowhere.example.com/secret",
    ],
)
async def test_no_hop_and_no_picture_leads_inside(
    client: Client, web: Web, names: FakeNames, target: str
) -> None:
    names.answers["inside.example.com"] = [["127.0.0.1"]]
    inside = target.format(port=web.port)
    web.page("/secret", PNG)
    seen = len(web.requests)
    page = await client.inspect(web.redirect("/away", inside))
    assert page.outcome == pb.PAGE_OUTCOME_UNREACHABLE
    assert [hop.url for hop in page.hops] == [web.url("/away")]
    web.redirect("/away.png", inside)
    found = await pictures_of(client, web, [inside, web.url("/away.png")])
    for it in found.values():
        assert it.outcome in {
            pb.PICTURE_OUTCOME_UNREACHABLE,
            pb.PICTURE_OUTCOME_URL_NOT_ALLOWED,
        }
        assert (it.size_bytes, it.width_px, it.preview_webp) == (0, 0, b"")
    away = found[web.url("/away.png")]
    assert away.outcome in {pb.PICTURE_OUTCOME_UNREACHABLE, pb.PICTURE_OUTCOME_URL_NOT_ALLOWED}
    assert {path for path, _ in web.requests[seen:]} == {
        "/away",
        "/away.png",
        "/pictures",
        "/robots.txt",
    }


async def test_whatever_cannot_be_reached_looks_alike(client: Client, web: Web) -> None:
    silent = await client.inspect(web.on("/silent", silence))
    nowhere = await client.inspect("https://nowhere.example.com/")
    assert silent.SerializeToString() == nowhere.SerializeToString()
    assert nowhere == pb.InspectPageResponse(
        outcome=pb.PAGE_OUTCOME_UNREACHABLE, robots_txt=pb.RobotsTxt()
    )


async def test_what_is_no_page_is_an_outcome(client: Client, web: Web) -> None:
    async def outcome(url: str) -> pb.PageOutcome.ValueType:
        return (await client.inspect(url)).outcome

    assert await outcome(web.on("/gone", respond(410, b"gone"))) == pb.PAGE_OUTCOME_STATUS
    pdf = web.page("/pdf", b"%PDF-", content_type="application/pdf")
    assert await outcome(pdf) == pb.PAGE_OUTCOME_NOT_HTML
    assert await outcome(web.page("/png", PNG, content_type="")) == pb.PAGE_OUTCOME_NOT_HTML
    loop = web.redirect("/loop", "/loop")
    assert await outcome(loop) == pb.PAGE_OUTCOME_TOO_MANY_REDIRECTS
    empty = web.page("/shell", '<div id="root"></div><script src="/app.js"></script>')
    page = await client.inspect(empty)
    assert page.page.kind == pb.PAGE_KIND_EMPTY_SHELL
    assert page.page.kind_reason


@pytest.mark.parametrize(
    ("url", "user_agent", "reason"),
    [
        ("", "", "INVALID_REQUEST"),
        ("https://example.com/", "x" * 257, "INVALID_REQUEST"),
        ("https://example.com/", "a\r\nx: y", "INVALID_REQUEST"),
        ("ftp://example.com/", "", "URL_NOT_ALLOWED"),
        ("http://10.0.0.1/", "", "URL_NOT_ALLOWED"),
    ],
)
async def test_a_wrong_request_says_why(
    client: Client, url: str, user_agent: str, reason: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.inspect(url, user_agent)
    assert reason_of(caught.value) == reason


async def test_inspections_wait_in_the_same_queue(serve_extract: ServeExtract) -> None:
    async with (
        serve_web() as web,
        serve_extract(web, extract_running_max=1, extract_waiting_max=1) as client,
    ):
        url = web.on("/silent", silence)
        calls = await asyncio.gather(
            *(client.inspect(url) for _ in range(4)), return_exceptions=True
        )
        reasons = [reason_of(it) for it in calls if isinstance(it, grpc.aio.AioRpcError)]
        assert reasons.count("EXTRACT_QUEUE_FULL") >= 2
