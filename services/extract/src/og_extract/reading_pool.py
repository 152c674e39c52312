"""Pages are read in processes of their own.

A parser that follows the HTML standard takes quadratic time for nested elements: 20,000 nested
divs, 100 kB, take a second, 400,000 take minutes, all of it in C code that no other thread can
interrupt. A process can be killed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Self
from urllib.parse import urlsplit

import structlog

from og_extract.read.page import Page
from og_extract.read.source import PageSource
from og_extract.worker import HEADER, pack

log = structlog.get_logger()


START_MAX_S = 30.0


class ReadingError(Exception):
    """A page was too much to read in the time given."""


class _Reader:
    """One worker process, started when first needed and again after its death."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def start(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "og_extract.worker", stdin=PIPE, stdout=PIPE
            )
            async with asyncio.timeout(START_MAX_S):
                await _receive(self._process)
        return self._process

    async def read(self, source: PageSource, timeout_s: float) -> dict[str, Any]:
        try:
            process = await self.start()
            async with asyncio.timeout(timeout_s):
                return await _ask(process, source)
        except BaseException:  # cancelled too: an answer to nobody must not meet the next page
            await self.kill()
            raise

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class ReadingPool:
    """A fixed number of readers; a page waits for a free one."""

    def __init__(self, size: int, parse_s: float) -> None:
        self._free: asyncio.Queue[_Reader] = asyncio.Queue()
        self._readers = [_Reader() for _ in range(size)]
        self._parse_s = parse_s

    async def __aenter__(self) -> Self:
        await asyncio.gather(*(reader.start() for reader in self._readers))
        for reader in self._readers:
            self._free.put_nowait(reader)
        return self

    async def __aexit__(self, *_: object) -> None:
        for reader in self._readers:
            await reader.kill()

    async def read(self, source: PageSource, deadline: float) -> Page | None:
        """Read a page; None where the source is no HTML. Raises ReadingError, TimeoutError."""
        async with asyncio.timeout_at(deadline):
            reader = await self._free.get()
            try:
                answer = await reader.read(source, self._parse_s)
            except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError) as error:
                log.warning(
                    "page not read", host=urlsplit(source.url).hostname, cause=type(error).__name__
                )
                raise ReadingError from None
            finally:
                self._free.put_nowait(reader)
        return Page.from_json(answer["page"]) if answer["page"] is not None else None


async def _ask(process: Process, source: PageSource) -> dict[str, Any]:
    assert process.stdin is not None  # noqa: S101 - a pipe, see start()
    fields = {name: value for name, value in asdict(source).items() if name != "body"}
    process.stdin.write(pack(json.dumps(fields).encode()) + pack(source.body))
    await process.stdin.drain()
    answer: dict[str, Any] = json.loads(await _receive(process))
    return answer


async def _receive(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - a pipe, see start()
    (size,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
    return await process.stdout.readexactly(size)
