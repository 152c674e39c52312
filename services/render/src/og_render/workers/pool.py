"""Worker processes that draw: a fixed number, a bounded queue, each replaceable.

Skia keeps Python's lock while it draws, so that threads gain nothing. A worker that crashes, or
takes too long, costs itself and nothing else: its card is tried once more on another one.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from og_render.cards import Card, Drawing
from og_render.errors import (
    BadPicturesError,
    DrawingFailedError,
    RenderQueueFullError,
    WorkerCrashedError,
    WorkerLostError,
)
from og_render.metrics import STEP_SECONDS, WORKER_ENDS, WORKERS
from og_render.workers import frames
from og_service import tracing
from og_service.queue_metrics import QueueMeter
from og_service.stray_output import relay

log = structlog.get_logger()

# Callers wait three seconds; a card takes 4 to 30 ms, one with the slowest pictures that are let in
# 0.6 to 0.9 s, and endless titles 0.2 s. The rest is for machines that are busy.
MAX_DRAWING_S = 5.0
MAX_START_S = 60.0
MAX_ENDING_S = 1.0
MAX_ATTEMPTS = 2
# Renewed after this many cards: caches inside Skia and ICU are not ours to empty.
MAX_CARDS_PER_WORKER = 5_000
RESTART_PAUSE_S = 0.2
QUEUE_RETRY_AFTER_S = 1.0
# Pictures of the cards that wait; two a card of 6 MiB each would be 12 MiB.
MAX_WAITING_BYTES = 256 * 1024 * 1024
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


class WorkerPool:
    """A fixed number of workers behind one queue."""

    def __init__(self, workers: int, queue_length: int) -> None:
        self._size = workers
        self._queue_length = queue_length
        self._waiting = 0
        self._waiting_bytes = 0
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._drawing: set[asyncio.Task[Drawing]] = set()
        self._meter = QueueMeter("cards", queue_length, lambda: self._waiting)
        WORKERS.set_function(lambda: len(self._workers))

    @property
    def process_ids(self) -> list[int]:
        """The processes that are running now."""
        return sorted(worker.process_id for worker in self._workers if worker.is_alive)

    @property
    def waiting(self) -> int:
        """How many cards wait for a worker."""
        return self._waiting

    async def draw(self, card: Card) -> Drawing:
        """Draw a card on the next free worker.

        A caller that gives up while it waits leaves the queue. One that gives up later leaves a
        card that is finished and dropped, within MAX_DRAWING_S: killing a worker for every
        impatient caller would cost all others more.
        """
        self._demand_room(card)
        crashes = 0
        # At worst all workers are found dead one by one before the card meets a living one.
        for _ in range(self._size + MAX_ATTEMPTS):
            worker = await self._next_worker(card)
            task = asyncio.create_task(self._draw_on(worker, card))
            self._drawing.add(task)
            task.add_done_callback(self._done)
            try:
                return await asyncio.shield(task)
            except BadPicturesError as error:
                log.warning("pictures left out", template=card.template_id, cause=str(error))
                card = card.without_pictures()
            except WorkerLostError:
                log.warning("worker found dead")
            except WorkerCrashedError:
                crashes += 1
                log.warning("worker crashed", template=card.template_id, crashes=crashes)
                if crashes == MAX_ATTEMPTS:
                    raise
        raise WorkerLostError("one worker after the other was found dead")

    def _demand_room(self, card: Card) -> None:
        if not self._idle.empty():
            return
        bytes_then = self._waiting_bytes + card.size_bytes
        if self._waiting >= self._queue_length or bytes_then > MAX_WAITING_BYTES:
            self._meter.refuse()
            raise RenderQueueFullError(
                "Too many cards are waiting to be drawn; try again shortly.",
                retry_after_s=QUEUE_RETRY_AFTER_S,
            )

    async def _next_worker(self, card: Card) -> Worker:
        self._waiting += 1
        self._waiting_bytes += card.size_bytes
        try:
            with tracing.span("wait for a worker"), STEP_SECONDS.labels("wait").time():
                while not (worker := await self._idle.get()).is_alive:
                    pass
        finally:
            self._waiting -= 1
            self._waiting_bytes -= card.size_bytes
        return worker

    async def _draw_on(self, worker: Worker, card: Card) -> Drawing:
        try:
            with tracing.span(
                "draw",
                attributes={"process.pid": worker.process_id, "og.template": card.template_id},
            ):
                drawing = await worker.draw(card)
                tracing.steps(drawing.steps_s)
            for step, took_s in drawing.steps_s.items():
                STEP_SECONDS.labels(step).observe(took_s)
            return drawing
        finally:
            if worker.cards_drawn >= MAX_CARDS_PER_WORKER:
                worker.end_cause = "renewed"
                worker.kill()
            if worker.is_alive:
                self._idle.put_nowait(worker)

    def _done(self, task: asyncio.Task[Drawing]) -> None:
        self._drawing.discard(task)
        if not task.cancelled():
            task.exception()  # read, since its caller may have gone

    async def _keep_one_running(self, first: asyncio.Event) -> None:
        while True:
            try:
                worker = await Worker.start()
            except (OSError, EOFError, TimeoutError, ValueError):
                if not first.is_set():
                    raise  # a machine on which none starts lacks something: say so and stop
                log.exception("worker did not start")
                await asyncio.sleep(RESTART_PAUSE_S)
                continue
            self._workers.add(worker)
            self._idle.put_nowait(worker)
            first.set()
            try:
                await worker.ended()
                WORKER_ENDS.labels(worker.end_cause).inc()
            finally:
                worker.kill()
                self._workers.discard(worker)
                await worker.ended()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the workers running for the length of the context; one is ready when it begins."""
        first = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            keepers = [group.create_task(self._keep_one_running(first)) for _ in range(self._size)]
            try:
                await first.wait()
                yield
            finally:
                for keeper in keepers:
                    keeper.cancel()
