"""Keeps programs running: whatever dies is started again after a random pause."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from og_stack.supervisor import Program
from tests.support.processes import descendants

PAUSE_MAX_S = 1.5
UP_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 15.0
POLL_INTERVAL_S = 0.05


async def _nothing() -> None:
    return


@dataclass
class Kept:
    """A program, what must be done before each start, and how it runs now."""

    program: Program
    prepare: Callable[[], Awaitable[None]] = _nothing
    process: asyncio.subprocess.Process | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)
    killed: bool = False
    keeping: asyncio.Task[None] | None = None

    @property
    def running(self) -> asyncio.subprocess.Process | None:
        """The process, unless it has ended."""
        return self.process if self.process and self.process.returncode is None else None


class Keeper:
    """Starts, kills and starts again. `kills` counts ours, `deaths` tells of all others."""

    def __init__(self, logs: Path, seed: str) -> None:
        """Name the directory where each program gets a log, and the seed of the pauses."""
        self.kept: dict[str, Kept] = {}
        self.kills: Counter[str] = Counter()
        self.deaths: list[str] = []
        self._logs = logs
        self._seed = seed

    async def start(self, *several: Kept) -> None:
        """Start programs side by side and return when all answer."""
        for kept in several:
            self.kept[kept.program.name] = kept
            kept.keeping = asyncio.create_task(self._keep(kept))
        await self.all_up()

    def kill(self, name: str, *, with_children: bool) -> bool:
        """Kill as `kill -9` does; tell whether there was something to kill."""
        kept = self.kept[name]
        if (running := kept.running) is None:
            return False
        kept.killed = True
        kept.up.clear()
        self.kills[name] += 1
        # By id: PostgreSQL's children are in groups of their own.
        for pid in [running.pid, *(_children_of(running.pid) if with_children else ())]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return True

    def pause(self, name: str) -> bool:
        """Have a program do nothing until resume(); tell whether there was one."""
        return _signal(self.kept[name], signal.SIGSTOP)

    def resume(self, name: str) -> bool:
        """Have a program go on as if no time had passed."""
        return _signal(self.kept[name], signal.SIGCONT)

    def resume_all(self) -> None:
        """Have every program go on."""
        for name in self.kept:
            self.resume(name)

    async def all_up(self) -> None:
        """Wait until every program answers."""
        async with asyncio.timeout(UP_TIMEOUT_S):
            for kept in self.kept.values():
                await kept.up.wait()

    async def stop(self) -> None:
        """Stop everything, what was started last first."""
        for kept in reversed(self.kept.values()):
            if kept.keeping is not None:
                kept.keeping.cancel()
                await asyncio.wait([kept.keeping])
            if (running := kept.running) is not None:
                running.send_signal(kept.program.stop_signal)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(running.wait(), STOP_TIMEOUT_S)
            _end_group(kept)

    async def _keep(self, kept: Kept) -> None:
        pauses = random.Random(f"{self._seed}/{kept.program.name}")
        while True:
            await kept.prepare()
            kept.killed = False
            kept.process = await self._spawn(kept.program)
            answering = asyncio.create_task(self._note_when_up(kept))
            code = await kept.process.wait()
            answering.cancel()
            kept.up.clear()
            if not kept.killed:
                self.deaths.append(f"{kept.program.name} ended by itself with {code}")
            _end_group(kept)
            await asyncio.sleep(pauses.uniform(0, PAUSE_MAX_S))

    async def _spawn(self, program: Program) -> asyncio.subprocess.Process:
        with (self._logs / f"{program.name}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(program.environment),
                cwd=program.working_directory,
                start_new_session=True,
            )

    async def _note_when_up(self, kept: Kept) -> None:
        while not await kept.program.is_ready():  # noqa: ASYNC110 - another process
            await asyncio.sleep(POLL_INTERVAL_S)
        kept.up.set()


def _signal(kept: Kept, number: signal.Signals) -> bool:
    if (running := kept.running) is None:
        return False
    running.send_signal(number)
    return True


def _children_of(pid: int) -> list[int]:
    try:
        return descendants(pid)
    except OSError:  # one of them ended meanwhile
        return []


def _end_group(kept: Kept) -> None:
    """Kill what a program left."""
    if kept.process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(kept.process.pid, signal.SIGKILL)
