from __future__ import annotations

import asyncio
from functools import partial

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from og_service.background import PAUSE_FIRST_S, kept_going, running
from og_service.metrics import REGISTRY
from tests.support.waiting import eventually


def endings(logs: list[EventDict]) -> list[EventDict]:
    """Of all that is logged in this process, by servers of other tests too."""
    return [line for line in logs if line["event"] == "background work ended"]


async def test_work_runs_as_long_as_its_context_and_has_ended_after_it() -> None:
    begun, told = asyncio.Event(), []

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            told.append("ended")

    async def serve() -> None:
        async with running(work):
            await begun.wait()
            raise KeyError("what the context raises is raised")

    with pytest.raises(KeyError):
        await serve()
    assert told == ["ended"]


async def test_work_that_fails_is_told_of_at_once_and_begun_anew_and_fails_nothing_else() -> None:
    fault = ValueError("a fault of ours")
    tries = []

    async def fail_twice() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise fault
        await asyncio.Event().wait()

    lasting = []

    async def last() -> None:
        lasting.append(1)
        await asyncio.Event().wait()

    with capture_logs() as logs:
        async with running(partial(fail_twice), last):
            await eventually(lambda: len(tries) == 3)
    told = endings(logs)
    assert [line["pause_s"] for line in told] == [PAUSE_FIRST_S, 2 * PAUSE_FIRST_S]
    assert all((line["log_level"], line["exc_info"]) == ("error", fault) for line in told)
    assert lasting == [1]
    name = "test_work_that_fails_is_told_of_at_once_and_begun_anew_and_fails_nothing_else"
    work = {"work": f"{name}.<locals>.fail_twice"}
    assert REGISTRY.get_sample_value("og_background_ended_total", work) == 2


async def test_work_that_has_nothing_to_do_is_not_begun_anew() -> None:
    tries = []

    async def nothing() -> None:
        tries.append(1)

    await kept_going(nothing)  # it would not end
    assert tries == [1]


async def test_work_whose_own_task_was_cancelled_by_others_is_begun_anew() -> None:
    again = asyncio.Event()
    tries = []

    async def work() -> None:
        tries.append(1)
        if len(tries) > 1:
            again.set()
            return
        other = asyncio.get_running_loop().create_future()
        other.cancel()
        await other

    with capture_logs() as logs:
        async with running(work):
            await again.wait()
    assert len(endings(logs)) == 1


async def test_work_that_fails_as_it_is_ended_is_told_of_too() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            raise ValueError("what was left could not be written")

    with capture_logs() as logs:
        async with running(work):
            await begun.wait()
    assert len(endings(logs)) == 1
