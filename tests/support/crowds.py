from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable


async def all_of(calls: Iterable[Awaitable[None]], at_a_time: int) -> None:
    """Make calls, some at a time, and no more of them than that."""
    waiting = iter(calls)

    async def work() -> None:
        for call in waiting:
            await call

    await asyncio.gather(*(work() for _ in range(at_a_time)))
