"""Worker processes that draw: a fixed number, a bounded queue, each replaceable.

Skia keeps Python's lock while it draws, so that threads gain nothing. A worker that crashes, or
takes too long, costs itself and nothing else: its card is tried once more on another one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from og_render.cards import Card, Drawing
from og_render.errors import (
    BadPicturesError,
    RenderQueueFullError,
    WorkerCrashedError,
    WorkerLostError,
)
from og_render.metrics import STEP_SECONDS, WORKER_ENDS, WORKERS
from og_render.workers.worker import Worker
from og_service import tracing
from og_service.queue_metrics import QueueMeter

log = structlog.get_logger()

MAX_ATTEMPTS = 2
# Renewed after this many cards: caches inside Skia and ICU are not ours to empty.
MAX_CARDS_PER_WORKER = 5_000
RESTART_PAUSE_S = 0.2
QUEUE_RETRY_AFTER_S = 1.0
# Pictures of the cards that wait; two a card of 6 MiB each would be 12 MiB.
MAX_WAITING_BYTES = 256 * 1024 * 1024


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
                WORKER_ENDS.labels("unstarted").inc()
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
