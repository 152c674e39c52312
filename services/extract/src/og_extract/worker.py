"""The process in which pages are read and pictures looked at: a job of two frames in, two out.

The first of each is JSON, the second bytes.
"""

from __future__ import annotations

import gc
import itertools
import json
import math
import resource
import signal
import struct
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Any, BinaryIO

from og_extract.inspection.picture_look import look_at
from og_extract.inspection.tags import read_tags
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource


class Task(StrEnum):
    """What can be done with bytes."""

    PAGE = "page"
    TAGS = "tags"
    PICTURE = "picture"


HEADER = struct.Struct(">I")
READY = b"ready"
MEMORY_MAX_BYTES = 1024 * 1024 * 1024
FIRST_PAGE = PageSource(
    "https://www.example.com/sivu",
    b'<html lang=fi><meta name=date content="3. maaliskuuta 2024"><article><h1>Sivu</h1></article>',
)
"""Takes all that is loaded on first use, so that no page of anybody waits for that; the day is in a
language that a library reads, which takes 0.2 s to load."""
PAGES_A_COLLECTION = 50
"""A page leaves 150 objects in reference cycles, one of which holds its whole tree, in memory
that Python's collector does not see. Left to its own counts it let a reader grow from 50 to 72 MiB
in 3,000 pages of 18 kB; so often, it stays at 52. 50 pages take it 1.5 ms."""
PAGE_CPU_MAX_S = 1  # up to a second more, since the system counts whole ones


def pack(payload: bytes) -> bytes:
    """Put a frame's length before it."""
    return HEADER.pack(len(payload)) + payload


def main() -> None:
    """Say READY, then answer each page in turn until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's reaches all; the parent decides
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a page of a stranger would be in it
    read_page(FIRST_PAGE)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: a collection looks at what pages left, and is quick
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    stdout.write(pack(READY))
    stdout.flush()
    for number in itertools.count(1):
        if (fields := _receive(stdin)) is None:
            break
        body = _receive(stdin) or b""
        _limit_cpu()
        answer, data = _done(body, **json.loads(fields))
        stdout.write(pack(json.dumps(answer).encode()) + pack(data))
        stdout.flush()
        if number % PAGES_A_COLLECTION == 0:
            gc.collect()


def _done(body: bytes, task: str, **fields: Any) -> tuple[dict[str, Any] | None, bytes]:
    """Do a job: its answer for JSON, None where body is not what it should be, and bytes."""
    match Task(task):
        case Task.PAGE:
            page = read_page(PageSource(body=body, **fields))
            return (None if page is None else asdict(page)), b""
        case Task.TAGS:
            tagged = read_tags(PageSource(body=body, **fields))
            return (None if tagged is None else asdict(tagged)), b""
        case Task.PICTURE:
            size, preview = look_at(body)
            return (None if size is None else asdict(size)), preview


def _limit_cpu() -> None:
    """Let the system end this process where a page takes too long: C code heeds nothing else.

    Time of the processor, so that a busy machine fails no page.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    end_s = math.ceil(used.ru_utime + used.ru_stime) + PAGE_CPU_MAX_S
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (end_s, hard))


def _receive(stream: BinaryIO) -> bytes | None:
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    return stream.read(size)


if __name__ == "__main__":
    main()
