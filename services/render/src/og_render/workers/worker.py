"""A worker process that draws, as the one that gives it cards sees it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

from og_render.cards import Card, Drawing
from og_render.errors import (
    BadPicturesError,
    DrawingFailedError,
    WorkerCrashedError,
    WorkerLostError,
)
from og_render.workers import frames
from og_service.stray_output import relay

# Callers wait three seconds; a card takes 4 to 30 ms, one with the slowest pictures that are let in
# 0.6 to 0.9 s, and endless titles 0.2 s. The rest is for machines that are busy.
MAX_DRAWING_S = 5.0
MAX_START_S = 60.0
MAX_ENDING_S = 1.0
# How a worker ends whose decoder took too long, crashed, or asked for more memory than there is.
_ENDS_BY_PICTURES = frozenset(
    {-signal.SIGPROF, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, frames.OUT_OF_MEMORY_STATUS}
)
# Workers open files of strangers: they are told nothing that a caller's token could be among.
_TOLD_TO_WORKERS = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "TMPDIR")

# glibc gives every large block back at once, and a card's pixels are then mapped in anew page by
# page, which takes as long as scaling a photograph (mallopt(3)). Kept: at most 128 MiB.
ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 1024 * 1024),
}


class Worker:
    """One process and the pipes to it. It draws one card at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process
        assert process.stderr is not None  # noqa: S101 - it was started with a pipe
        self._relay = asyncio.create_task(relay(process.stderr, "worker", process.pid))
        self._is_broken = False
        self.cards_drawn = 0
        self.end_cause = "lost"

    @classmethod
    async def start(cls) -> Worker:
        """Start a process and wait until its fonts are loaded."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "og_render.workers.process",
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=_worker_environment(),
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(MAX_START_S):
                await worker._answer()
        except BaseException:
            worker.kill()
            await worker.ended()
            raise
        return worker

    @property
    def process_id(self) -> int:
        """The operating system's number for it."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be given a card."""
        stdout = self._process.stdout
        ended = stdout is None or stdout.at_eof() or self._process.returncode is not None
        return not (ended or self._is_broken)

    async def draw(self, card: Card) -> Drawing:
        """Draw one card; the worker does not survive a card that takes too long."""
        is_taken = False
        try:
            async with asyncio.timeout(MAX_DRAWING_S):
                await self._give(card)
                is_taken = True
                answer = await self._answer()
        except (TimeoutError, OSError, EOFError, ValueError) as error:
            if isinstance(error, EOFError):
                await self._end_by_itself()
            self.kill()
            await self.ended()
            raise self._loss(card, error, is_taken=is_taken) from error
        self.cards_drawn += 1
        if isinstance(answer, Drawing):
            return answer
        raise DrawingFailedError(answer.traceback if isinstance(answer, frames.Failure) else "")

    def kill(self) -> None:
        """End the process at once."""
        self._is_broken = True
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        """Wait for the process's end."""
        await self._process.wait()

    async def _end_by_itself(self) -> None:
        """Wait for a process that has closed its pipe; killing it then could hide the cause."""
        self._is_broken = True
        with suppress(TimeoutError):
            async with asyncio.timeout(MAX_ENDING_S):
                await self.ended()

    def _loss(self, card: Card, error: Exception, *, is_taken: bool) -> Exception:
        status = self._process.returncode
        told = f"worker {self.process_id} ended with {status}"
        if not is_taken:
            return WorkerLostError(told)
        is_typical = isinstance(error, TimeoutError) or status in _ENDS_BY_PICTURES
        if is_typical and card.size_bytes:
            self.end_cause = "pictures"
            return BadPicturesError(told)
        self.end_cause = "crashed"
        return WorkerCrashedError(told)

    async def _give(self, card: Card) -> None:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - it was started with a pipe
        stdin.write(frames.card_frame(card))
        await stdin.drain()
        await self._answer()

    async def _answer(self) -> frames.Answer:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - it was started with a pipe
        header = await stdout.readexactly(frames.ANSWER_HEADER.size)
        head_length, body_length = frames.ANSWER_HEADER.unpack(header)
        if head_length + body_length > frames.MAX_ANSWER_BYTES:
            raise ValueError("a worker answered more than it may")
        head = await stdout.readexactly(head_length)
        return frames.read_answer(head, await stdout.readexactly(body_length))


def _worker_environment() -> dict[str, str]:
    told = {name: os.environ[name] for name in _TOLD_TO_WORKERS if name in os.environ}
    return told | ALLOCATOR
