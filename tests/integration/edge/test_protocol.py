"""The edge's HTTP, byte by byte, while all other services are away: a mistake is still one."""

from __future__ import annotations

import asyncio
from urllib.robotparser import RobotFileParser

import pytest

from og_edge.protocol import MAX_HEAD_BYTES
from tests.support.raw_http import RawResponse, RawServer

HOST = b"Host: instantog.com\r\n"
HEADERS = HOST + b"\r\n"
MISTAKE = b"GET /api/og?template=t HTTP/1.1\r\n" + HEADERS


def _check(response: RawResponse, status: int, code: str) -> None:
    assert response.status == status, response
    assert response.error["code"] == code
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"]


def _check_api(response: RawResponse, status: int, code: str) -> None:
    _check(response, status, code)
    for name in ("limit", "remaining", "reset"):
        assert response.headers[f"x-ratelimit-{name}"].isdigit()


@pytest.mark.parametrize(
    "request_line",
    [
        b"\x00\x01\x02",
        b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n",
        b"get /api/og HTTP/1.1\r\n",
        b"GET /api/og?title=a b HTTP/1.1\r\n",
        b"GET /api/og?title=a\x00b HTTP/1.1\r\n",
        b"GET /api/og?title=a\x1bb HTTP/1.1\r\n",
        b"GET /api/og?title=a\x7fb HTTP/1.1\r\n",
        "GET /api/ög HTTP/1.1\r\n".encode(),
        b"GET http:// HTTP/1.1\r\n",
        b"GET http://instantog.com HTTP/1.1\r\n",
        "GET /api/og?title=日本 HTTP/1.1\r\n".encode(),
        b"GET /api/og?title=\xff HTTP/1.1\r\n",
        b"CONNECT example.com:443 HTTP/1.1\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_what_is_no_http_is_told_so(edge: RawServer, request_line: bytes) -> None:
    _check_api(await edge.ask(request_line + HEADERS), 400, "malformed_request")


@pytest.mark.parametrize(
    "headers",
    [
        b"no colon\r\n\r\n",
        b"Bad Name: x\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
        b"X: a\x00b\r\n\r\n",
    ],
)
async def test_malformed_headers_are_told_so(edge: RawServer, headers: bytes) -> None:
    _check_api(
        await edge.ask(b"GET /api/og HTTP/1.1\r\n" + HOST + headers), 400, "malformed_request"
    )


async def test_a_malformed_request_ends_its_connection(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send(b"nonsense\r\n\r\n")
        response = await connection.receive()
        assert response.headers["connection"] == "close"
        assert await connection.closed() == b""


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/api/og?url=https://example.com/%FF%00&template=t&title=%FF", "invalid_parameter"),
        ("http://instantog.com/api/og?template=t", "invalid_parameter"),
        ("/api/og/", "unknown_path"),
        ("/api/og/card.png", "unknown_path"),
        ("/api/og/v1/generic/standard.gif", "unknown_path"),
        ("/api/og/v1/generic/standard", "unknown_path"),
        ("/api/og/v1/generic/standard.png", "invalid_parameter"),
        ("/api/og/v1/generic%2Fstandard.webp?title=a&title=b", "invalid_parameter"),
        (
            "/api/og/v1/generic/standard.png?url=https://example.com/&format=webp",
            "invalid_parameter",
        ),
        ("/api/og/../og", "unknown_path"),
        ("/api/og/%00", "unknown_path"),
        ("/api/og%2F", "unknown_path"),
    ],
)
async def test_a_mistake_below_the_api_is_told(edge: RawServer, target: str, code: str) -> None:
    line = f"GET {target} HTTP/1.1\r\n".encode()
    _check_api(await edge.ask(line + HEADERS), 400, code)


@pytest.mark.parametrize(
    "method",
    ["POST", "PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "CONNECT", "M-SEARCH"],
)
async def test_other_methods_are_refused(edge: RawServer, method: str) -> None:
    paths = ("/api/og?template=t", "/api/og/more", "/api/og/v1/generic/standard.png")
    lines = [f"{method} {path} HTTP/1.1\r\n".encode() for path in paths]
    for response in await asyncio.gather(*(edge.ask(line + HEADERS) for line in lines)):
        _check_api(response, 400, response.error["code"])
        assert response.error["code"] in {"method_not_allowed", "unknown_path", "malformed_request"}


@pytest.mark.parametrize(
    "target",
    [
        "/api",
        "/api/ogre",
        "/redoc",
        "/API/OG",
        "/%2e%2e/",
        "//",
        "*",
        "/healthz/x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nothing_is_served_elsewhere(edge: RawServer, method: str, target: str) -> None:
    response = await edge.ask(f"{method} {target} HTTP/1.1\r\n".encode() + HEADERS)
    _check(response, 404, "not_found")


@pytest.mark.parametrize("size", [70_000, 200_000])
async def test_a_huge_url_is_told_to_be_shorter(edge: RawServer, size: int) -> None:
    target = b"/api/og?template=t&url=https://example.com/" + b"a" * size
    response = await edge.ask(b"GET " + target + b" HTTP/1.1\r\n" + HEADERS)
    assert response.status == 400
    assert response.error["message"].startswith("Shorten")
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "filler", [b"X-Filler: " + b"y" * 1_000 + b"\r\n", b"y" * 1_000], ids=["lines", "one line"]
)
async def test_headers_without_end_are_cut_off(edge: RawServer, filler: bytes) -> None:
    async with edge.connection() as connection:
        await connection.send(MISTAKE[:-2] + b"X-First: ")
        for _ in range(2 * MAX_HEAD_BYTES // len(filler)):
            await connection.send(filler)
        response = await connection.receive()
        _check_api(response, 400, "malformed_request")
        assert "Shorten" in response.error["message"]
        assert await connection.closed() == b""


@pytest.mark.parametrize("start", [b"G", b"GET /api/og?templ", MISTAKE[:-2], b"\r\n"])
async def test_half_a_request_is_not_waited_for(impatient_edge: RawServer, start: bytes) -> None:
    async with impatient_edge.connection() as connection:
        await connection.send(start)
        response = await connection.receive()
        _check_api(response, 400, "malformed_request")
        assert "within" in response.error["message"]
        assert await connection.closed() == b""


async def test_a_silent_connection_is_closed(impatient_edge: RawServer) -> None:
    async with impatient_edge.connection() as connection:
        assert await connection.closed() == b""


async def test_half_a_later_request_is_not_waited_for(impatient_edge: RawServer) -> None:
    async with impatient_edge.connection() as connection:
        await connection.send(MISTAKE)
        _check_api(await connection.receive(), 400, "invalid_parameter")
        await connection.send(b"GET /a")
        _check_api(await connection.receive(), 400, "malformed_request")


async def test_a_connection_is_kept_while_nothing_is_asked(impatient_edge: RawServer) -> None:
    async with impatient_edge.connection() as connection, impatient_edge.connection() as silent:
        await connection.send(MISTAKE)
        await connection.receive()
        await silent.closed()  # so as long as a head may take has passed
        await connection.send(MISTAKE)
        _check_api(await connection.receive(), 400, "invalid_parameter")


async def test_pipelined_requests_are_answered_in_their_order(edge: RawServer) -> None:
    healthy = b"GET /healthz HTTP/1.1\r\n" + HEADERS
    lost = b"GET /lost HTTP/1.1\r\n" + HEADERS
    async with edge.connection() as connection:
        await connection.send(MISTAKE + healthy + lost + MISTAKE + b"nonsense\r\n\r\n")
        statuses = [(await connection.receive()).status for _ in range(5)]
        assert statuses == [400, 200, 404, 400, 400]
        assert await connection.closed() == b""


async def test_many_large_requests_fit_on_one_connection(edge: RawServer) -> None:
    head = MISTAKE[:-2] + b"X-Filler: " + b"y" * (MAX_HEAD_BYTES * 2 // 3)
    async with edge.connection() as connection:
        for _ in range(4):
            await connection.send(head)
            await connection.send(b"\r\n\r\n")
            _check_api(await connection.receive(), 400, "invalid_parameter")


async def test_a_body_is_not_waited_for(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send(
            b"POST /api/og HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000\r\n\r\n" + b"x" * 10
        )
        _check_api(await connection.receive(), 400, "method_not_allowed")
        await connection.send(b"x" * 10)
        assert await connection.closed() == b""


async def test_a_body_that_breaks_off_its_encoding_gets_its_answer_first(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send(
            b"POST /api/og HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"
        )
        _check_api(await connection.receive(), 400, "method_not_allowed")


async def test_an_old_client_gets_its_answer_and_the_end(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send(b"GET /api/og?template=t HTTP/1.0\r\n\r\n")
        _check_api(await connection.receive(), 400, "invalid_parameter")
        assert await connection.closed() == b""


async def test_head_gets_the_headers_of_get(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send(MISTAKE.replace(b"GET", b"HEAD"))
        asked = await connection.receive(head=True)
        await connection.send(MISTAKE)
        got = await connection.receive()
    assert asked.status == got.status == 400
    assert asked.headers.keys() == got.headers.keys()
    assert asked.headers["content-length"] == got.headers["content-length"]


async def test_an_upgrade_is_not_taken(edge: RawServer) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n"
    _check_api(await edge.ask(MISTAKE[:-2] + upgrade + b"\r\n"), 400, "invalid_parameter")


async def test_a_hundred_callers_who_hang_up_leave_the_server_well(edge: RawServer) -> None:
    for _ in range(100):
        async with edge.connection() as connection:
            await connection.send(MISTAKE)
    assert (await edge.ask(b"GET /healthz HTTP/1.1\r\n" + HEADERS)).status == 200


async def test_while_the_services_are_away_a_good_request_is_told_to_come_back(
    edge: RawServer,
) -> None:
    good = b"GET /api/og?template=generic/standard&url=https://example.com/ HTTP/1.1\r\n"
    response = await edge.ask(good + b"Authorization: Bearer og_live_x\r\n" + HEADERS)
    _check_api(response, 500, "internal_error")
    assert int(response.headers["retry-after"]) > 0
    assert response.error["message"] == "Something went wrong on our end."


async def test_templates_that_nobody_has_listed_yet_are_told_to_be_asked_for_again(
    edge: RawServer,
) -> None:
    response = await edge.ask(b"GET /api/templates HTTP/1.1\r\n" + HEADERS)
    _check(response, 500, "internal_error")
    assert int(response.headers["retry-after"]) > 0
    refused = await edge.ask(b"POST /api/templates HTTP/1.1\r\n" + HEADERS)
    _check(refused, 400, "method_not_allowed")


async def test_what_is_served_besides(edge: RawServer) -> None:
    robots = await edge.ask(b"GET /robots.txt HTTP/1.1\r\n" + HEADERS)
    assert robots.status == 200
    assert robots.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(robots.body.decode().splitlines())
    for path in ("/api/og?url=x", "/api/og/v1/generic/standard.png?url=x", "/api/templates"):
        assert rules.can_fetch("Twitterbot", path), path
    healthy = await edge.ask(b"HEAD /healthz HTTP/1.1\r\n" + HEADERS, head=True)
    assert healthy.status == 200
    described = await edge.ask(b"GET /openapi.json HTTP/1.1\r\n" + HEADERS)
    assert b'"/api/og"' in described.body
