from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from og_edge.chores import MAX_CHORES, Chores


async def test_what_is_too_much_is_left_undone_and_told_and_later_work_is_done() -> None:
    chores, may_end, done = Chores(), asyncio.Event(), list[int]()

    async def work(number: int) -> None:
        await may_end.wait()
        done.append(number)

    under_way = [chores.later(work(number)) for number in range(MAX_CHORES)]
    with capture_logs() as logs:
        await chores.later(work(MAX_CHORES))
    assert [line["event"] for line in logs].count("chore left undone") == 1
    may_end.set()
    await asyncio.gather(*under_way)
    await chores.later(work(MAX_CHORES + 1))
    assert sorted(done) == [*range(MAX_CHORES), MAX_CHORES + 1]


async def test_a_failure_is_logged_and_is_nobodys() -> None:
    chores = Chores()

    async def fail() -> None:
        raise OSError("no store")

    with capture_logs() as logs:
        await chores.later(fail())
    assert [line["event"] for line in logs].count("chore failed") == 1
    await chores.finish()
