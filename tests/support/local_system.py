"""`make run` as a program, in a directory of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 20
STORE_VARIABLES = {"DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL"}


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Give an environment without settings of a system that runs beside the tests."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(("OG_", "AI_", "OTEL_", "SMTP_", "STRIPE_"))
        and name not in STORE_VARIABLES
    }


@dataclass
class LocalSystem:
    """A running `python -m og_stack` and what it printed so far."""

    directory: Path
    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    @property
    def demo(self) -> dict[str, str]:
        """The demo file."""
        found: dict[str, str] = json.loads((self.directory / "demo.json").read_text())
        return found

    @property
    def output(self) -> str:
        """All that was printed."""
        return "".join(self.lines)

    async def until(self, text: str) -> None:
        """Read on until a line holds the text; fail where the output ends before."""
        assert self.process.stdout is not None
        async with asyncio.timeout(START_TIMEOUT_S):
            while not (self.lines and text in self.lines[-1]):
                line = await self.process.stdout.readline()
                assert line, f"ended without {text!r}:\n{self.output}"
                self.lines.append(line.decode())

    async def ended(self) -> int:
        """Read to the end and give the exit status."""
        assert self.process.stdout is not None
        async with asyncio.timeout(STOP_TIMEOUT_S):
            self.lines.append((await self.process.stdout.read()).decode())
            return await self.process.wait()


@asynccontextmanager
async def local_system(
    directory: Path, settings: Mapping[str, str] | None = None
) -> AsyncIterator[LocalSystem]:
    """Start a system on free ports; kill it at the end if it still runs."""
    own = {"OG_HTTP_PORT": "0", "OG_LOCAL_DIRECTORY": str(directory), **(settings or {})}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "og_stack"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=clean_environment(os.environ) | own,
        start_new_session=True,
        limit=1024 * 1024,
    )
    try:
        yield LocalSystem(directory, process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
