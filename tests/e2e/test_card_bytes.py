"""Cards over HTTP, byte by byte: what no client library would send, and what some do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from og_stack.stack import Stack
from tests.e2e.api import PNG_SIGNATURE, Api, check_card, check_encoded_card
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.raw_http import RawResponse, RawServer

PNG_END = b"IEND\xaeB`\x82"


@pytest.fixture
def server(stack: Stack) -> RawServer:
    return RawServer(stack.config.http_host, stack.config.http_port)


class Caller:
    """Writes requests of a customer for one page's card."""

    def __init__(self, url: str, customer: Customer) -> None:
        self.target = f"/api/og?template=generic/standard&url={url}"
        self._authorization = f"Authorization: {customer.headers['Authorization']}"

    def get(
        self, *headers: str, target: str = "", method: str = "GET", version: str = "1.1"
    ) -> bytes:
        """Write a request with more headers, or for another target."""
        first = f"{method} {target or self.target} HTTP/{version}"
        lines = [first, "Host: localhost", self._authorization, *headers, "", ""]
        return "\r\n".join(lines).encode()


@pytest.fixture
async def caller(api: Api, site: LocalSite, customer: Customer) -> Caller:
    """For a card that exists."""
    url = site.put_page("A page")
    check_card(await api.ask(url, customer))
    return Caller(url, customer)


def check_whole(response: RawResponse) -> bytes:
    assert response.status == 200, response
    assert response.headers["content-type"] == "image/png"
    assert response.body.startswith(PNG_SIGNATURE)
    assert response.body.endswith(PNG_END)
    assert response.headers["x-cache"] == "HIT"
    return response.body


async def answers(server: RawServer, *requests: bytes) -> Sequence[RawResponse]:
    """Send all requests in one packet and read as many answers."""
    async with server.connection() as connection:
        await connection.send(b"".join(requests))
        return [await connection.receive(head=request.startswith(b"HEAD")) for request in requests]


async def test_pipelined_requests_are_answered_in_their_order_cards_and_mistakes_alike(
    server: RawServer, caller: Caller, site: LocalSite
) -> None:
    new = caller.get(target=f"/api/og?template=generic/standard&url={site.put_page('A new page')}")
    got = await answers(
        server,
        caller.get(),
        new,  # takes longer than all that come after it
        caller.get(target="/api/og?template=none/such&url=https://example.com/"),
        caller.get(method="HEAD"),
        caller.get("If-None-Match: *"),
        caller.get(target="/lost"),
        caller.get(),
    )
    assert [it.status for it in got] == [200, 200, 400, 200, 304, 404, 200]
    assert check_whole(got[0]) == check_whole(got[6])
    assert got[1].headers["x-cache"] == "MISS"
    assert got[1].body not in {b"", got[0].body}
    assert got[3].headers["content-length"] == got[0].headers["content-length"]
    assert got[3].headers["etag"] == got[4].headers["etag"] == got[0].headers["etag"]


async def test_head_and_get_differ_in_the_body_alone(server: RawServer, caller: Caller) -> None:
    asked, got = await answers(server, caller.get(method="HEAD"), caller.get())
    own = {"date", "x-request-id", "x-credits-charged", "x-credits-remaining"} | {
        name for name in got.headers if name.startswith("x-ratelimit")
    }
    assert asked.headers.keys() == got.headers.keys()
    assert {k: v for k, v in asked.headers.items() if k not in own} == {
        k: v for k, v in got.headers.items() if k not in own
    }


@pytest.mark.parametrize(
    "header",
    [
        "Range: bytes=0-0",
        "Range: bytes=0-524287",
        "Range: bytes=100-",
        "Range: bytes=-100",
        "Range: bytes=0-1,5-9",
        "Range: bytes=99999999-",
        "Range: lines=1-2",
        "Range: nonsense",
        "Accept: image/*",
        "Accept: */*",
        "Accept: text/html",
        "Accept: image/webp",
        "Accept:",
        "Accept: application/json;q=0",
        "Accept-Encoding: gzip, deflate, br, zstd",
        "Accept-Encoding: identity;q=0",
        "Accept-Encoding: br",
        "TE: trailers",
        "If-Modified-Since: Thu, 26 Nov 2099 00:00:00 GMT",
        'If-None-Match: "another", W/"and another"',
        "If-None-Match: ",
        'If-Range: "another"',
        "Cache-Control: no-cache",
        "X-Forwarded-Proto: http",
        "Host-Header: www.instantog.com",
        "Origin: https://example.com",
        "Cookie: a=b",
    ],
)
async def test_whatever_the_client_would_like_it_gets_the_whole_card_as_it_is(
    server: RawServer, caller: Caller, header: str
) -> None:
    plain, wished = await answers(server, caller.get(), caller.get(header))
    assert check_whole(wished) == check_whole(plain)
    assert wished.headers["accept-ranges"] == "none"
    for name in ("content-range", "content-encoding", "transfer-encoding", "location"):
        assert name not in wished.headers


@pytest.mark.parametrize("image_format", ["png", "jpeg", "webp"])
async def test_no_format_is_compressed_once_more(
    api: Api, site: LocalSite, customer: Customer, image_format: str
) -> None:
    headers = {"Accept-Encoding": "gzip, br, zstd"}
    url = site.put_page("A page")
    response = await api.ask(url, customer, headers=headers, format=image_format)
    assert "content-encoding" not in response.headers
    check_encoded_card(response, image_format, (1200, 630))


@pytest.mark.parametrize(
    "known",
    [
        'If-None-Match: "{}"',
        'if-none-match:"{}"',
        'If-None-Match: W/"{}"',
        'IF-NONE-MATCH: "a",\t"b" , W/"{}"',
        'If-None-Match: "a"\r\nIf-None-Match: "{}"',
        'If-None-Match: "{}"\r\nRange: bytes=0-9',
        'If-None-Match: "{}"\r\nIf-Modified-Since: Thu, 26 Nov 1970 00:00:00 GMT',
        "If-None-Match: *",
    ],
)
async def test_a_card_that_is_known_is_304_without_a_body(
    server: RawServer, caller: Caller, known: str
) -> None:
    (card,) = await answers(server, caller.get())
    wish = known.format(card.headers["etag"].strip('"'))
    got = await answers(server, caller.get(wish), caller.get(wish, method="HEAD"), caller.get())
    assert [it.status for it in got] == [304, 304, 200]  # so no byte too many came in between
    for unchanged in got[:2]:
        for name in ("etag", "cache-control", "vary", "date"):
            assert unchanged.headers[name], name
        assert "content-type" not in unchanged.headers
    check_whole(got[2])


async def test_spellings_of_one_request_are_one_card(
    server: RawServer, caller: Caller, stack: Stack
) -> None:
    target = caller.target
    escaped = target.replace(":", "%3A").replace("/", "%2f").replace("%2fapi%2fog", "/%61pi/o%67")
    got = await answers(
        server,
        caller.get(),
        caller.get(target=stack.base_url + target),
        caller.get(target=f"https://www.instantog.com:443{target}"),
        caller.get(target=escaped),
        caller.get(target=f"{target}#fragment"),
        caller.get(target=f"{target}&"),
        caller.get(version="1.1", target=target.replace("template", "%74emplate")),
    )
    assert len({check_whole(it) for it in got}) == 1


@pytest.mark.parametrize("connection", ["", "Connection: keep-alive", "Connection: close"])
async def test_http_1_0_gets_the_whole_card_and_the_end(
    server: RawServer, caller: Caller, connection: str
) -> None:
    async with server.connection() as raw:
        await raw.send(caller.get(*filter(None, [connection]), version="1.0"))
        response = await raw.receive()
        check_whole(response)
        assert response.headers["connection"] == "close"
        assert await raw.closed() == b""


async def test_a_request_that_drips_in_is_answered_like_any_other(
    server: RawServer, caller: Caller
) -> None:
    async with server.connection() as connection:
        request = caller.get()
        for start in range(0, len(request), 7):
            await connection.send(request[start : start + 7])
        check_whole(await connection.receive())


async def test_a_client_that_sends_nothing_more_still_gets_its_new_card(
    server: RawServer, site: LocalSite, customer: Customer
) -> None:
    async with server.connection() as connection:
        await connection.send(Caller(site.put_page("A new page"), customer).get())
        await connection.end()
        response = await connection.receive()
        assert (response.status, response.headers["x-cache"]) == (200, "MISS")
        assert response.body.endswith(PNG_END)
        assert response.headers["connection"] == "close"
        assert await connection.closed() == b""


async def test_a_client_that_sends_nothing_more_still_gets_all_cards_it_asked_for(
    server: RawServer, caller: Caller
) -> None:
    for cards in (1, 3):
        async with server.connection() as connection:
            await connection.send(caller.get() * cards)
            await connection.end()
            got = [await connection.receive() for _ in range(cards)]
            assert len({check_whole(it) for it in got}) == 1
            assert [it.headers.get("connection") for it in got] == [None] * (cards - 1) + ["close"]
            assert await connection.closed() == b""


async def test_a_get_with_a_body_is_answered_and_ends_the_connection(
    server: RawServer, caller: Caller
) -> None:
    async with server.connection() as connection:
        await connection.send(caller.get("Content-Length: 2") + b"{}")
        response = await connection.receive()
        check_whole(response)
        assert response.headers["connection"] == "close"
        assert await connection.closed() == b""
