"""Heads that do not end, that are none, or that lead round and round."""

from __future__ import annotations

import asyncio

from tests.integration.extract.web import Answer, silence

from .cases import (
    HEAD,
    KIB,
    MIB,
    NO_PAGE,
    TITLE,
    UNREACHABLE,
    Case,
    case,
    head,
    say,
    say_bytewise,
    say_forever,
)

REDIRECT = "302 Found"


def heads() -> dict[str, Case]:
    start = b"HTTP/1.1 200 OK\r\n"
    page = head("connection: close") + HEAD
    return {
        "silence": case(silence),
        "hanging up": case(say()),
        "a byte a second from the start": case(say_bytewise(page, 1)),
        "a byte at a time, then nothing": case(say_bytewise(page, 0.001), TITLE),
        "headers without end": case(say_forever(start, b"x-more: " + b"y" * KIB + b"\r\n")),
        "headers of a byte a second": case(say_forever(start, b"x: y\r\n", 1)),
        "a header without end": case(say_forever(start + b"x: ", b"y" * 64 * KIB)),
        "a header of 10 MiB": case(say(start + b"x: " + b"y" * 10 * MIB + b"\r\n\r\n" + HEAD)),
        "100,000 headers": case(say(start + b"x: y\r\n" * 100_000 + b"\r\n" + HEAD)),
        "10,000 cookies": case(
            say(start + b"set-cookie: a=b\r\n" * 4_000 + b"content-type: text/html\r\n\r\n" + HEAD),
            TITLE,
        ),
        "a status line without end": case(say_forever(b"HTTP/1.1 200 ", b"O" * 64 * KIB)),
        "a status of many digits": case(say(b"HTTP/1.1 " + b"9" * 1_000 + b" OK\r\n\r\n" + HEAD)),
        "status 999": case(say(head(status="999 X") + HEAD)),
        "no status": case(say(b"HTTP/1.1\r\n\r\n" + HEAD)),
        "another protocol": case(say(b"SSH-2.0-OpenSSH_9.0\r\n\r\n")),
        "HTTP/0.9": case(say(HEAD)),
        "HTTP/2 unasked": case(say(b"\0\0\x12\4\0\0\0\0\0" + bytes(18))),
        "a header without colon": case(say(start + b"nonsense\r\n\r\n" + HEAD)),
        "nul in a header": case(say(start + b"x: a\0b\r\n\r\n" + HEAD)),
        "a folded header": case(say(head("x: a\r\n b") + HEAD), TITLE, UNREACHABLE),
        "100 Continue for ever": case(say_forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000)),
        "103 Early Hints for ever": case(
            say_forever(b"", b"HTTP/1.1 103 X\r\nlink: </a>\r\n\r\n" * 2_000)
        ),
        "100 Continue, slowly": case(say_forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.2)),
        "101 Switching Protocols": case(say(head(status="101 Switching Protocols") + HEAD)),
        "204 with a body": case(say(head(status="204 No Content") + HEAD), NO_PAGE),
        "206 of a page": case(say(head(status="206 Partial Content") + HEAD), TITLE),
        "304 unasked": case(say(head(status="304 Not Modified") + HEAD)),
        "TLS is spoken to silence": case(silence, is_https=True),
        "TLS is spoken to HTTP": case(say(page), is_https=True),
        "TLS is answered with noise": case(say_forever(b"\x16\3\3", b"\xff" * KIB), is_https=True),
    }


def redirects() -> dict[str, Case]:
    def to(location: str, *lines: str) -> bytes:
        return head(f"location: {location}", *lines, "content-length: 0", status=REDIRECT)

    found = {
        "to itself": say(to("")),
        "to itself for ever": say(to("/loop")),
        "to a URL that grows": _growing(),
        "to nowhere": say(head("content-length: 0", status=REDIRECT)),
        "to a long URL": say(to("/" + "a" * 60_000)),
        "to 100,000 dots": say(to("../" * 30_000)),
        "to many escapes": say(to("/" + "%41" * 600)),
        "to noise": say(head("content-length: 0", "location: \xff\xfe\xfd", status=REDIRECT)),
        "to two places": say(to("/a", "location: /b")),
        "to a port": say(to("http://127.0.0.1:99999999999/")),
        "to brackets": say(to("http://[" + ":" * 5_000 + "]/")),
        "with many cookies": say(to("/loop", *["set-cookie: a=b; path=/; expires=x"] * 2_000)),
        "with cookies of names": say(to("/loop", *[f"set-cookie: c{n}=v" for n in range(3_000)])),
        "with dates in cookies": say(
            to("/loop", *["set-cookie: a=b; expires=" + "1-" * 30 + " " * 900] * 80)
        ),
        "with an endless body": say_forever(
            head("location: /loop", status=REDIRECT), b"x" * 64 * KIB
        ),
        "with a slow body": say_forever(head("location: /loop", status=REDIRECT), b"x", 0.2),
    }
    return {f"redirect {name}": case(answer) for name, answer in found.items()}


def _growing() -> Answer:
    lengths = iter(range(1, 10**9))

    async def answer(writer: asyncio.StreamWriter) -> None:
        location = "/" + "a" * 300 * next(lengths)
        writer.write(head(f"location: {location}", "content-length: 0", status=REDIRECT))
        await writer.drain()

    return answer


def all_heads() -> dict[str, Case]:
    """List the cases by name."""
    return heads() | redirects()
