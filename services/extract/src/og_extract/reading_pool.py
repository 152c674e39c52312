"""Pages are read in processes of their own.

A parser that follows the HTML standard takes quadratic time for nested elements: 20,000 nested
divs, 100 kB, take a second, 400,000 take minutes, all of it in C code that no other thread can
interrupt. A process can be killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict
from typing import Any, Self
from urllib.parse import urlsplit

import structlog

from og_extract.gate import SiteGates
from og_extract.limits import MAX_WAITING_PER_SITE
from og_extract.read.choosing.page import Page
from og_extract.read.source import PageSource
from og_extract.worker import HEADER, pack

log = structlog.get_logger()

START_MAX_S = 60.0
RESTART_PAUSE_S = 1.0
# Readers parse pages of strangers in C: they are told nothing that a caller's token could be among.
_READER_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


class ReadingError(Exception):
    """A page was too much to read in the time given."""


class ReadersBusyError(Exception):
    """No reader came free in the time given."""


class _Reader:
    """One worker process."""

    def __init__(self) -> None:
        self._process: Process | None = None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def process_id(self) -> int:
        """The operating system's number for it; 0 while there is none."""
        return self._process.pid if self._process is not None else 0

    async def start(self) -> None:
        """Start the process anew and wait until it is ready."""
        await self.kill()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "og_extract.worker",
            stdin=PIPE,
            stdout=PIPE,
            env={name: os.environ[name] for name in _READER_ENVIRONMENT if name in os.environ},
        )
        async with asyncio.timeout(START_MAX_S):
            await _receive(self._process)

    async def read(self, source: PageSource, timeout_s: float) -> dict[str, Any]:
        """Read a page; whatever cuts this short ends the process.

        Its late answer must not meet the next page.
        """
        assert self._process is not None  # noqa: S101 - only started readers are free
        try:
            async with asyncio.timeout(timeout_s):
                return await _ask(self._process, source)
        except BaseException:
            await self.kill()
            raise

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class ReadingPool:
    """A fixed number of readers; a page waits for a free one.

    Pages of one site get all readers but one, so that a site whose pages take long leaves that to
    the others.
    """

    def __init__(self, size: int, parse_s: float) -> None:
        self._free: asyncio.Queue[_Reader] = asyncio.Queue()
        self._readers = [_Reader() for _ in range(size)]
        self._restarts: set[asyncio.Task[None]] = set()
        self._readings: set[asyncio.Task[Page | None]] = set()
        self._sites = SiteGates(max(size - 1, 1), MAX_WAITING_PER_SITE)
        self._parse_s = parse_s

    @property
    def process_ids(self) -> list[int]:
        """The processes that run now."""
        return sorted(reader.process_id for reader in self._readers if reader.is_alive)

    async def __aenter__(self) -> Self:
        await asyncio.gather(*(reader.start() for reader in self._readers))
        for reader in self._readers:
            self._free.put_nowait(reader)
        return self

    async def __aexit__(self, *_: object) -> None:
        for tasks in (self._readings, self._restarts):  # a reading that ends may begin a restart
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(reader.kill() for reader in self._readers))

    async def read(self, source: PageSource, deadline: float) -> Page | None:
        """Read a page; None where the source is no HTML.

        Raises ReadersBusyError, ReadingError, ExtractQueueFullError. A page not read by deadline
        is read on without its caller, within the reader's own bounds: to end a reader for each
        impatient caller would cost all others more.
        """
        try:
            async with asyncio.timeout_at(deadline):
                reading = await self._begun(source)
        except TimeoutError:
            raise ReadersBusyError from None
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(reading)
        except TimeoutError:
            raise ReadingError from None

    async def _begun(self, source: PageSource) -> asyncio.Task[Page | None]:
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._sites.entered(_host_of(source)))
            reader = await self._free.get()
            while not reader.is_alive:  # it was killed while it had nothing to do
                self._give_back(reader)
                reader = await self._free.get()
            reading = asyncio.create_task(self._read_on(reader, source, held.pop_all()))
        self._readings.add(reading)
        reading.add_done_callback(self._ended)
        return reading

    async def _read_on(
        self, reader: _Reader, source: PageSource, held: AsyncExitStack
    ) -> Page | None:
        async with held:
            try:
                answer = await reader.read(source, self._parse_s)
            except (
                TimeoutError,
                OSError,
                RuntimeError,  # uvloop's, for writing to a process that has just ended
                asyncio.IncompleteReadError,
                ValueError,
            ) as error:
                log.warning("page not read", host=_host_of(source), cause=type(error).__name__)
                raise ReadingError from None
            finally:
                self._give_back(reader)
        return Page.from_json(answer["page"]) if answer["page"] is not None else None

    def _ended(self, reading: asyncio.Task[Page | None]) -> None:
        self._readings.discard(reading)
        if not reading.cancelled():
            reading.exception()  # read, since its caller may have gone

    def _give_back(self, reader: _Reader) -> None:
        if reader.is_alive:
            self._free.put_nowait(reader)
            return
        # In a task of its own: no caller's deadline may cut a start short, or no start would
        # ever end on a machine under load.
        task = asyncio.create_task(self._restart(reader))
        self._restarts.add(task)
        task.add_done_callback(self._restarts.discard)

    async def _restart(self, reader: _Reader) -> None:
        while not reader.is_alive:
            try:
                await reader.start()
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                log.exception("reader not started")
                await asyncio.sleep(RESTART_PAUSE_S)
        self._free.put_nowait(reader)


def _host_of(source: PageSource) -> str:
    return urlsplit(source.url).hostname or ""


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
