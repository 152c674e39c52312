"""Waiting for a condition instead of for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

POLL_INTERVAL_S = 0.02


def wait_until(condition: Callable[[], object], timeout_s: float = 30) -> None:
    """Return as soon as the condition holds; fail after timeout_s."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {timeout_s} s"
        time.sleep(POLL_INTERVAL_S)


async def eventually(condition: Callable[[], object], timeout_s: float = 30) -> None:
    """As wait_until, while the event loop goes on."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {timeout_s} s"
        await asyncio.sleep(POLL_INTERVAL_S)
