from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tests.integration.extract.web import Answer

TITLE = "A quiet page"
HEAD = b"<!doctype html><html><head><title>A quiet page</title></head><body>"
UNREACHABLE = "PAGE_UNREACHABLE"
NO_PAGE = "PAGE_NOT_HTML"
NO_CONTENT = "PAGE_WITHOUT_CONTENT"
KIB, MIB = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True)
class Case:
    """What a server does, and the title or reason that may come of it."""

    answer: Answer
    ends: frozenset[str]
    is_https: bool = False


def case(answer: Answer, *ends: str, is_https: bool = False) -> Case:
    """Make a case; without ends it is unreachable."""
    return Case(answer, frozenset(ends or {UNREACHABLE}), is_https)


def say(*parts: bytes) -> Answer:
    """Send bytes as they are and hang up."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return answer


def say_forever(start: bytes, chunk: bytes, pause_s: float = 0) -> Answer:
    """Send a start and then a chunk again and again."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return answer


def say_bytewise(data: bytes, pause_s: float) -> Answer:
    """Send a byte at a time, then stay silent."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for number in range(len(data)):
            writer.write(data[number : number + 1])
            await writer.drain()
            await asyncio.sleep(pause_s)
        await asyncio.Event().wait()

    return answer


def head(*lines: str, status: str = "200 OK") -> bytes:
    """Write a head; a page's type unless lines say another."""
    given = "".join(f"{line}\r\n" for line in lines)
    kind = "" if "content-type" in given else "content-type: text/html\r\n"
    return f"HTTP/1.1 {status}\r\n{kind}{given}\r\n".encode("latin-1")


def body(data: bytes, *lines: str) -> Answer:
    """Send a page with a true length."""
    return say(head(*lines, f"content-length: {len(data)}", "connection: close") + data)
