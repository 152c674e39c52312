from __future__ import annotations

import asyncio
from collections.abc import Sequence

from og_service.batching import Batcher

SHORT_S, GENEROUS_S = 0.01, 30.0
CROWD, ROUNDS = 16, 5


async def test_those_who_come_back_at_once_leave_together() -> None:
    batches: list[int] = []
    loop = asyncio.get_running_loop()
    rounds_left = dict.fromkeys(range(CROWD), ROUNDS)
    all_done = asyncio.Event()

    async def send(things: Sequence[int]) -> None:
        batches.append(len(things))
        await asyncio.sleep(0)
        for thing in things:
            rounds_left[thing] -= 1
            if rounds_left[thing]:
                loop.call_soon(batcher.put, thing, loop)
        if not any(rounds_left.values()):
            all_done.set()

    batcher = Batcher(send, lambda _: True, weight_max=100, batches_max=4, late_s=GENEROUS_S)
    for thing in range(CROWD):
        batcher.put(thing, loop)
    async with asyncio.timeout(GENEROUS_S):
        await all_done.wait()
    assert batches == [CROWD] * ROUNDS


async def test_a_batch_that_is_late_holds_up_the_next_no_longer() -> None:
    batches: list[list[int]] = []
    sent, let = asyncio.Semaphore(0), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def send(things: Sequence[int]) -> None:
        batches.append(list(things))
        sent.release()
        await let.wait()

    batcher = Batcher(send, lambda _: True, weight_max=100, batches_max=2, late_s=SHORT_S)
    async with asyncio.timeout(GENEROUS_S):
        batcher.put(1, loop)
        await sent.acquire()
        batcher.put(2, loop)
        batcher.put(3, loop)
        await sent.acquire()  # once the first one is late
        batcher.put(4, loop)
        let.set()
        await sent.acquire()
    assert batches == [[1], [2, 3], [4]]


async def test_what_nobody_wants_any_more_is_dropped() -> None:
    batches: list[list[int]] = []
    sent, let = asyncio.Semaphore(0), asyncio.Event()
    loop = asyncio.get_running_loop()
    wanted = {1, 2, 3}

    async def send(things: Sequence[int]) -> None:
        batches.append(list(things))
        sent.release()
        await let.wait()

    batcher = Batcher(send, wanted.__contains__, weight_max=100)
    async with asyncio.timeout(GENEROUS_S):
        batcher.put(1, loop)
        await sent.acquire()
        batcher.put(2, loop)
        batcher.put(3, loop)
        wanted.discard(2)
        let.set()
        await sent.acquire()
    assert batches == [[1], [3]]
