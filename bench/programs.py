"""Small servers of the benches' own, as processes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from bench.pages import HOSTS
from og_stack.ports import free_ports

START_TIMEOUT_S = 60


@asynccontextmanager
async def served(
    module: str,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    processes: int = 1,
) -> AsyncIterator[tuple[int, list[int]]]:
    """Run `python -m module PORT arguments` in so many processes that share a port.

    Gives the port and the process ids. Each says a line when it listens.
    """
    (port,) = free_ports(1)
    command = [sys.executable, "-m", module, str(port), *arguments]
    started = [
        await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(processes)
    ]
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            for process in started:
                await _ready(process, module)
        yield port, [process.pid for process in started]
    finally:
        for process in started:
            if process.returncode is None:
                process.kill()
            await process.wait()


@asynccontextmanager
async def pages() -> AsyncIterator[list[str]]:
    """Serve articles at any path of each `host:port` that is given."""
    async with served("bench.pages") as (port, _):
        yield [f"{host}:{port}" for host in HOSTS]


async def _ready(process: asyncio.subprocess.Process, module: str) -> None:
    assert process.stdout  # noqa: S101 - it was started with a pipe
    if not await process.stdout.readline():
        raise RuntimeError(f"{module} has ended; what it said stands above")
