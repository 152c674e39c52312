from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def within(work: Awaitable[T], *patience_s: float) -> T:
    """Give work's result, or raise TimeoutError after the sum of patience_s.

    Unlike asyncio.timeout it does not wait for work to end: a driver may need long to take back
    what it began on a connection that hangs. With more than one patience the loop reads what has
    arrived between them, so that a loop that was busy does not take its own delay for work's.
    """
    task = asyncio.ensure_future(work)
    try:
        for timeout_s in patience_s:
            done, _ = await asyncio.wait({task}, timeout=timeout_s)
            if done:
                return task.result()
        raise TimeoutError
    finally:
        task.cancel()
