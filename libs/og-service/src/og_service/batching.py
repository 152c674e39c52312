"""What comes while one batch is under way leaves together, as the next."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar, cast

T = TypeVar("T")

LOOP_TURNS: Final = 3


class Batcher(Generic[T]):
    """Sends things in batches that weigh `weight_max` at most; `batches_max` are under way.

    Nothing waits for a timer: alone, a thing leaves at once; under load a journey serves everybody
    who waited for it. `send` must not raise. What `is_wanted` denies when its batch leaves is
    dropped. A thing may weigh more than 1, and is never split. With `late_s` one batch is under
    way at a time, as large as can be; a further one leaves beside it only once it is late. For one
    event loop.
    """

    def __init__(
        self,
        send: Callable[[Sequence[T]], Awaitable[None]],
        is_wanted: Callable[[T], bool],
        weight_max: int,
        batches_max: int = 1,
        *,
        late_s: float | None = None,
        weigh: Callable[[T], int] = lambda _: 1,
    ) -> None:
        self._send = send
        self._is_wanted = is_wanted
        self._weight_max = weight_max
        self._weigh = weigh
        self._batches_max = batches_max
        self._late_s = late_s
        self._on_time_max = batches_max if late_s is None else 1
        self._late = 0
        self._waiting: deque[T] = deque()
        self._senders: set[asyncio.Task[None]] = set()

    def put(self, thing: T, loop: asyncio.AbstractEventLoop) -> None:
        """Have a thing sent with the next batch; loop is the running one."""
        self._waiting.append(thing)
        self._start_sender(loop)

    def _start_sender(self, loop: asyncio.AbstractEventLoop) -> None:
        on_time = len(self._senders) - self._late
        if on_time < self._on_time_max and len(self._senders) < self._batches_max:
            # A task of its own, since whoever came first may be cancelled while others wait.
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
                await self._send_watched(batch, loop)
        finally:
            # At once, not when the task is seen to be done: what comes meanwhile would stay.
            self._senders.discard(sender)

    async def _send_watched(self, batch: Sequence[T], loop: asyncio.AbstractEventLoop) -> None:
        if self._late_s is None:
            await self._send(batch)
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
            await self._send(batch)
        finally:
            timer.cancel()
            self._late -= is_late

    def _take_batch(self) -> list[T]:
        batch: list[T] = []
        room = self._weight_max
        while self._waiting and (not batch or self._weigh(self._waiting[0]) <= room):
            thing = self._waiting.popleft()
            if self._is_wanted(thing):
                batch.append(thing)
                room -= self._weigh(thing)
        return batch


async def _let_others_come() -> None:
    """Let the loop turn, so that those who were just answered and ask again go with the next batch.

    No time passes where there is nothing else to do. Without it the first of them leaves alone, and
    all others wait for that: batches of 1 and of n - 1 in turn.
    """
    for _ in range(LOOP_TURNS):
        await asyncio.sleep(0)
