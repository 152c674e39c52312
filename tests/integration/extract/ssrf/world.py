"""A network of its own where every address is local: names, a web, and what is inside."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from ipaddress import IPv4Address
from pathlib import Path

from .dns import Name, NameServer, serve_names
from .inside import is_inside
from .zone import OTHERWISE, PUBLIC, zone

NAME_SERVER = "9.9.9.9"
FIRST_SITE = "45.0.0.0"
SECRET = "SECRET-OF-THE-INSIDE"
HTTP_PORT = 80
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fcffff3f0300050001ffa5f64540"
    "0000000049454e44ae426082"
)
_FILES = {
    "/etc/resolv.conf": f"nameserver {NAME_SERVER}\nsearch inside.com svc.cluster.local\n",
    "/etc/hosts": "127.0.0.1 localhost\n10.0.0.1 in-hosts-file.com in-hosts-file.com.\n",
    "/etc/nsswitch.conf": "hosts: files dns\n",
}
_COMMANDS = (
    "ip link set lo up",
    "ip route add local 0.0.0.0/0 dev lo",
    "ip -6 route add local ::/0 dev lo",
)


def set_up_network() -> None:
    """Make every address local and every name ours, for this process and those it starts."""
    directory = Path(tempfile.mkdtemp(prefix="og-empty-network-"))
    for path, text in _FILES.items():
        own = directory / Path(path).name
        own.write_text(text)
        _run("mount", "--bind", str(own), path)
    for command in _COMMANDS:
        _run(*command.split())


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


class World:
    """Pages of the internet by host and path; inside, every address has the same secret page."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], bytes] = {}
        self._count = itertools.count(int(IPv4Address(FIRST_SITE)))
        self.names = NameServer(zone() | {"decoy.com": Name(((PUBLIC,),))}, OTHERWISE)

    def new_host(self) -> str:
        """Give the internet another site, at an address of its own, which needs no lookup."""
        return str(IPv4Address(next(self._count)))

    def put(self, host: str, path: str, status: int = 200, body: str = "", **headers: str) -> None:
        """Answer so at host and path."""
        fields = {"content-type": "text/html; charset=utf-8", "connection": "close"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        content = body.encode()
        head = f"HTTP/1.1 {status} X\r\n{lines}content-length: {len(content)}\r\n\r\n"
        self._pages[host, path] = head.encode() + content

    def put_picture(self, host: str, path: str) -> None:
        """Put a picture at host and path."""
        head = f"HTTP/1.1 200 X\r\nconnection: close\r\ncontent-length: {len(PNG)}\r\n\r\n"
        self._pages[host, path] = head.encode() + PNG

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, whatever address it came to."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            host = next((it[6:] for it in head if it.lower().startswith("host: ")), "")
            address = writer.get_extra_info("sockname")[0]
            writer.write(_secret(path) if is_inside(address) else self._page(host, path))
            await writer.drain()
        writer.close()

    def _page(self, host: str, path: str) -> bytes:
        nothing = b"HTTP/1.1 404 X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        return self._pages.get((host, path), nothing)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve names, and the web at port 80 of every address; all other ports are closed."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(serve_names(self.names, NAME_SERVER))
            for wildcard in ("0.0.0.0", "::"):  # noqa: S104 - every address of this network
                server = await asyncio.start_server(self.answer, wildcard, HTTP_PORT, backlog=512)
                await stack.enter_async_context(server)
            yield


def _secret(path: str) -> bytes:
    is_picture = path.endswith((".png", ".ico"))
    body = PNG + SECRET.encode() if is_picture else f"<title>{SECRET}</title>".encode()
    kind = "image/png" if is_picture else "text/html"
    head = f"HTTP/1.1 200 X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\nconnection: close\r\n\r\n" + body
