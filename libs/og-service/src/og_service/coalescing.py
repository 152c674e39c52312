"""Many small questions as few large ones."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar, cast

from og_service import context
from og_service.expiry import Expiry

Q = TypeVar("Q")
A = TypeVar("A")


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
    A batch goes by the request id of the first who asked. For one event loop.
    """

    def __init__(
        self,
        send: Callable[[Sequence[Q]], Awaitable[Sequence[A]]],
        questions_max: int,
        batches_max: int = 1,
        timeout_s: float | None = None,
    ) -> None:
        self._send = send
        self._questions_max = questions_max
        self._batches_max = batches_max
        self._timeout_s = timeout_s
        self._expiry = Expiry(timeout_s, self._give_up) if timeout_s is not None else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[_Asked[Q, A]] = deque()
        self._senders: set[asyncio.Task[None]] = set()

    async def ask(self, questions: Sequence[Q]) -> Sequence[A]:
        """Give the answers to questions, in their order.

        Raises TimeoutError after timeout_s; the others who wait for the same batch wait on.
        """
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        answers: asyncio.Future[Sequence[A]] = loop.create_future()
        self._waiting.append(_Asked(questions, answers, context.request_id.get()))
        if len(self._senders) < self._batches_max:
            # A task of its own, since the caller may be cancelled while others wait.
            self._senders.add(loop.create_task(self._send_all()))
        if self._expiry is None:
            return await answers
        self._expiry.watch(answers)
        try:
            return await answers
        finally:
            self._expiry.forget(answers)

    async def _send_all(self) -> None:
        try:
            while batch := self._take_batch():
                # This task lives as long as there is something to send.
                context.request_id.set(batch[0].request_id)
                await self._send_batch(batch)
        finally:
            # At once, not when the task is seen to be done: what is asked meanwhile would stay.
            self._senders.discard(cast("asyncio.Task[None]", asyncio.current_task()))

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
