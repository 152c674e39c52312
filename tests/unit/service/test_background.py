from __future__ import annotations

import asyncio

import pytest

from og_service.background import running


async def test_work_runs_as_long_as_its_context_and_has_ended_after_it() -> None:
    begun, told = asyncio.Event(), []

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            told.append("ended")

    async def fail() -> None:
        raise ValueError("and nobody else fails with it")

    async def serve() -> None:
        async with running(work(), fail()):
            await begun.wait()
            raise KeyError("what the context raises is raised")

    with pytest.raises(KeyError):
        await serve()
    assert told == ["ended"]
