"""Pages are read, and pictures looked at, in processes of their own.

A parser that follows the HTML standard takes quadratic time for nested elements: 20,000 nested
divs, 100 kB, take a second, 400,000 take minutes, all of it in C code that no other thread can
interrupt. A decoder of pictures may crash. A process can be killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

import structlog

from og_extract.gate import SiteGates
from og_extract.inspection.picture_size import PictureSize
from og_extract.inspection.tags import TaggedPage
from og_extract.limits import MAX_WAITING_PER_SITE
from og_extract.metrics import READER_ENDS
from og_extract.read.choosing.page import Page
from og_extract.read.source import PageSource
from og_extract.worker import HEADER, Task, pack
from og_service import tracing
from og_service.background import kept_going
from og_service.stray_output import relay

log = structlog.get_logger()

START_MAX_S = 60.0
RESTART_PAUSE_S = 1.0
# Readers parse pages of strangers in C: they are told nothing that a caller's token could be among.
_READER_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


class ReadingError(Exception):
    """A page or picture was too much to read in the time given."""


class ReadersBusyError(Exception):
    """No reader came free in the time given."""


@dataclass(frozen=True, slots=True)
class _Job:
    """Something to be done with bytes that came from a host."""

    task: Task
    host: str
    body: bytes
    fields: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of_page(cls, task: Task, source: PageSource) -> Self:
        fields = {name: value for name, value in asdict(source).items() if name != "body"}
        return cls(task, urlsplit(source.url).hostname or "", source.body, fields)


_Answer: TypeAlias = tuple[dict[str, Any] | None, bytes]
"""What came of a job, None where its bytes are not what they should be; and bytes."""


class _Reader:
    """One worker process."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._relay: asyncio.Task[None] | None = None

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
            stderr=PIPE,
            env={name: os.environ[name] for name in _READER_ENVIRONMENT if name in os.environ},
        )
        if self._process.stderr is not None:
            relaying = relay(self._process.stderr, "reader", self._process.pid)
            self._relay = asyncio.create_task(relaying)
        async with asyncio.timeout(START_MAX_S):
            await _receive(self._process)

    async def do(self, job: _Job, timeout_s: float) -> _Answer:
        """Have a job done; whatever cuts this short ends the process.

        Its late answer must not meet the next job.
        """
        assert self._process is not None  # noqa: S101 - only started readers are free
        try:
            async with asyncio.timeout(timeout_s):
                return await _ask(self._process, job)
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
    """A fixed number of readers; a page or a picture waits for a free one.

    Those of one site get all readers but one, so that a site whose pages take long leaves that to
    the others.
    """

    def __init__(self, size: int, parse_s: float) -> None:
        self._free: asyncio.Queue[_Reader] = asyncio.Queue()
        self._readers = [_Reader() for _ in range(size)]
        self._restarts: set[asyncio.Task[None]] = set()
        self._readings: set[asyncio.Task[_Answer]] = set()
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
        """Read a page; None where the source is no HTML. Raises as _done does."""
        fields, _ = await self._done(_Job.of_page(Task.PAGE, source), deadline)
        return None if fields is None else Page.from_json(fields)

    async def read_tags(self, source: PageSource, deadline: float) -> TaggedPage | None:
        """Read a page's tags; None where the source is no HTML. Raises as _done does."""
        fields, _ = await self._done(_Job.of_page(Task.TAGS, source), deadline)
        return None if fields is None else TaggedPage.from_json(fields)

    async def look_at(
        self, data: bytes, host: str, deadline: float
    ) -> tuple[PictureSize | None, bytes]:
        """Look at a picture, see picture_look.py. Raises as _done does."""
        fields, preview = await self._done(_Job(Task.PICTURE, host, data), deadline)
        return (None if fields is None else PictureSize(**fields)), preview

    async def _done(self, job: _Job, deadline: float) -> _Answer:
        """Have a job done by a reader that comes free.

        Raises ReadersBusyError, ReadingError, ExtractQueueFullError. What is not done by deadline
        is gone on with without its caller, within the reader's own bounds: to end a reader for
        each impatient caller would cost all others more.
        """
        try:
            with tracing.span("wait for a reader"):
                async with asyncio.timeout_at(deadline):
                    doing = await self._begun(job)
        except TimeoutError:
            raise ReadersBusyError from None
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(doing)
        except TimeoutError:
            raise ReadingError from None

    async def _begun(self, job: _Job) -> asyncio.Task[_Answer]:
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._sites.entered(job.host))
            reader = await self._free.get()
            while not reader.is_alive:  # it was killed while it had nothing to do
                self._give_back(reader)
                reader = await self._free.get()
            doing = asyncio.create_task(self._go_on(reader, job, held.pop_all()))
        self._readings.add(doing)
        doing.add_done_callback(self._ended)
        return doing

    async def _go_on(self, reader: _Reader, job: _Job, held: AsyncExitStack) -> _Answer:
        async with held:
            try:
                with tracing.span(
                    f"read {job.task.value}", attributes={"process.pid": reader.process_id}
                ):
                    return await reader.do(job, self._parse_s)
            except (
                TimeoutError,
                OSError,
                RuntimeError,  # uvloop's, for writing to a process that has just ended
                asyncio.IncompleteReadError,
                ValueError,
            ) as error:
                log.warning(
                    "page not read",
                    task=job.task.value,
                    host=job.host,
                    cause=type(error).__name__,
                )
                raise ReadingError from None
            finally:
                self._give_back(reader)

    def _ended(self, reading: asyncio.Task[_Answer]) -> None:
        self._readings.discard(reading)
        if not reading.cancelled():
            reading.exception()  # read, since its caller may have gone

    def _give_back(self, reader: _Reader) -> None:
        if reader.is_alive:
            self._free.put_nowait(reader)
            return
        READER_ENDS.inc()
        # In a task of its own: no caller's deadline may cut a start short, or no start would
        # ever end on a machine under load.
        task = asyncio.create_task(kept_going(partial(self._restart, reader)))
        self._restarts.add(task)
        task.add_done_callback(self._restarts.discard)

    async def _restart(self, reader: _Reader) -> None:
        while not reader.is_alive:
            try:
                await reader.start()
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                READER_ENDS.inc()
                log.exception("reader not started")
                await asyncio.sleep(RESTART_PAUSE_S)
        self._free.put_nowait(reader)


async def _ask(process: Process, job: _Job) -> _Answer:
    assert process.stdin is not None  # noqa: S101 - a pipe, see start()
    fields = {"task": job.task.value} | job.fields
    process.stdin.write(pack(json.dumps(fields).encode()) + pack(job.body))
    await process.stdin.drain()
    answer: dict[str, Any] | None = json.loads(await _receive(process))
    return answer, await _receive(process)


async def _receive(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - a pipe, see start()
    (size,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
    return await process.stdout.readexactly(size)
