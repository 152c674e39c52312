"""A name server over UDP and TCP (RFC 1035) that answers whatever a test tells it to."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from ipaddress import ip_address
from typing import cast

MAX_UDP_BYTES = 512
_ANSWER = 0x8180
_TRUNCATED = 0x0200
_INTERNET = 1


class Kind(IntEnum):
    """Types of records."""

    A = 1
    CNAME = 5
    AAAA = 28


class Code(IntEnum):
    """How a question went."""

    DONE = 0
    SERVER_FAILED = 2
    NO_SUCH_NAME = 3
    REFUSED = 5


@dataclass(frozen=True, slots=True)
class Name:
    """What a name answers."""

    rounds: tuple[tuple[str, ...], ...] = ((),)
    """Its addresses the first time that it is asked for, the second and so on; the last stays."""
    aliases: tuple[str, ...] = ()
    """Names that stand between it and its addresses."""
    ttl_s: int = 300
    code: Code = Code.DONE
    is_silent: bool = False
    is_huge_by_udp: bool = False
    """Sends what does not fit as if it did, instead of asking to be asked by TCP."""


@dataclass(frozen=True, slots=True)
class Question:
    """The one question of a message."""

    number: int
    name: str
    kind: int
    wire: bytes


class NameServer:
    """Answers by a zone; every name that the zone does not know has the address of otherwise."""

    def __init__(self, zone: Mapping[str, Name], otherwise: Name) -> None:
        self._zone = zone
        self._otherwise = otherwise
        self.asked: Counter[tuple[str, int]] = Counter()

    def reply(self, message: bytes, *, by_udp: bool) -> bytes | None:
        """Answer a message; None is silence."""
        question = _question(message)
        name = self._zone.get(question.name, self._otherwise)
        nth = self.asked[question.name, question.kind]
        self.asked[question.name, question.kind] += 1
        if name.is_silent:
            return None
        records = _records(question, name, nth)
        whole = _message(question, name.code, records)
        if by_udp and len(whole) > MAX_UDP_BYTES and not name.is_huge_by_udp:
            return _message(question, name.code, [], _TRUNCATED)
        return whole


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self._server.reply(data, by_udp=True)
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, addr)


@asynccontextmanager
async def serve_names(server: NameServer, address: str) -> AsyncIterator[None]:
    """Answer at port 53 of address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                (size,) = struct.unpack(">H", await reader.readexactly(2))
                reply = server.reply(await reader.readexactly(size), by_udp=False)
                if reply is not None:
                    writer.write(struct.pack(">H", len(reply)) + reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    loop = asyncio.get_running_loop()
    datagrams, _ = await loop.create_datagram_endpoint(
        lambda: _Datagrams(server), local_addr=(address, 53)
    )
    try:
        async with await asyncio.start_server(answer, address, 53):
            yield
    finally:
        datagrams.close()


def _question(message: bytes) -> Question:
    (number,) = struct.unpack(">H", message[:2])
    labels, at = [], 12
    while size := message[at]:
        labels.append(message[at + 1 : at + 1 + size].decode("latin-1").lower())
        at += size + 1
    (kind,) = struct.unpack(">H", message[at + 1 : at + 3])
    return Question(number, ".".join(labels), kind, message[12 : at + 5])


def _records(question: Question, name: Name, nth: int) -> list[bytes]:
    owner, records = question.name, []
    for alias in name.aliases:
        records.append(_record(owner, Kind.CNAME, name.ttl_s, _labels(alias)))
        owner = alias
    addresses = map(_written, name.rounds[min(nth, len(name.rounds) - 1)])
    return records + [
        _record(owner, kind, name.ttl_s, packed)
        for kind, packed in addresses
        if kind == question.kind
    ]


@cache
def _written(address: str) -> tuple[Kind, bytes]:
    parsed = ip_address(address)
    return Kind.A if parsed.version == 4 else Kind.AAAA, parsed.packed


def _record(owner: str, kind: Kind, ttl_s: int, data: bytes) -> bytes:
    return _labels(owner) + struct.pack(">HHIH", kind, _INTERNET, ttl_s, len(data)) + data


def _labels(name: str) -> bytes:
    parts = [label.encode("latin-1") for label in name.split(".")]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def _message(question: Question, code: Code, records: list[bytes], flags: int = 0) -> bytes:
    head = struct.pack(">6H", question.number, _ANSWER | flags | code, 1, len(records), 0, 0)
    return head + question.wire + b"".join(records)
