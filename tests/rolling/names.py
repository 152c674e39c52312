"""A name server like a cluster's: the name of a headless Service stands for who is ready."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address
from typing import cast

from og_stack.ports import LOOPBACK

TTL_S = 5
"""What a cluster's name server says of a Service."""
_HEAD = struct.Struct(">6H")
_QUESTION_BYTES = 4
_TYPE_A = 1
_NO_SUCH_NAME = 3
_ANSWER = 0x8180
"""An answer, recursion desired and available."""
_NAME_OF_QUESTION = 0xC000 | _HEAD.size
"""RFC 1035, section 4.1.4: the name stands there."""
_RECORD = struct.Struct(">HHHIH4s")


class Names(asyncio.DatagramProtocol):
    """Answers A questions about names by UDP; whatever else is asked has no answer."""

    def __init__(self) -> None:
        self.questions = 0
        self.host, self.port = LOOPBACK, 0
        self._addresses: dict[str, list[IPv4Address]] = {}
        self._transport: asyncio.DatagramTransport

    def add(self, name: str, address: str) -> None:
        """Let a name stand for one address more."""
        self._addresses.setdefault(name, []).append(IPv4Address(address))

    def remove(self, name: str, address: str) -> None:
        """Let a name not stand for an address any more."""
        self._addresses[name].remove(IPv4Address(address))

    def target(self, name: str, port: int) -> str:
        """Give what a gRPC channel needs to ask this server for a name."""
        return f"dns://{self.host}:{self.port}/{name}:{port}"

    @asynccontextmanager
    async def served(self, host: str = LOOPBACK, port: int = 0) -> AsyncIterator[None]:
        """Answer for the length of the context, there or at a port of its own."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, (host, port))
        self.host, self.port = transport.get_extra_info("sockname")
        try:
            yield
        finally:
            transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # its class is no subclass

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self.questions += 1
        self._transport.sendto(self._answer(data), addr)

    def _answer(self, question: bytes) -> bytes:
        number = _HEAD.unpack_from(question)[0]
        name, end = _name(question, _HEAD.size)
        (kind,) = struct.unpack_from(">H", question, end)
        known = self._addresses.get(name)
        addresses = known if known and kind == _TYPE_A else []
        flags = _ANSWER | (_NO_SUCH_NAME if known is None else 0)
        records = [
            _RECORD.pack(_NAME_OF_QUESTION, _TYPE_A, 1, TTL_S, 4, address.packed)
            for address in addresses
        ]
        head = _HEAD.pack(number, flags, 1, len(records), 0, 0)
        return b"".join([head, question[_HEAD.size : end + _QUESTION_BYTES], *records])


def _name(message: bytes, at: int) -> tuple[str, int]:
    """Read a name; give it, and where it ends."""
    labels = []
    while length := message[at]:
        labels.append(message[at + 1 : at + 1 + length].decode().lower())
        at += 1 + length
    return ".".join(labels), at + 1
