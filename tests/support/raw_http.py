"""HTTP byte by byte, for what no client library would send."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

ANSWER_TIMEOUT_S = 15


@dataclass(frozen=True)
class RawResponse:
    """An answer: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, str]:
        """The error that the body holds; fails where it is not exactly the documented shape."""
        assert self.headers["content-type"] == "application/json", self
        document: dict[str, Any] = json.loads(self.body)
        assert set(document) == {"error"}, document
        error: dict[str, str] = document["error"]
        assert set(error) == {"code", "message"}, error
        assert error["code"]
        assert error["message"]
        return error


class Connection:
    """One TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.port: int = writer.get_extra_info("sockname")[1]

    async def send(self, data: bytes) -> None:
        """Send bytes; a server that hung up meanwhile is for receive() to notice."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError:
            return

    async def end(self) -> None:
        """Say that nothing more will be sent."""
        self._writer.write_eof()

    def reset(self) -> None:
        """Hang up without a farewell (RST)."""
        client: socket.socket = self._writer.get_extra_info("socket")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def receive(self, *, head: bool = False) -> RawResponse:
        """Read one answer; `head`: to a request with HEAD, so without its body."""
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            status_line, *lines = (await self._reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
            fields = [line.decode().split(": ", 1) for line in lines]
            headers = {name.lower(): value for name, value in fields}
            status = int(status_line.split()[1])
            length = 0 if head or status == 304 else int(headers["content-length"])
            return RawResponse(status, headers, await self._reader.readexactly(length))

    async def drips(self, size_bytes: int) -> AsyncIterator[bytes]:
        """Read at most so many bytes at once, until the server hangs up."""
        with suppress(ConnectionError):
            while drip := await self._reader.read(size_bytes):
                yield drip

    async def closed(self) -> bytes:
        """Wait until the server hangs up; give what it still sent."""
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""


@dataclass(frozen=True)
class RawServer:
    """Where a server listens."""

    host: str
    port: int

    @asynccontextmanager
    async def connection(self, *, receive_buffer_bytes: int = 0) -> AsyncIterator[Connection]:
        """Open a connection and close it after use; 0: a buffer as the system sees fit."""
        reader, writer = await self._open(receive_buffer_bytes)
        try:
            yield Connection(reader, writer)
        finally:
            writer.close()

    async def _open(
        self, receive_buffer_bytes: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not receive_buffer_bytes:
            return await asyncio.open_connection(self.host, self.port)
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        client.setblocking(False)  # noqa: FBT003 - socket's own signature
        await asyncio.get_running_loop().sock_connect(client, (self.host, self.port))
        return await asyncio.open_connection(sock=client, limit=receive_buffer_bytes)

    async def ask(self, data: bytes, *, head: bool = False) -> RawResponse:
        """Send bytes on a connection of their own and read the answer."""
        async with self.connection() as connection:
            await connection.send(data)
            return await connection.receive(head=head)
