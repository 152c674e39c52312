"""`python -m og_extract jsonl`: reads pages from standard input; no network.

Pages are read as the service reads them: in a process that is ended where one takes too long.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, BinaryIO

import structlog
import uvloop

from og_extract.batch.lines import BadLineError, parse_line, read_lines
from og_extract.batch.result import result_of
from og_extract.read.choosing.page import Page
from og_extract.read.kinds.page_kind import PageKind
from og_extract.read.source import PageSource
from og_extract.reading_pool import ReadersBusyError, ReadingError, ReadingPool
from og_service.pipes import results_on_stdout
from og_service.progress import Progress
from og_urls import registrable_host

READ_MAX_S = 30.0
"""By the clock on the wall, on a busy machine; worker.py bounds the processor's time."""
RESTART_MAX_S = 60.0
"""Waiting for a reader in place of one that a page before has cost."""
INTERRUPTED = 130
"""Exit status, as shells give it."""
TOO_MUCH = "simplify the page: reading it takes more time or memory than one page gets"
_MS = 1000

Read = Callable[[PageSource], Page | None]


def run() -> None:
    """Answer every line of standard input on standard output, in order."""
    # What becomes of a page stands in its answer.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        with results_on_stdout(), _reader() as read:
            answer_lines(sys.stdin.buffer, sys.stdout.buffer, read)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def answer_lines(lines: BinaryIO, answers: BinaryIO, read: Read) -> None:
    """Write an answer for each line, at once."""
    failed = 0
    with Progress("pages") as progress:
        for line in read_lines(lines):
            answer = _answer(line, read)
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()
            failed += answer["result"] is None
            progress.advance(note=f"{failed:,} not read" if failed else "")


def _answer(line: bytes | None, read: Read) -> dict[str, Any]:
    try:
        page_line = parse_line(line)
    except BadLineError as error:
        return {"id": error.line_id, "result": None, "error": str(error), "ms": 0.0}
    started = time.perf_counter()
    answer: dict[str, Any] = {"id": page_line.id}
    try:
        page = read(page_line.source)
        answer["result"] = result_of(page)
        if page is not None and page.kind is not PageKind.CONTENT:
            answer["kind"] = page.kind.value
    except (ReadingError, ReadersBusyError):
        answer |= {"result": None, "error": TOO_MUCH}
    answer["ms"] = round((time.perf_counter() - started) * _MS, 3)
    return answer


@contextmanager
def _reader() -> Iterator[Read]:
    registrable_host("example.com")  # loads the list of suffixes before a page waits for it
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        opened = AsyncExitStack()
        pool = runner.run(opened.enter_async_context(ReadingPool(1, READ_MAX_S)))

        async def read(source: PageSource) -> Page | None:
            now = asyncio.get_running_loop().time()
            return await pool.read(source, now + READ_MAX_S + RESTART_MAX_S)

        try:
            yield lambda source: runner.run(read(source))
        finally:
            runner.run(opened.aclose())
