"""Servers that send much framing and little content, and HTTP/2 that is none."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import h2.config
import h2.connection
import h2.events
import pytest
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
)

from og_extract.limits import Limits

from .conftest import ServeExtract
from .tls_web import certified
from .web import Web, serve_web

TITLE = "A quiet page"
PAGE = f"<!doctype html><title>{TITLE}</title>".encode()
UNREACHABLE = "PAGE_UNREACHABLE"
HEAD = [(":status", "200"), ("content-type", "text/html")]
LIMITS = Limits(page_fresh_s=0, pause_s=0, call_s=5.0)

Send = Callable[[bytes], Awaitable[None]]
Answer = Callable[["Exchange"], Awaitable[None]]


@dataclass
class Exchange:
    """One request over HTTP/2, to be answered frame by frame."""

    server: h2.connection.H2Connection
    stream_id: int
    send: Send

    async def head(self, headers: list[tuple[str, str]] | None = None) -> None:
        self.server.send_headers(self.stream_id, headers or HEAD)
        await self.send(self.server.data_to_send())

    async def frames(self, *frames: Frame) -> None:
        await self.send(b"".join(frame.serialize() for frame in frames))

    async def flood(self, frame: Frame) -> None:
        """Send a frame again and again until the client has had enough."""
        burst = frame.serialize() * 1_000
        while True:
            await self.send(burst)


@dataclass
class H2Web:
    target: str
    make_client_context: Callable[[], ssl.SSLContext]
    answer: Answer

    @property
    def url(self) -> str:
        return f"https://{self.target}/"


@asynccontextmanager
async def serve_frames(answer: Answer, http1_page: bytes = b"") -> AsyncIterator[H2Web]:
    """Answer over HTTP/2 as given, and over HTTP/1.1 with a page, if any."""
    server_context, make_client_context = certified(["h2", "http/1.1"] if http1_page else ["h2"])

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        if writer.get_extra_info("ssl_object").selected_alpn_protocol() == "http/1.1":
            await reader.readuntil(b"\r\n\r\n")
            await send(b"HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n" + http1_page)
            writer.close()
            return
        server = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        server.initiate_connection()
        with suppress(OSError):
            await send(server.data_to_send())
            while data := await reader.read(65_536):
                for event in server.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        await web.answer(Exchange(server, event.stream_id, send))
                await send(server.data_to_send())
        writer.transport.abort()

    serving = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=server_context)
    web = H2Web(f"127.0.0.1:{serving.sockets[0].getsockname()[1]}", make_client_context, answer)
    async with serving:
        yield web


@pytest.fixture
async def calm() -> AsyncIterator[Web]:
    """A site whose pages come at once."""
    async with serve_web("127.0.0.2") as web:
        web.page("/", PAGE)
        yield web


async def pings(exchange: Exchange) -> None:
    await exchange.flood(PingFrame(0, opaque_data=b"12345678"))


async def settings(exchange: Exchange) -> None:
    await exchange.flood(SettingsFrame(0, settings={SettingsFrame.MAX_CONCURRENT_STREAMS: 1}))


async def empty_frames(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.flood(DataFrame(exchange.stream_id))


async def continuations(exchange: Exchange) -> None:
    await exchange.frames(HeadersFrame(exchange.stream_id, data=b"\x88"))
    await exchange.flood(ContinuationFrame(exchange.stream_id, data=b""))


async def long_headers(exchange: Exchange) -> None:
    await exchange.head([*HEAD, *((f"x-{n}", "y" * 1_000) for n in range(100))])


async def no_status(exchange: Exchange) -> None:
    exchange.server.config.validate_outbound_headers = False
    await exchange.head([("content-type", "text/html")])


async def odd_status(exchange: Exchange) -> None:
    exchange.server.config.validate_outbound_headers = False
    await exchange.head([(":status", "two hundred")])


async def reset(exchange: Exchange) -> None:
    await exchange.frames(RstStreamFrame(exchange.stream_id, error_code=1))


async def farewell(exchange: Exchange) -> None:
    await exchange.frames(GoAwayFrame(0, last_stream_id=0, error_code=0))


async def promise(exchange: Exchange) -> None:
    await exchange.frames(
        PushPromiseFrame(exchange.stream_id, 2, data=b"\x88", flags=["END_HEADERS"])
    )


async def huge_frame(exchange: Exchange) -> None:
    while True:  # it says that it has 16 MiB, and a client's buffer for it is nobody's budget
        await exchange.send(b"\xff" * 10_000)


async def stranger(exchange: Exchange) -> None:
    await exchange.frames(DataFrame(exchange.stream_id + 2, b"not asked for"))


@pytest.mark.parametrize(
    "answer",
    [
        pings,
        settings,
        empty_frames,
        continuations,
        long_headers,
        no_status,
        odd_status,
        reset,
        farewell,
        promise,
        huge_frame,
        stranger,
    ],
)
async def test_http2_that_leads_nowhere_is_unreachable(
    serve_extract: ServeExtract, answer: Answer, calm: Web
) -> None:
    async with (
        serve_frames(answer) as web,
        serve_extract(web, calm, limits=LIMITS, make_ssl_context=web.make_client_context) as client,
    ):
        hostile = [asyncio.create_task(client.outcome(web.url)) for _ in range(2)]
        for _ in range(5):
            assert await client.outcome(calm.url("/")) == TITLE
        assert await asyncio.gather(*hostile) == [UNREACHABLE] * 2
        assert await client.outcome(calm.url("/")) == TITLE


async def test_a_page_in_frames_of_a_byte_is_read_as_far_as_it_is_worth_it(
    serve_extract: ServeExtract, calm: Web
) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.head()
        await exchange.frames(DataFrame(exchange.stream_id, PAGE))
        await exchange.flood(DataFrame(exchange.stream_id, b" "))

    async with (
        serve_frames(answer) as web,
        serve_extract(web, calm, limits=LIMITS, make_ssl_context=web.make_client_context) as client,
    ):
        slow = asyncio.create_task(client.outcome(web.url))
        for _ in range(5):
            assert await client.outcome(calm.url("/")) == TITLE
        assert await slow == TITLE


async def test_a_page_in_chunks_of_a_byte_is_read_as_far_as_it_is_worth_it(
    serve_extract: ServeExtract, calm: Web
) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n")
        writer.write(b"transfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(PAGE), PAGE))
        while not writer.is_closing():
            writer.write(b"1\r\n \r\n" * 10_000)
            await writer.drain()

    async with (
        serve_web() as web,
        serve_extract(web, calm, limits=LIMITS) as client,
    ):
        url = web.on("/chunks", answer)
        slow = asyncio.create_task(client.outcome(url))
        for _ in range(5):
            assert await client.outcome(calm.url("/")) == TITLE
        assert await slow == TITLE


async def test_a_kept_connection_that_its_server_closed_is_made_anew(
    serve_extract: ServeExtract, calm: Web
) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.head()
        exchange.server.send_data(exchange.stream_id, PAGE, end_stream=True)
        await exchange.send(exchange.server.data_to_send())
        exchange.server.close_connection()
        await exchange.send(exchange.server.data_to_send())

    async with (
        serve_frames(answer) as web,
        serve_extract(web, calm, limits=LIMITS, make_ssl_context=web.make_client_context) as client,
    ):
        assert [await client.outcome(web.url) for _ in range(3)] == [TITLE] * 3


@pytest.mark.parametrize("answer", [farewell, reset, odd_status, promise])
async def test_a_server_that_speaks_http2_badly_is_asked_in_http1(
    serve_extract: ServeExtract, answer: Answer
) -> None:
    async with (
        serve_frames(answer, http1_page=PAGE) as web,
        serve_extract(web, limits=LIMITS, make_ssl_context=web.make_client_context) as client,
    ):
        assert await client.outcome(web.url) == TITLE
