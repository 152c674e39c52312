"""A real web server over TLS that speaks HTTP/2, and what is needed to trust it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import hypercorn.asyncio
import trustme
from hypercorn.config import Config

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Answer = Callable[[Send], Awaitable[None]]

ALL_PROTOCOLS = ("h2", "http/1.1")


@dataclass(frozen=True)
class Request:
    path: str
    http_version: str
    connection: int
    """The port that the client's end has."""


@dataclass
class TlsWeb:
    """Answers by path; requests are kept for tests to look at."""

    port: int
    make_client_context: Callable[[], ssl.SSLContext]
    """Trusts this server, and nobody else."""
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    running: int = 0
    most_running: int = 0

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"https://{self.target}{path}"

    def page(self, path: str, body: bytes | str, **headers: str) -> str:
        return self.on(path, respond(200, body, **headers))

    def on(self, path: str, answer: Answer) -> str:
        self.answers[path] = answer
        return self.url(path)

    def connections(self) -> set[int]:
        return {request.connection for request in self.requests}

    async def app(self, scope: Any, receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        self.requests.append(Request(scope["path"], scope["http_version"], scope["client"][1]))
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            await self.answers.get(scope["path"], respond(404, "none"))(send)
        finally:
            self.running -= 1


def respond(status: int, body: bytes | str, **headers: str) -> Answer:
    body = body.encode() if isinstance(body, str) else body
    fields = {"content-type": "text/html", "content-length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    pairs = [(name.encode(), value.encode()) for name, value in fields.items()]

    async def answer(send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})

    return answer


class _Config(Config):
    """As hypercorn's, with the context given instead of files."""

    def __init__(self, context: ssl.SSLContext, listener: socket.socket) -> None:
        super().__init__()
        self._context = context
        self.bind = [f"fd://{listener.fileno()}"]
        self.errorlog = None
        self.graceful_timeout = 0.1
        self.shutdown_timeout = 1.0

    @property
    def ssl_enabled(self) -> bool:
        return True

    def create_ssl_context(self) -> ssl.SSLContext:
        return self._context


@asynccontextmanager
async def serve_tls_web(protocols: Sequence[str] = ALL_PROTOCOLS) -> AsyncIterator[TlsWeb]:
    server_context, make_client_context = certified(protocols)
    listener = socket.create_server(("127.0.0.1", 0))
    web = TlsWeb(listener.getsockname()[1], make_client_context)
    end = asyncio.Event()

    async def wait_for_end() -> None:
        await end.wait()

    config = _Config(server_context, listener)
    listener.detach()  # hypercorn's from here on
    serving = asyncio.create_task(
        hypercorn.asyncio.serve(cast("Any", web.app), config, shutdown_trigger=wait_for_end)
    )
    try:
        yield web
    finally:
        end.set()
        await serving


def certified(
    protocols: Sequence[str],
) -> tuple[ssl.SSLContext, Callable[[], ssl.SSLContext]]:
    """Make a server's context, and what makes clients' that trust its authority alone."""
    authority = trustme.CA()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.set_alpn_protocols(list(protocols))
    names = ("127.0.0.1", "shop.example.com", "news.example.com")
    authority.issue_cert(*names).configure_cert(server)

    def make_client_context() -> ssl.SSLContext:
        client = ssl.create_default_context()
        authority.configure_trust(client)
        return client

    return server, make_client_context
