"""How the apps that ours is compared with are served."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

import uvicorn
from starlette.types import ASGIApp, Send

from og_stack.ports import LOOPBACK

BACKLOG_CONNECTIONS = 2_048
HEADERS_FILE, BODY_FILE = "headers.json", "body"


@dataclass(frozen=True)
class Prepared:
    """An answer of ours, to be repeated as it is."""

    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what write() left in a folder."""
        named: dict[str, str] = json.loads((folder / HEADERS_FILE).read_text())
        headers = [(name.encode(), value.encode()) for name, value in named.items()]
        return cls(headers, (folder / BODY_FILE).read_bytes())

    def write(self, folder: Path) -> None:
        """Leave it in a folder, for the processes that give it."""
        named = {name.decode(): value.decode() for name, value in self.headers}
        (folder / HEADERS_FILE).write_text(json.dumps(named))
        (folder / BODY_FILE).write_bytes(self.body)

    async def send(self, send: Send) -> None:
        """Answer with it."""
        start = {"type": "http.response.start", "status": 200, "headers": self.headers}
        await send(cast("Any", start))
        await send({"type": "http.response.body", "body": self.body})


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say one line when it listens."""
        await super().startup(sockets)
        print("ready", flush=True)


def serve(
    app: ASGIApp, port: int, *, hosts: Sequence[str] = (LOOPBACK,), lifespan: bool = False
) -> None:
    """Serve on a port that processes share, as fast as uvicorn can: nothing is logged."""
    config = uvicorn.Config(
        cast("Any", app),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on" if lifespan else "off",
        access_log=False,
        log_level="warning",
        server_header=False,
        backlog=BACKLOG_CONNECTIONS,
    )
    _Server(config).run(sockets=[_listening(host, port) for host in hosts])


def _listening(host: str, port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
    return listening
