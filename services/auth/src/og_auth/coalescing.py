"""Many small questions as few large ones."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Coalescer(Generic[Q, A]):
    """Sends what is asked while one batch is under way together, as the next batch.

    Nothing waits for a timer: alone, a question leaves at once; under load a round trip serves
    everybody who waited for it. `send` answers each question in the order given; what it raises
    is raised to all who asked. A batch holds at most `questions_max`, or one caller's questions.
    """

    def __init__(
        self, send: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], questions_max: int
    ) -> None:
        self._send = send
        self._questions_max = questions_max
        self._waiting: deque[tuple[Sequence[Q], asyncio.Future[Sequence[A]]]] = deque()
        self._sender: asyncio.Task[None] | None = None

    async def ask(self, questions: Sequence[Q]) -> Sequence[A]:
        """Give the answers to questions, in their order."""
        answers: asyncio.Future[Sequence[A]] = asyncio.get_running_loop().create_future()
        self._waiting.append((questions, answers))
        if self._sender is None:
            # A task of its own, since the caller may be cancelled while others wait.
            self._sender = asyncio.create_task(self._send_all())
        return await answers

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                await self._send_batch()
        finally:
            self._sender = None

    async def _send_batch(self) -> None:
        batch = [self._waiting.popleft()]
        size = len(batch[0][0])
        while self._waiting and size + len(self._waiting[0][0]) <= self._questions_max:
            batch.append(self._waiting.popleft())
            size += len(batch[-1][0])
        try:
            answers = await self._send([each for questions, _ in batch for each in questions])
        except Exception as error:  # noqa: BLE001 - it is theirs who asked
            for _, waiting in batch:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        start = 0
        for questions, waiting in batch:
            end = start + len(questions)
            if not waiting.done():
                waiting.set_result(answers[start:end])
            start = end
