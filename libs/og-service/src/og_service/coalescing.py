"""Many small questions as few large ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from opentelemetry.trace import Span

from og_service import context, tracing
from og_service.batching import Batcher
from og_service.expiry import Expiry

Q = TypeVar("Q")
A = TypeVar("A")


class _Asked(NamedTuple, Generic[Q, A]):
    questions: Sequence[Q]
    answers: asyncio.Future[Sequence[A]]
    request_id: str
    span: Span | None


class Coalescer(Generic[Q, A]):
    """Sends what is asked while one batch is under way together, as the next batch.

    `send` answers each question in the order given; what it raises is raised to all who asked. A
    batch holds at most `questions_max`, or one caller's questions; at most `batches_max` are under
    way (see Batcher). Who gave up before their batch left is not asked for. Who asks waits
    `timeout_s` at most; a batch needs a deadline of its own, which `send` sees to. A batch goes by
    the request id of the first who asked, and is a span that all of them share. For one event loop.
    """

    def __init__(
        self,
        send: Callable[[Sequence[Q]], Awaitable[Sequence[A]]],
        questions_max: int,
        batches_max: int = 1,
        timeout_s: float | None = None,
    ) -> None:
        self._send = send
        self._name = getattr(send, "__qualname__", type(send).__name__)
        self._timeout_s = timeout_s
        self._expiry = Expiry(timeout_s, self._give_up) if timeout_s is not None else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._batcher: Batcher[_Asked[Q, A]] = Batcher(
            self._send_batch,
            lambda asked: not asked.answers.done(),
            questions_max,
            batches_max,
            weigh=lambda asked: len(asked.questions),
        )

    async def ask(self, questions: Sequence[Q]) -> Sequence[A]:
        """Give the answers to questions, in their order.

        Raises TimeoutError after timeout_s; the others who wait for the same batch wait on.
        """
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        answers: asyncio.Future[Sequence[A]] = loop.create_future()
        asked = _Asked(questions, answers, context.request_id.get(), tracing.current())
        self._batcher.put(asked, loop)
        if self._expiry is None:
            return await answers
        self._expiry.watch(answers)
        try:
            return await answers
        finally:
            self._expiry.forget(answers)

    async def _send_batch(self, batch: Sequence[_Asked[Q, A]]) -> None:
        context.request_id.set(batch[0].request_id)
        try:
            with tracing.shared(self._name, (asked.span for asked in batch)):
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
            answers.set_exception(
                TimeoutError(f"{self._name}: no answer within {self._timeout_s:g} s")
            )
