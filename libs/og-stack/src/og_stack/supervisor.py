"""Starts programs in order, restarts those that die, stops all in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from og_service.settings import CONFIG_EXIT_STATUS
from og_stack.output import LinePipe, Output

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
    from pathlib import Path
    from typing import Any

START_TIMEOUT_S = 240.0
"""Two busy cores took over 60 for the largest service; one that dies is seen at once."""
STILL_STARTING_S = 30.0
"""How often it is told that a program is waited for."""
STOP_TIMEOUT_S = 15.0
DRAIN_TIMEOUT_S = 1.0
POLL_INTERVAL_S = 0.05
BACKOFF_FIRST_S = 0.2
BACKOFF_MAX_S = 5.0
MAX_DEATHS = 5
DEATH_WINDOW_S = 60.0


class SupervisorError(Exception):
    """A program did not start, died too often, or may not die at all."""


@dataclass(frozen=True)
class Program:
    """A program to keep running.

    is_ready tells whether it answers; where restarts is false its death stops everything.
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str]
    working_directory: Path
    stop_signal: signal.Signals = signal.SIGTERM
    restarts: bool = True


@dataclass
class Child:
    """A program as it runs now."""

    program: Program
    process: asyncio.subprocess.Process | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_DEATHS))
    pipe: LinePipe | None = None
    watcher: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process id; ProcessLookupError while the program is down."""
        if self.process is None or self.process.returncode is not None:
            raise ProcessLookupError(f"{self.program.name} is not running")
        return self.process.pid

    def send(self, number: signal.Signals) -> None:
        """Signal the process, if it runs."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill_group(self) -> None:
        """Kill the process and what it started, also when it is gone itself."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Runs programs until one fails for good or stop() is called."""

    def __init__(self, output: Output) -> None:
        """Say where the programs' output goes."""
        self.children: dict[str, Child] = {}
        self._stages: list[list[Child]] = []
        self._output = output
        self._failure: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._hurry = asyncio.Event()

    def say(self, text: str) -> None:
        """Write a line of our own."""
        self._output.line("stack", text)

    async def start(self, *programs: Program) -> None:
        """Start programs side by side and return when all answer; SupervisorError if not."""
        stage = [Child(program) for program in programs]
        self._stages.append(stage)
        self.children.update({child.program.name: child for child in stage})
        for child in stage:
            child.watcher = asyncio.create_task(self._keep_running(child))
        for child in stage:
            await self._unless_failed(child.up.wait())

    async def failed(self) -> None:
        """Wait until the system cannot go on and raise SupervisorError with the reason."""
        await asyncio.shield(self._failure)

    def hurry(self) -> None:
        """Make a stop() under way kill instead of waiting."""
        self._hurry.set()

    async def stop(self) -> None:
        """Stop everything, what was started last first."""
        for stage in reversed(self._stages):
            await asyncio.gather(*(self._stop(child) for child in stage))
        self._stages.clear()
        if self._failure.done():
            self._failure.exception()  # told already, or of no interest any more

    async def _keep_running(self, child: Child) -> None:
        while True:
            await self._spawn(child)
            assert child.process is not None  # noqa: S101 - for the type checker
            waiting = asyncio.create_task(self._note_when_up(child))
            code = await child.process.wait()
            waiting.cancel()
            child.up.clear()
            child.kill_group()
            if not self._may_restart(child, code):
                return
            await asyncio.sleep(min(BACKOFF_FIRST_S * 2 ** (len(child.deaths) - 1), BACKOFF_MAX_S))

    async def _spawn(self, child: Child) -> None:
        program = child.program
        child.pipe = LinePipe(self._output, program.name)
        write_end = await child.pipe.open()
        try:
            child.process = await asyncio.create_subprocess_exec(
                *program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                env=dict(program.environment),
                cwd=program.working_directory,
                start_new_session=True,
            )
        except OSError as error:
            self._fail(f"{program.name} cannot be started: {error}")
            raise
        finally:
            os.close(write_end)

    async def _note_when_up(self, child: Child) -> None:
        """Mark the child once it answers; one that never does is killed, which is a death."""
        deadline = time.monotonic() + START_TIMEOUT_S
        told = time.monotonic() + STILL_STARTING_S
        while not await child.program.is_ready():
            if time.monotonic() > told:
                told += STILL_STARTING_S
                self.say(f"{child.program.name} is still starting")
            if time.monotonic() > deadline:
                self.say(
                    f"{child.program.name} does not answer {START_TIMEOUT_S:.0f} s after start"
                )
                child.send(signal.SIGKILL)
                return
            await asyncio.sleep(POLL_INTERVAL_S)
        child.up.set()
        self.say(f"{child.program.name} is up")

    def _may_restart(self, child: Child, code: int) -> bool:
        name = child.program.name
        now = time.monotonic()
        child.deaths.append(now)
        while now - child.deaths[0] > DEATH_WINDOW_S:
            child.deaths.popleft()
        if not child.program.restarts:
            self._fail(f"{name} died ({_manner(code)}); run anew: only services are restarted here")
        elif code == CONFIG_EXIT_STATUS:
            self._fail(f"{name} refuses its settings, as it says above")
        elif len(child.deaths) >= MAX_DEATHS:
            self._fail(f"{name} died {MAX_DEATHS} times in a minute, at last with {_manner(code)}")
        else:
            self.say(f"{name} died ({_manner(code)}); starting it again")
            return True
        return False

    async def up_again(self, name: str, old_pid: int) -> None:
        """Wait until a program answers in a process other than old_pid."""
        child = self.children[name]
        while child.process is None or child.process.pid == old_pid:
            await self._unless_failed(asyncio.sleep(POLL_INTERVAL_S))
        await self._unless_failed(child.up.wait())

    async def _unless_failed(self, waiting: Coroutine[Any, Any, object]) -> None:
        """Wait, but no longer than the system can go on."""
        task = asyncio.create_task(waiting)
        try:
            await asyncio.wait({task, self._failure}, return_when=asyncio.FIRST_COMPLETED)
            if self._failure.done():
                self._failure.result()
        finally:
            task.cancel()

    def _fail(self, reason: str) -> None:
        if not self._failure.done():
            self._failure.set_exception(SupervisorError(reason))

    async def _stop(self, child: Child) -> None:
        if child.watcher is not None:
            child.watcher.cancel()
            await asyncio.wait([child.watcher])
        child.up.clear()
        if child.process is not None and child.process.returncode is None:
            child.send(child.program.stop_signal)
            gone = asyncio.create_task(child.process.wait())
            hurry = asyncio.create_task(self._hurry.wait())
            await asyncio.wait(
                [gone, hurry], timeout=STOP_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED
            )
            hurry.cancel()
            if not gone.done():
                self.say(f"{child.program.name} does not stop; killing it")
                child.send(signal.SIGKILL)
                await gone
        child.kill_group()
        if child.pipe is not None:
            await child.pipe.drained(DRAIN_TIMEOUT_S)


def _manner(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
