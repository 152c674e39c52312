"""Throws every case at a service process while neighbours ask for pages of their own."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

from og.extract.v1 import extract_pb2 as pb
from og_extract.fetch.connections import MAX_KEPT_CONNECTIONS
from tests.integration.extract.service import Extract
from tests.support.crowds import all_of
from tests.support.processes import descendants
from tests.support.waiting import eventually

from .bodies import all_bodies
from .cases import HEAD, TITLE, Case, body
from .heads import all_heads
from .pictures import all_pictures
from .readings import all_readings

FIRST_ADDRESS = IPv4Address("127.1.0.1")
CALL_TIMEOUT_S = 6.0
FETCHES_AT_A_TIME = 16
READINGS_AT_A_TIME = 2
NEIGHBOURS = 4
NEIGHBOUR_PAUSE_S = 0.05
SAMPLE_PAUSE_S = 0.05
NEIGHBOUR_TIMEOUT_S = 10.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Seen:
    """What was seen of one case."""

    outcome: str
    seconds: float


@dataclass
class Run:
    """What was seen of all."""

    cases: dict[str, Seen] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    neighbours_s: list[float] = field(default_factory=list)
    failed_neighbours: list[str] = field(default_factory=list)
    service_bytes: list[int] = field(default_factory=list)
    readers_bytes: list[int] = field(default_factory=list)
    files_before: int = 0
    files_after: int = 0
    is_alive: bool = False


class Servers:
    """A server for each case, at an address of its own, and one for the neighbours."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._next = FIRST_ADDRESS
        self.urls: dict[str, str] = {}
        self.calm_url = ""
        self.targets: list[str] = []

    async def start(self, name: str, it: Case) -> None:
        """Serve a case."""
        self.urls[name] = await self._serve(it)

    async def start_calm(self) -> None:
        self.calm_url = await self._serve(Case(body(HEAD), frozenset({TITLE})))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    async def _serve(self, it: Case) -> str:
        host, self._next = str(self._next), self._next + 1

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(_serve_one(it, reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        server = await asyncio.start_server(accept, host, 0)
        self._stack.push_async_callback(server.wait_closed)
        self._stack.callback(server.close)
        target = f"{host}:{server.sockets[0].getsockname()[1]}"
        self.targets.append(target)
        return f"{'https' if it.is_https else 'http'}://{target}/"


async def _serve_one(it: Case, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        if not it.is_https:
            await reader.readuntil(b"\r\n\r\n")
        await it.answer(writer)
        writer.close()
        await writer.wait_closed()
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.transport.abort()


@asynccontextmanager
async def servers() -> AsyncIterator[Servers]:
    """Serve all cases."""
    it = Servers()
    try:
        await it.start_calm()
        for name, found in (PAGES | PICTURES | READINGS).items():
            await it.start(name, found)
        for name in PICTURES:
            tag = f'<meta property="og:image" content="{it.urls[name]}">'
            await it.start(f"naming {name}", Case(body(HEAD + tag.encode()), frozenset()))
        yield it
    finally:
        await it.close()


def _named(kind: str, cases: Mapping[str, Case]) -> dict[str, Case]:
    return {f"{kind}: {name}": it for name, it in cases.items()}


PAGES = _named("body", all_bodies()) | _named("head", all_heads())
PICTURES = _named("picture", all_pictures())
READINGS = _named("reading", all_readings())


async def throw_all(extract: Extract, where: Servers) -> Run:
    """Try every case once."""
    run = Run()
    pid = extract.process.pid
    _sample(run, pid)
    run.files_before = _open_files(pid)
    numbers = itertools.count()
    async with _beside(_watch(run, pid)), AsyncExitStack() as stack:
        for _ in range(NEIGHBOURS):
            await stack.enter_async_context(_beside(_ask_calmly(extract, where, run, numbers)))
        await all_of(_fetches(extract, where, run), FETCHES_AT_A_TIME)
        await all_of(_readings(extract, where, run), READINGS_AT_A_TIME)
        await all_of(_inspections(extract, where, run), READINGS_AT_A_TIME)
    with suppress(AssertionError):
        await eventually(lambda: _open_files(pid) <= run.files_before + MAX_KEPT_CONNECTIONS)
    run.files_after = _open_files(pid)
    run.is_alive = extract.process.returncode is None
    return run


def _fetches(extract: Extract, where: Servers, run: Run) -> Iterable[Coroutine[None, None, None]]:
    for name, it in PAGES.items():
        yield _page(extract, where, run, name, it)
    for name, it in PICTURES.items():
        yield _picture(extract, where, run, name, it)


def _readings(extract: Extract, where: Servers, run: Run) -> Iterable[Coroutine[None, None, None]]:
    for name, it in READINGS.items():
        yield _page(extract, where, run, name, it)


def _inspections(
    extract: Extract, where: Servers, run: Run
) -> Iterable[Coroutine[None, None, None]]:
    for name in (*READINGS, *(f"naming {name}" for name in PICTURES)):
        yield _inspection(extract, where, run, name)


async def _page(extract: Extract, where: Servers, run: Run, name: str, it: Case) -> None:
    start = time.monotonic()
    outcome = await extract.page(where.urls[name], timeout_s=CALL_TIMEOUT_S)
    _note(run, name, it, outcome.title, start)


async def _picture(extract: Extract, where: Servers, run: Run, name: str, it: Case) -> None:
    start = time.monotonic()
    outcome = await extract.images(("image", where.urls[name]), timeout_s=CALL_TIMEOUT_S)
    ends = [pb.ImageOutcome.Name(image.outcome) for image in outcome.images]
    _note(run, name, it, "".join(ends).removeprefix("IMAGE_OUTCOME_") or outcome.reason, start)


async def _inspection(extract: Extract, where: Servers, run: Run, name: str) -> None:
    """Whatever comes of a page or its pictures is told, within the same bounds."""
    start = time.monotonic()
    outcome = await extract.inspect(where.urls[name], timeout_s=CALL_TIMEOUT_S)
    run.cases[f"inspected {name}"] = Seen(outcome.reason, time.monotonic() - start)
    if outcome.answer is None and outcome.reason != "EXTRACT_QUEUE_FULL":
        run.wrong[f"inspected {name}"] = outcome.reason


def _note(run: Run, name: str, it: Case, outcome: str, start: float) -> None:
    run.cases[name] = Seen(outcome, time.monotonic() - start)
    if outcome not in it.ends:
        run.wrong[name] = outcome


async def _ask_calmly(extract: Extract, where: Servers, run: Run, numbers: Iterator[int]) -> None:
    while True:
        start = time.monotonic()
        url = f"{where.calm_url}?{next(numbers)}"  # another page each time
        outcome = await extract.page(url, timeout_s=NEIGHBOUR_TIMEOUT_S)
        run.neighbours_s.append(time.monotonic() - start)
        if outcome.title != TITLE:
            run.failed_neighbours.append(outcome.title)
        await asyncio.sleep(NEIGHBOUR_PAUSE_S)


async def _watch(run: Run, pid: int) -> None:
    while True:
        _sample(run, pid)
        await asyncio.sleep(SAMPLE_PAUSE_S)


def _sample(run: Run, pid: int) -> None:
    run.service_bytes.append(_resident_bytes(pid))
    run.readers_bytes.append(max(map(_resident_bytes, descendants(pid)), default=0))


def _open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _resident_bytes(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    return 0


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Let work go on for the length of the context."""
    task = asyncio.create_task(work)
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
