"""The host that was judged is the host that is connected to and asked for."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpcore
import pytest

from og_extract.allowance import Allowance, ByteBudget, Holding
from og_extract.fetch.fetcher import Fetcher
from og_extract.fetch.pauses import Pauses
from og_extract.fetch.transport import GuardedTransport
from og_extract.fetch.wanted import Wanted
from og_extract.limits import MIB
from og_urls import PageUrl, UrlNotAllowedError, is_public, parse_page_url, resolve_url

TEXTS = 6_000
MIN_ACCEPTED = 500
WANTED = Wanted(accept="*/*", accept_encoding="identity", max_bytes=100, may_be_cut=True)
TLS = ssl.create_default_context()
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"

HOSTS = [
    *("example.com", "EXAMPLE.com", "www.example.co.uk", "ex_ample.com", "xn--bcher-kva.de"),
    *("bücher.de", "例え.jp", "faß.de", "☃.net", "a.b-c.d--e.com", "1.com", "0x7f.com", "1e3.com"),
    *("1.1.1.1", "0x01010101", "16843009", "010.1.1.1", "1.1", "[2606:4700::1111]", "127.0.0.1"),
    *(
        "[::ffff:1.1.1.1]",
        "localhost",
        "10.1",
        "①.①.①.①",
        "\uff11.1.1.1",
        "1.1.1.1.",
        "example.com.",
    ),
]
_ASCII = r"""@ : / \ ? # [ ] % . .. - _ & ; , + | ^ %2e %2f %40 %00 %09 %0a %5c %23 %31 %c3%bc
%EF%BC%8E %zz 127.0.0.1 10.0.0.1 localhost ::1 :80 :443 :080 :0 :+80 // http:// https: xn-- xn--a
0x7f user:pw@"""
_OTHER = (
    "\u3002\uff0e\uff61\u2460\u0663\uff10\U0001d7cf\u017f\u212a\xdf\u0130\u0131\xf6\u0301\u05d0\ufdd0"
    "\t\n\r\0 \xa0\xad\u200b\u200d\u202e\u2028\ufeff\ud800\U0010ffff"
)
SHARDS = [*_ASCII.split(), *_OTHER, "e\u0301", ":\u0668\u0660"]


def text_of(rng: random.Random) -> str:
    """Write a URL and spoil it in up to four places."""
    path = rng.choice(["", "/", "/a b", "/a/../b", "/ü?ö=1", "?q", "#f", "/%7e%zz", "//c/d"])
    text = rng.choice(["http", "https", "HTTP"]) + "://" + rng.choice(HOSTS) + path
    for _ in range(rng.choice([0, 1, 1, 1, 2, 4])):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(SHARDS) + text[at + rng.choice([0, 0, 1]) :]
    return text


@dataclass
class Line(httpcore.AsyncNetworkStream):
    """A connection that answers a request and keeps it."""

    sent: bytearray

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        del max_bytes, timeout
        return ANSWER

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        del timeout
        self.sent += buffer

    async def aclose(self) -> None:
        return

    async def start_tls(self, *_: object, **__: object) -> Line:
        return self

    def get_extra_info(self, info: str) -> None:
        del info


@dataclass
class Switchboard(httpcore.AsyncNetworkBackend):
    """Notes where connections are to lead."""

    asked: list[tuple[str, int]] = field(default_factory=list)
    sent: bytearray = field(default_factory=bytearray)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> Line:
        del timeout, local_address, socket_options
        self.asked.append((host, port))
        return Line(self.sent)


async def fetch(url: PageUrl) -> Switchboard:
    """Fetch a URL from nowhere."""
    board = Switchboard()
    async with GuardedTransport(board, lambda: TLS) as transport:
        allowance = Allowance(asyncio.get_running_loop().time() + 5, Holding(ByteBudget(MIB)))
        await Fetcher(transport, Pauses(0), "tests", frozenset()).fetch(url, WANTED, allowance)
    return board


def accepted(texts: Iterable[str]) -> list[tuple[str, PageUrl]]:
    """Give what is not refused, with what is made of it."""
    found = []
    for text in texts:
        try:
            found.append((text, parse_page_url(text)))
        except UrlNotAllowedError:
            continue
    return found


def check_host(host: str) -> None:
    """Check that a host is public as far as anybody can tell, whoever reads it."""
    try:
        address = ip_address(host)
    except ValueError:
        with pytest.raises(OSError):  # noqa: PT011 - no parser takes it for an address either
            socket.inet_aton(host)
        assert set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-_")
        assert not f".{host}".endswith((".localhost", ".local", ".internal", "."))
    else:
        assert str(address) == host
        assert is_public(address)


async def test_what_is_judged_is_what_is_reached(rng: random.Random) -> None:
    found = accepted(text_of(rng) for _ in range(TEXTS))
    assert len(found) > MIN_ACCEPTED
    for text, url in found:
        check_host(url.host)
        assert parse_page_url(url.href) == url, ascii(text)
        parts = urlsplit(url.href)
        assert (parts.scheme, parts.hostname, parts.port) == (url.scheme, url.host, None)
        assert parts.username is None


async def test_what_is_reached_is_what_is_asked_for(rng: random.Random) -> None:
    found = accepted(text_of(rng) for _ in range(TEXTS // 4))
    for text, url in found:
        board = await fetch(url)
        assert board.asked == [(url.host, url.port)], ascii(text)
        request = bytes(board.sent)
        line, *fields = request[: -len(b"\r\n\r\n")].split(b"\r\n")
        method, target, version = line.split(b" ")
        assert (method, version) == (b"GET", b"HTTP/1.1")
        assert target == url.href.removeprefix(url.origin).encode(), ascii(text)
        host = f"[{url.host}]" if ":" in url.host else url.host
        hosts = [it for it in fields if it.lower().startswith(b"host:")]
        assert hosts == [f"Host: {host}".encode()], ascii(text)


def test_a_reference_is_judged_as_what_it_resolves_to(rng: random.Random) -> None:
    """As a redirect or a page gives it: whatever is repaired, the outcome is judged."""
    for _ in range(TEXTS):
        reference = text_of(rng)[rng.choice([0, 0, 5, 7]) :]
        href = resolve_url(reference, "https://www.example.com/a/b?c")
        for _, url in accepted([href] if href is not None else []):
            check_host(url.host)
