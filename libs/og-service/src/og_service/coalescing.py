"""Many small questions as few large ones."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar, cast

from og_service import context
from og_service.expiry import Expiry

Q = TypeVar("Q")
A = TypeVar("A")

LOOP_TURNS: Final = 3


class _Asked(NamedTuple, Generic[Q, A]):
    questions: Sequence[Q]
    answers: asyncio.Future[Sequence[A]]
    request_id: str


class Coalescer(Generic[Q, A]):
    """Sends what is asked while one batch is under way together, as the next batch.

    Nothing waits for a timer: alone, a question leaves at once; under load a round trip serves
    everybody who waited for it. `send` answers each question in the order given; what it raises
    is raised to all who asked. A batch holds at most `questions_max`, or one caller's questions;
    at most `batches_max` are under way. Who gave up before their batch left is not asked for.
    Who asks waits `timeout_s` at most; a batch needs a deadline of its own, which `send` sees to.
    With `late_s` one batch is under way at a time, as large as can be; a further one leaves beside
    it only once it is late. A batch goes by the request id of the first who asked. For one event
    loop.
    """

    def __init__(
        self,
        send: Callable[[Sequence[Q]], Awaitable[Sequence[A]]],
        questions_max: int,
        batches_max: int = 1,
        timeout_s: float | None = None,
        late_s: float | None = None,
    ) -> None:
        self._send = send
        self._questions_max = questions_max
        self._batches_max = batches_max
        self._timeout_s = timeout_s
        self._expiry = Expiry(timeout_s, self._give_up) if timeout_s is not None else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[_Asked[Q, A]] = deque()
        self._senders: set[asyncio.Task[None]] = set()
        self._late_s = late_s
        self._on_time_max = batches_max if late_s is None else 1
        self._late = 0

    async def ask(self, questions: Sequence[Q]) -> Sequence[A]:
        """Give the answers to questions, in their order.

        Raises TimeoutError after timeout_s; the others who wait for the same batch wait on.
        """
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        answers: asyncio.Future[Sequence[A]] = loop.create_future()
        self._waiting.append(_Asked(questions, answers, context.request_id.get()))
        self._start_sender(loop)
        if self._expiry is None:
            return await answers
        self._expiry.watch(answers)
        try:
            return await answers
        finally:
            self._expiry.forget(answers)

    def _start_sender(self, loop: asyncio.AbstractEventLoop) -> None:
        on_time = len(self._senders) - self._late
        if on_time < self._on_time_max and len(self._senders) < self._batches_max:
            # A task of its own, since the caller may be cancelled while others wait.
            self._senders.add(loop.create_task(self._send_all(loop)))

    async def _send_all(self, loop: asyncio.AbstractEventLoop) -> None:
        sender = cast("asyncio.Task[None]", asyncio.current_task(loop))
        try:
            while len(self._senders) - self._late <= self._on_time_max:
                if self._late_s is not None:
                    await _let_others_come()
                if not (batch := self._take_batch()):
                    break
                # This task lives as long as there is something to send.
                context.request_id.set(batch[0].request_id)
                await self._send_watched(batch, loop)
        finally:
            # At once, not when the task is seen to be done: what is asked meanwhile would stay.
            self._senders.discard(sender)

    async def _send_watched(
        self, batch: Sequence[_Asked[Q, A]], loop: asyncio.AbstractEventLoop
    ) -> None:
        if self._late_s is None:
            await self._send_batch(batch)
            return
        is_late = False

        def note_lateness() -> None:
            nonlocal is_late
            is_late = True
            self._late += 1
            if self._waiting:
                self._start_sender(loop)

        timer = loop.call_later(self._late_s, note_lateness)
        try:
            await self._send_batch(batch)
        finally:
            timer.cancel()
            self._late -= is_late

    def _take_batch(self) -> list[_Asked[Q, A]]:
        batch: list[_Asked[Q, A]] = []
        room = self._questions_max
        while self._waiting and (not batch or len(self._waiting[0].questions) <= room):
            asked = self._waiting.popleft()
            if not asked.answers.done():
                batch.append(asked)
                room -= len(asked.questions)
        return batch

    async def _send_batch(self, batch: Sequence[_Asked[Q, A]]) -> None:
        try:
            answers = await self._send([each for asked in batch for each in asked.questions])
        except Exception as error:  # noqa: BLE001 - it is theirs who asked
            for asked in batch:
                if not asked.answers.done():
                    asked.answers.set_exception(error)
            return
        start = 0
        for asked in batch:
            end = start + len(asked.questions)
            if not asked.answers.done():
                asked.answers.set_result(answers[start:end])
            start = end

    def _give_up(self, answers: asyncio.Future[Sequence[A]]) -> None:
        if not answers.done():
            whose = getattr(self._send, "__qualname__", type(self._send).__name__)
            answers.set_exception(TimeoutError(f"{whose}: no answer within {self._timeout_s:g} s"))


async def _let_others_come() -> None:
    """Let the loop turn, so that those who were just answered and ask again go with the next batch.

    No time passes where there is nothing else to do. Without it the first of them leaves alone, and
    all others wait for that: batches of 1 and of n - 1 in turn.
    """
    for _ in range(LOOP_TURNS):
        await asyncio.sleep(0)
