"""A web server on loopback whose answers are written byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000 01f15c4890000000d4944415478da63"
    "fcffff3f0300050001ffa5f645400000000049454e44ae426082".replace(" ", "")
)


@dataclass
class Web:
    """Answers by path; requests are kept for tests to look at."""

    host: str = "127.0.0.1"
    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def target(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.target}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def on(self, path: str, answer: Answer) -> str:
        self.answers[path] = answer
        return self.url(path)

    def page(self, path: str, body: str | bytes, **headers: str) -> str:
        return self.on(path, respond(200, body, **headers))

    def redirect(self, path: str, location: str) -> str:
        return self.on(path, respond(302, b"", location=location))

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self.handle_then_close(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def handle_then_close(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            await self.handle(reader, writer)
            writer.close()
            await writer.wait_closed()
        except OSError:
            pass
        finally:
            writer.transport.abort()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.rstrip().split("\r\n")
            path = first.split(" ")[1]
            headers = dict(line.lower().split(": ", 1) for line in lines)
            self.requests.append((path, headers))
            await self.answers.get(path, respond(404, b"none"))(writer)


@asynccontextmanager
async def serve_web(host: str = "127.0.0.1") -> AsyncIterator[Web]:
    web = Web(host)
    server = await asyncio.start_server(web.accept, host, 0)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()
        for task in web.tasks:
            task.cancel()
        await asyncio.gather(*web.tasks, return_exceptions=True)
        await server.wait_closed()


def respond(status: int, body: str | bytes, **headers: str) -> Answer:
    body = body.encode() if isinstance(body, str) else body
    fields = {"content-type": "text/html; charset=utf-8", "content-length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    head = f"HTTP/1.1 {status} X\r\n{lines}connection: close\r\n\r\n".encode("latin-1")

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head + body)
        await writer.drain()

    return answer


def respond_forever(
    chunk: bytes, pause_s: float, *, start: bytes = b"", status: int = 200
) -> Answer:
    """Start as a page does and never end."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} X\r\ncontent-type: text/html\r\n\r\n"
        writer.write(head.encode() + start)
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return answer


def respond_until(event: asyncio.Event, body: bytes, content_type: str = "text/html") -> Answer:
    """Send a page at once, and its end when the event has happened."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n\r\n".encode()

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head + body)
        await event.wait()

    return answer


async def silence(_: asyncio.StreamWriter) -> None:
    """Accept the request and say nothing."""
    await asyncio.Event().wait()
