from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from og_service import context
from og_service.coalescing import Coalescer


@dataclass
class Far:
    """Answers after it is let; remembers what came in one batch, and under whose request id."""

    batches: list[list[int]] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)
    let: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False

    async def __call__(self, questions: Sequence[int]) -> list[int]:
        self.batches.append(list(questions))
        self.request_ids.append(context.request_id.get())
        await self.let.wait()
        if self.fails:
            raise ConnectionError
        return [-question for question in questions]


async def asked(coalescer: Coalescer[int, int], *each: Sequence[int]) -> list[asyncio.Task[object]]:
    tasks: list[asyncio.Task[object]] = []
    for questions in each:
        tasks.append(asyncio.create_task(coalescer.ask(questions)))
        await asyncio.sleep(0)  # the task asks, and whoever sends takes what there is
        await asyncio.sleep(0)
    return tasks


async def test_what_waits_leaves_together_and_gets_its_own_answers() -> None:
    far = Far()
    coalescer = Coalescer(far, questions_max=100)
    tasks = await asked(coalescer, [1], [2, 3], [], [4])
    far.let.set()
    assert await asyncio.gather(*tasks) == [[-1], [-2, -3], [], [-4]]
    assert far.batches == [[1], [2, 3, 4]]


async def test_a_batch_is_bounded_but_no_callers_questions_are_split() -> None:
    far = Far()
    coalescer = Coalescer(far, questions_max=3)
    tasks = await asked(coalescer, [0], [1, 2], [3], [4], [5, 6, 7, 8], [9])
    far.let.set()
    await asyncio.gather(*tasks)
    assert far.batches == [[0], [1, 2, 3], [4], [5, 6, 7, 8], [9]]


async def test_one_who_leaves_does_not_take_the_others_along() -> None:
    far = Far()
    coalescer = Coalescer(far, questions_max=100)
    leaving, staying = await asked(coalescer, [1], [2])
    leaving.cancel()
    far.let.set()
    assert await staying == [-2]


async def test_who_gave_up_before_the_batch_left_is_not_asked_for() -> None:
    far = Far()
    coalescer = Coalescer(far, questions_max=100)
    first, leaving, staying = await asked(coalescer, [1], [2], [3])
    leaving.cancel()
    far.let.set()
    assert [await first, await staying] == [[-1], [-3]]
    assert far.batches == [[1], [3]]


async def test_so_many_batches_are_under_way_and_no_more() -> None:
    far = Far()
    coalescer = Coalescer(far, questions_max=100, batches_max=2)
    tasks = await asked(coalescer, [1], [2], [3], [4])
    assert far.batches == [[1], [2]]
    far.let.set()
    assert await asyncio.gather(*tasks) == [[-1], [-2], [-3], [-4]]
    assert far.batches == [[1], [2], [3, 4]]
    assert await coalescer.ask([5]) == [-5]


async def test_a_failure_reaches_all_who_asked_and_the_next_batch_is_sent() -> None:
    far = Far(fails=True)
    coalescer = Coalescer(far, questions_max=100)
    tasks = await asked(coalescer, [1], [2], [3])
    far.let.set()
    for task in tasks:
        with pytest.raises(ConnectionError):
            await task
    far.fails = False
    assert await coalescer.ask([4]) == [-4]


async def test_who_has_waited_long_enough_leaves_alone() -> None:
    far = Far()
    coalescer = Coalescer(far, questions_max=100, timeout_s=0.05)
    under_way, waiting = await asked(coalescer, [1], [2])
    for each in (under_way, waiting):
        with pytest.raises(TimeoutError, match=r"Far: no answer within 0\.05 s"):
            await each
    far.let.set()
    assert await coalescer.ask([3]) == [-3]
    assert far.batches == [[1], [3]]  # nobody waited for 2 any more


async def test_a_batch_goes_by_the_request_id_of_its_first_whoever_began_to_send() -> None:
    far = Far()
    coalescer = Coalescer(far, questions_max=100)
    tasks: list[asyncio.Task[object]] = []
    for name in ("first", "second", "third"):
        context.request_id.set(name)
        tasks += await asked(coalescer, [len(tasks)])
    far.let.set()
    await asyncio.gather(*tasks)
    assert far.batches == [[0], [1, 2]]
    assert far.request_ids == ["first", "second"]
