from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from og_service.background import running
from tests.support.waiting import eventually


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
        async with running(work()):
            await begun.wait()
            raise KeyError("what the context raises is raised")

    with pytest.raises(KeyError):
        await serve()
    assert told == ["ended"]


async def test_work_that_fails_is_told_of_at_once_and_fails_nothing_else() -> None:
    fault = ValueError("a fault of ours")

    async def fail() -> None:
        raise fault

    async def last() -> None:
        await asyncio.Event().wait()

    with capture_logs() as logs:
        async with running(fail(), last()):
            await eventually(lambda: bool(logs))
    [line] = logs
    assert (line["event"], line["log_level"]) == ("background work ended", "error")
    assert line["exc_info"] is fault


async def test_work_that_fails_as_it_is_ended_is_told_of_too() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            raise ValueError("what was left could not be written")

    with capture_logs() as logs:
        async with running(work()):
            await begun.wait()
    assert [line["event"] for line in logs] == ["background work ended"]
