from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

MAX_THREADS = 128  # threads that wait; a name that answers slowly must not hold up others


class Resolver(Protocol):
    """Turns a host name into addresses."""

    async def resolve(self, host: str) -> Sequence[str]:
        """Return the addresses in order of preference; raise OSError where there are none."""
        ...


class SystemResolver:
    """Asks the operating system, in threads of its own so that slow names delay nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="resolve")

    async def resolve(self, host: str) -> Sequence[str]:
        """Resolve a full name: the final dot keeps search domains out of it."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, f"{host}.")
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that the codec refuses
        raise OSError(str(error)) from None
    return [str(entry[4][0]) for entry in found]
