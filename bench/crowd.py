"""Many clients that ask at the same moment, each on a connection of its own."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self

from og_stack.ports import LOOPBACK

FILES_BESIDE = 200
"""Open files that are no connection of the crowd's."""
ANSWER_TIMEOUT_S = 30
AT_A_TIME = 100
MS = 1_000


@dataclass(frozen=True)
class Answer:
    """What one of them got, and when, from the moment that all asked."""

    status: int
    headers: Mapping[str, str]
    took_ms: float
    error: str = ""
    """What an answer that is no card said."""


class Crowd:
    """Connections to some ports in turns, open inside `async with`."""

    def __init__(self, ports: Sequence[int], size: int) -> None:
        self._ports = [ports[number % len(ports)] for number in range(size)]
        self._connections: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def __aenter__(self) -> Self:
        allow_open_files(len(self._ports) + FILES_BESIDE)
        for start in range(0, len(self._ports), AT_A_TIME):
            some = self._ports[start : start + AT_A_TIME]
            opened = (asyncio.open_connection(LOOPBACK, port) for port in some)
            self._connections += await asyncio.gather(*opened)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for _, writer in self._connections:
            writer.close()

    async def ask(self, path: str, headers: Mapping[str, str]) -> list[Answer]:
        """Have everybody GET path at once, and wait for all of the answers' bytes."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {LOOPBACK}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        begin = time.perf_counter()
        for _, writer in self._connections:
            writer.write(request)
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            return await asyncio.gather(
                *(_answer(reader, begin) for reader, _ in self._connections)
            )


async def _answer(reader: asyncio.StreamReader, begin: float) -> Answer:
    status, headers = parse_head(await reader.readuntil(b"\r\n\r\n"))
    body = await reader.readexactly(int(headers["content-length"]))
    took_ms = (time.perf_counter() - begin) * MS
    error = "" if status == HTTPStatus.OK else json.loads(body)["error"]["message"]
    return Answer(status, headers, took_ms, error)


def parse_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Read a status line and headers, whose names come in small letters."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


def allow_open_files(count: int) -> None:
    """Let this process open so many files at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(count, hard)), hard))
