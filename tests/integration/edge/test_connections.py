"""What a connection may do: go on, end, upgrade, queue, and leave its answers unread."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import uvloop

from og_edge.protocol import MAX_WAITING_REQUESTS
from og_edge.settings import Settings
from og_stack.ports import free_ports
from tests.integration.edge.conftest import ImpatientProtocol, serve
from tests.support.raw_http import ANSWER_TIMEOUT_S, RawServer
from tests.support.waiting import eventually

HOST = b"Host: instantog.com\r\n"
HEALTHY = b"GET /healthz HTTP/1.1\r\n" + HOST
DESCRIBED = b"GET /openapi.json HTTP/1.1\r\n" + HOST + b"\r\n"
SMALL_BUFFER_BYTES = 4_096
DRIP_INTERVAL_S = 0.1


def _sockets_of_server(client_port: int) -> list[str]:
    """List the kernel's lines of whichever sockets have the client as their other end."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return [line for line in lines if line.split()[2].endswith(f":{client_port:04X}")]


# What comes after an answer


async def test_a_connection_serves_one_request_after_the_other(edge: RawServer) -> None:
    async with edge.connection() as connection:
        for method in (b"GET", b"HEAD", b"GET", b"HEAD"):
            await connection.send(HEALTHY.replace(b"GET", method) + b"\r\n")
            response = await connection.receive(head=method == b"HEAD")
            assert response.status == 200
            assert response.headers["content-length"] == "15"
            assert "connection" not in response.headers


@pytest.mark.parametrize("value", [b"close", b"Close", b"keep-alive, close"])
@pytest.mark.parametrize("name", [b"Connection", b"connection", b"CONNECTION"])
async def test_who_asks_for_the_end_gets_it(edge: RawServer, name: bytes, value: bytes) -> None:
    async with edge.connection() as connection:
        await connection.send(HEALTHY + name + b": " + value + b"\r\n\r\n" + HEALTHY + b"\r\n")
        response = await connection.receive()
        assert response.headers["connection"] == "close"
        assert await connection.closed() == b""


@pytest.mark.parametrize("headers", [b"", HOST, b"Connection: keep-alive\r\n"])
async def test_http_1_0_gets_a_length_and_the_end(edge: RawServer, headers: bytes) -> None:
    async with edge.connection() as connection:
        await connection.send(b"GET /healthz HTTP/1.0\r\n" + headers + b"\r\n")
        response = await connection.receive()
        assert response.status == 200
        assert response.headers["connection"] == "close"
        assert "transfer-encoding" not in response.headers
        assert await connection.closed() == b""


async def test_who_sends_nothing_more_still_gets_all_answers(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send(DESCRIBED * 3 + HEALTHY)  # the last one has no end
        await connection.end()
        lengths = [len((await connection.receive()).body) for _ in range(3)]
        assert len(set(lengths)) == 1
        assert await connection.closed() == b""


async def test_who_ends_before_asking_is_let_go(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.end()
        assert await connection.closed() == b""


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"TLS/1.0"])
async def test_who_offers_an_upgrade_is_served_on_as_before(
    edge: RawServer, upgrade: bytes
) -> None:
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + upgrade + b"\r\n\r\n"
    async with edge.connection() as connection:
        await connection.send(HEALTHY + offer + HEALTHY + offer + HEALTHY + b"\r\n")
        assert [(await connection.receive()).status for _ in range(3)] == [200] * 3
        await connection.send(HEALTHY + b"\r\n")
        assert (await connection.receive()).status == 200


# Heads


@pytest.mark.parametrize(
    "head",
    [
        b"",
        HOST + HOST,
        HOST + b"host: example.com\r\n",
    ],
    ids=["none", "the same twice", "two"],
)
async def test_a_request_names_one_host(edge: RawServer, head: bytes) -> None:
    async with edge.connection() as connection:
        await connection.send(b"GET /healthz HTTP/1.1\r\n" + head + b"\r\n" + HEALTHY + b"\r\n")
        response = await connection.receive()
        assert (response.status, response.error["code"]) == (400, "malformed_request")
        assert response.headers["cache-control"] == "no-store"
        assert await connection.closed() == b""


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /healthz HTTP/1.1\r\nhost: instantog.com\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHOST:instantog.com\r\nX-Empty:\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: www.instantog.com:8443 \t\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
        b"\r\n\r\nGET /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET http://instantog.com/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET HTTPS://Instantog.com:443/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /healthz? HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /%68ealth%7A?a#b HTTP/1.1\r\n" + HOST + b"\r\n",
    ],
    ids=lambda value: repr(value[:40]),
)
async def test_forms_of_a_request_that_mean_the_same(edge: RawServer, request_head: bytes) -> None:
    response = await edge.ask(request_head)
    assert (response.status, response.body) == (200, b'{"status":"ok"}')


@pytest.mark.parametrize(
    "path", ["//healthz", "/healthz/", "/api//og", "//api/og", "/robots.txt/", "/Api/Og"]
)
async def test_nothing_leads_elsewhere(edge: RawServer, path: str) -> None:
    response = await edge.ask(f"GET {path}?url=x HTTP/1.1\r\n".encode() + HOST + b"\r\n")
    assert response.status in {400, 404}
    assert "location" not in response.headers
    assert response.error["message"]


# Bodies


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 5\r\n\r\nhello",
        b"Content-Length: 5\r\n\r\nhe",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n",
        b"Expect: nonsense\r\nContent-Length: 5\r\n\r\nhello",
    ],
    ids=lambda value: repr(value[:40]),
)
async def test_a_body_is_left_unread_and_said_to_end_the_connection(
    edge: RawServer, body: bytes
) -> None:
    async with edge.connection() as connection:
        await connection.send(HEALTHY + body + HEALTHY + b"\r\n")
        response = await connection.receive()
        assert response.status == 200
        assert response.headers["connection"] == "close"
        assert await connection.closed() == b""


async def test_a_body_of_nothing_is_none(edge: RawServer) -> None:
    async with edge.connection() as connection:
        for _ in range(2):
            await connection.send(HEALTHY + b"Content-Length: 0\r\n\r\n")
            assert (await connection.receive()).status == 200


async def test_who_waits_to_be_told_to_continue_is_answered_at_once(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send(HEALTHY + b"Expect: 100-continue\r\n\r\n")
        assert (await connection.receive()).status == 200


# Many at once


async def test_requests_that_wait_are_counted(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send((HEALTHY + b"\r\n") * (MAX_WAITING_REQUESTS + 1))
        for _ in range(MAX_WAITING_REQUESTS + 1):
            assert (await connection.receive()).status == 200
    async with edge.connection() as connection:
        await connection.send((HEALTHY + b"\r\n") * 2_000)
        for _ in range(MAX_WAITING_REQUESTS + 1):
            assert (await connection.receive()).status == 200
        refused = await connection.receive()
        assert (refused.status, refused.error["code"]) == (400, "malformed_request")
        assert await connection.closed() == b""


async def test_beyond_what_is_kept_connections_end_and_beyond_all_they_are_refused(
    narrow_edge: RawServer,
) -> None:
    request = HEALTHY + b"\r\n"
    async with narrow_edge.connection() as one, narrow_edge.connection() as two:
        for connection in (one, two):
            await connection.send(request)
            assert "connection" not in (await connection.receive()).headers
        async with narrow_edge.connection() as three, narrow_edge.connection() as four:
            await three.send(b"GET")
            await four.send(request)
            assert (await four.receive()).headers["connection"] == "close"
            await four.closed()
            async with narrow_edge.connection() as fifth, narrow_edge.connection() as sixth:
                await fifth.send(b"GET")
                assert await sixth.closed() == b""
        await one.send(request)
        assert (await one.receive()).status == 200


# Slow readers


async def test_who_reads_no_answer_is_hung_up_on(impatient_edge: RawServer) -> None:
    """The kernel's buffers are full, and so is what this process may hold back."""
    async with impatient_edge.connection(receive_buffer_bytes=SMALL_BUFFER_BYTES) as reader:
        await reader.send(DESCRIBED * MAX_WAITING_REQUESTS)
        await eventually(lambda: _sockets_of_server(reader.port))
        await eventually(lambda: not _sockets_of_server(reader.port))
    assert (await impatient_edge.ask(DESCRIBED)).status == 200


@pytest.mark.parametrize("end", [b"", b"Connection: close\r\n"], ids=["kept", "closed"])
async def test_an_answer_that_only_the_kernel_holds_is_dropped_too(
    impatient_edge: RawServer, end: bytes
) -> None:
    async with impatient_edge.connection(receive_buffer_bytes=SMALL_BUFFER_BYTES) as reader:
        await reader.send(DESCRIBED[:-2] + end + b"\r\n")
        await eventually(lambda: _sockets_of_server(reader.port))
        await eventually(lambda: not _sockets_of_server(reader.port))


async def test_who_reads_through_a_small_buffer_gets_all_of_it(impatient_edge: RawServer) -> None:
    async with impatient_edge.connection(receive_buffer_bytes=SMALL_BUFFER_BYTES) as reader:
        whole = len((await impatient_edge.ask(DESCRIBED)).body)
        for _ in range(5):
            await reader.send(DESCRIBED)
            assert len((await reader.receive()).body) == whole


async def test_who_takes_an_answer_in_drips_is_hung_up_on(impatient_edge: RawServer) -> None:
    """Whose window opens again and again, which the kernel takes for progress."""
    async with impatient_edge.connection(receive_buffer_bytes=SMALL_BUFFER_BYTES) as reader:
        whole = len((await impatient_edge.ask(DESCRIBED)).body)
        await reader.send(DESCRIBED * MAX_WAITING_REQUESTS)
        taken = 0
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            async for drip in reader.drips(SMALL_BUFFER_BYTES // 2):
                taken += len(drip)
                await asyncio.sleep(DRIP_INTERVAL_S)
        assert 0 < taken < whole * MAX_WAITING_REQUESTS


def test_nobody_writes_to_who_was_hung_up_on(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """On the loop that we serve on, where to do so is an error."""

    async def scenario() -> None:
        moved = settings.model_copy(update={"http_port": free_ports(1)[0]})
        async with (
            serve(moved, ImpatientProtocol) as server,
            server.connection(receive_buffer_bytes=SMALL_BUFFER_BYTES) as reader,
        ):
            await reader.send(DESCRIBED * MAX_WAITING_REQUESTS)
            await eventually(lambda: _sockets_of_server(reader.port))
            await eventually(lambda: not _sockets_of_server(reader.port))
            assert (await server.ask(DESCRIBED)).status == 200

    uvloop.run(scenario())
    assert "Exception" not in caplog.text
