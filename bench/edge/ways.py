"""The ways to an answer that are compared, as processes that listen."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import cpu_us_by_kind
from bench.system import System
from og_stack.ports import free_ports

BARE, BARE_MANY, OURS, NAIVE = "bare", "bare, as many", "ours", "three hops"
START_TIMEOUT_S = 60
APP = "app"


@dataclass(frozen=True)
class Way:
    """Where it answers, and all processes that work for it, by kind."""

    name: str
    ports: Sequence[int]
    roots: Mapping[str, Sequence[int]]
    is_charged: bool

    def cpu_us(self) -> dict[str, float]:
        """Tell the processor time that each kind took so far."""
        return cpu_us_by_kind(self.roots)


@asynccontextmanager
async def bare(name: str, folder: Path, processes: int) -> AsyncIterator[Way]:
    """Serve the same bytes from memory."""
    async with _app("bare", [str(folder)], {}, processes) as (port, pids):
        yield Way(name, [port], {APP: pids}, is_charged=False)


@asynccontextmanager
async def naive(
    system: System, folder: Path, object_name: str, processes: int
) -> AsyncIterator[Way]:
    """Serve by one RPC to authorize, one object and one RPC to charge for each request."""
    environment = system.edge_environment()
    async with _app("naive", [str(folder), object_name], environment, processes) as (port, pids):
        roots = {kind: pids for kind, pids in system.roots().items() if kind != "edge"}
        yield Way(NAIVE, [port], {**roots, APP: pids}, is_charged=True)


def ours(system: System) -> Way:
    """Give the product as a way."""
    return Way(OURS, system.edge_ports, system.roots(), is_charged=True)


@asynccontextmanager
async def _app(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], processes: int
) -> AsyncIterator[tuple[int, list[int]]]:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", f"bench.edge.{module}", str(port), *arguments]
    started = [
        await asyncio.create_subprocess_exec(
            *command, env=environment or None, stdout=asyncio.subprocess.PIPE
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


async def _ready(process: asyncio.subprocess.Process, module: str) -> None:
    assert process.stdout  # noqa: S101 - it was started with a pipe
    if not await process.stdout.readline():
        raise RuntimeError(f"bench.edge.{module} has ended; what it said stands above")
