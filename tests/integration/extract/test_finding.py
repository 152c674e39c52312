"""Where a page is found, what is found instead of one, and what of it comes."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import grpc
import pytest

from og.extract.v1 import extract_pb2 as pb
from og_service.status import from_rpc_error

from .conftest import SHORT, Client, FakeNames, ServeExtract, texts
from .web import PNG, Web, respond, respond_until, serve_web

PAGE = """<!doctype html><html lang="en"><head><title>Bees of the valley</title>
<meta property="og:description" content="How they fly."></head></html>"""


def refreshing(url: str, more: str = "") -> str:
    return f'<title>Moved</title><meta http-equiv="refresh" content="0; url={url}">{more}'


async def test_a_page_that_has_nothing_but_a_refresh_leads_on(client: Client, web: Web) -> None:
    web.page("/end", PAGE)
    web.redirect("/hop", "/end")
    url = web.page("/moved", refreshing("/hop"))
    page = await client.page(url)
    assert page.final_url == web.url("/end")
    assert texts(page)["title"] == "Bees of the valley"


async def test_a_page_that_offers_more_than_a_refresh_is_read(client: Client, web: Web) -> None:
    description = '<meta name="description" content="It will be back soon.">'
    url = web.page("/moving", refreshing("/end", description))
    assert (await client.page(url)).final_url == url


async def test_refreshes_count_as_redirects(client: Client, web: Web) -> None:
    for number in range(9):
        web.page(f"/hops/{number}", refreshing(f"/hops/{number + 1}"))
    web.page("/hops/9", PAGE)
    assert (await client.page(web.url("/hops/4"))).final_url == web.url("/hops/9")
    web.requests.clear()
    reason, text = await client.refusal(web.url("/hops/3"))
    assert reason == "PAGE_UNREACHABLE"
    assert text == "The page leads on more than 5 times. Give the URL where its redirects end."
    assert web.paths() == [f"/hops/{number}" for number in range(3, 9)]
    for number in range(5):
        web.redirect(f"/then/{number}", f"/then/{number + 1}")
    web.page("/then/5", PAGE)
    url = web.page("/mixed", refreshing("/then/0"))
    assert (await client.refusal(url))[0] == "PAGE_UNREACHABLE"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "http://127.0.0.1:1/", "http://inside.example.com/"]
)
async def test_a_refresh_is_checked_like_a_redirect(
    client: Client, web: Web, names: FakeNames, target: str
) -> None:
    names.answers["inside.example.com"] = [["127.0.0.1"]]
    seen = len(web.requests)
    assert (await client.refusal(web.page("/away", refreshing(target))))[0] == "PAGE_UNREACHABLE"
    assert [path for path, _ in web.requests[seen:]] == ["/away"]


@pytest.mark.parametrize(
    ("body", "content_type", "kind", "words"),
    [
        (PNG, "image/png", "image", "an image"),
        (PNG, "text/html", "image", "an image"),
        (b"\0\0\0\x20ftypisom", "video/mp4", "video", "a video"),
        (b"ID3", "audio/mpeg", "audio", "an audio file"),
        (b"%PDF-1.7", "application/pdf", "pdf", "a PDF"),
        (b"%PDF-1.7", "", "pdf", "a PDF"),
        (b"{}", "application/json", "other", "a file or to nothing"),
    ],
)
async def test_what_is_no_page_says_what_it_is(
    client: Client, web: Web, body: bytes, content_type: str, kind: str, words: str
) -> None:
    url = web.page("/file", body, content_type=content_type)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.page(url)
    error = from_rpc_error(caught.value)
    assert (error.reason, dict(error.metadata)) == ("PAGE_NOT_HTML", {"kind": kind})
    assert error.message == f"The URL leads to {words}, not to an HTML page."


async def test_of_what_is_no_page_the_body_is_left_where_it_is(client: Client, web: Web) -> None:
    url = web.on("/film.mp4", respond_until(asyncio.Event(), b"", content_type="video/mp4"))
    assert (await client.refusal(url))[0] == "PAGE_NOT_HTML"


async def test_a_body_that_breaks_off_is_used_as_far_as_it_came(client: Client, web: Web) -> None:
    url = web.page("/broken", PAGE, content_length=str(10 * len(PAGE)))
    assert texts(await client.page(url))["title"] == "Bees of the valley"
    for beginning in ("", "<title>Slow p", "<title>Slow page</ti", '<meta property="og:title" con'):
        url = web.page("/broken", f"<!doctype html>{beginning}", content_length="1000")
        assert (await client.refusal(url))[0] == "PAGE_UNREACHABLE"


@pytest.mark.parametrize("rest", ["", "<h1>Bees of the va", "<h1>Bees <em>of</em> the va", "<h"])
async def test_of_a_headline_that_broke_off_nothing_is_used(
    client: Client, web: Web, rest: str
) -> None:
    head = "<!doctype html><title>Bees of the valley</title>"
    url = web.page("/broken", head + rest, content_length="1000")
    assert texts(await client.page(url))["title"] == "Bees of the valley"


async def test_a_host_that_asks_to_be_left_alone_is_left_alone(serve_extract: ServeExtract) -> None:
    async with serve_web() as web, serve_extract(web, limits=replace(SHORT, pause_s=30)) as client:
        web.page("/", PAGE)
        url = web.on("/busy", respond(429, "slow down", retry_after="20"))
        assert await client.refusal(url) == (
            "PAGE_UNREACHABLE",
            "The page answered with status 429.",
        )
        for path in ("/", "/busy"):
            reason, text = await client.refusal(web.url(path))
            assert reason == "PAGE_UNREACHABLE"
            assert "asked us to wait" in text
        assert web.paths() == ["/busy"]


async def test_a_picture_that_says_it_is_too_large_is_left_where_it_is(
    client: Client, web: Web
) -> None:
    url = web.page("/huge.png", PNG, content_length=str(7 * 1024 * 1024))
    url_of_same = web.page("/same.png", PNG)
    answer = await client.images(("image", url), ("avatar", url_of_same))
    assert [it.outcome for it in answer.images] == [
        pb.IMAGE_OUTCOME_FAILED,
        pb.IMAGE_OUTCOME_FETCHED,
    ]


OCCASION = """<!doctype html><html lang="en"><title>Bees</title><script type="application/ld+json">
{"@type": "JobPosting", "title": "Keeper", "startDate": "2026-12-03T17:30Z", "duration": "PT48M",
"baseSalary": {"currency": "EUR", "value": {"minValue": 1000, "maxValue": 2000,
"unitText": "MONTH"}}}</script>"""


async def test_measures_have_types(client: Client, web: Web) -> None:
    page = await client.page(web.page("/occasion", OCCASION))
    fields = {field.name: field for field in page.fields}
    assert fields["duration"].duration.seconds == 48 * 60
    assert fields["startTime"].time == pb.ClockTime(hours=17, minutes=30, is_utc=True)
    assert fields["salary"].price == pb.Price(
        amount="1000", amount_max="2000", currency_code="EUR", per=pb.PAY_PERIOD_MONTH
    )
    assert fields["salary"].source == "jsonld:baseSalary"
