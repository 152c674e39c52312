from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import psycopg

from og_service.migration_files import MigrationError
from og_service.migrations import TryAgainError
from og_stack.config import ConfigError, StackConfig
from og_stack.embedded import StoreError
from og_stack.locks import DirectoryInUseError
from og_stack.ports import PortInUseError
from og_stack.privileges import CannotLeaveRootError
from og_stack.stack import Stack
from og_stack.summary import summary
from og_stack.supervisor import SupervisorError

EXPECTED_ERRORS = (
    CannotLeaveRootError,
    ConfigError,
    DirectoryInUseError,
    MigrationError,
    PortInUseError,
    StoreError,
    SupervisorError,
    TryAgainError,
    psycopg.Error,
)


async def run(directory: Path) -> None:
    """Run the system until a signal comes or it fails."""
    config = StackConfig.from_environment(directory, os.environ)
    stack = Stack(config)
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, _interrupt, stack, asked)
    running = asyncio.create_task(_run_until_failure(stack))
    stopping = asyncio.create_task(asked.wait())
    await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if asked.is_set():
        stack.supervisor.say("stopping")
        running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        stack.supervisor.say("stopped")


def _interrupt(stack: Stack, asked: asyncio.Event) -> None:
    """Stop at the first Ctrl-C, at once at the second.

    SIGTERM has no second meaning: where a whole process group is stopped, make hands on to us
    what we got already.
    """
    if asked.is_set():
        stack.supervisor.hurry()
    asked.set()


async def _run_until_failure(stack: Stack) -> None:
    async with stack:
        print(summary(stack.demo, stack.config.public_url), flush=True)  # noqa: T201 - for people
        await stack.supervisor.failed()


def main() -> int:
    directory = Path(os.environ.get("OG_LOCAL_DIRECTORY", ".local"))
    try:
        asyncio.run(run(directory))
    except EXPECTED_ERRORS as error:
        print(f"make run: {error}", file=sys.stderr)  # noqa: T201 - for people
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
