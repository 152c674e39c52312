"""wrk, the load generator, and what it tells."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from og_stack.ports import LOOPBACK

SCRIPT = Path(__file__).with_name("wrk.lua")
ANSWER_TIMEOUT_S = 10
"""As wrk counts a timeout; the edge answers within 7.5 s."""
END_TIMEOUT_S = 30


class NoWrkError(Exception):
    """wrk is not on this machine."""

    def __init__(self) -> None:
        super().__init__("wrk is not on PATH; on Debian or Ubuntu: apt-get install wrk")


@dataclass(frozen=True)
class Asked:
    """What one request asks for."""

    path: str
    authorization: str


@dataclass(frozen=True)
class Told:
    """What wrk counted. `refused` are answers of 400 and above; `broken` are no answers at all."""

    answers: int
    duration_us: int
    p50_us: int
    p99_us: int
    p999_us: int
    refused: int
    broken: int

    @property
    def answers_per_s(self) -> float:
        """How many came in a second."""
        return self.answers * 1_000_000 / self.duration_us


def wrk_path() -> str:
    """Find wrk; raises NoWrkError."""
    path = shutil.which("wrk")
    if path is None:
        raise NoWrkError
    return path


def write_requests(path: Path, asked: Sequence[Asked]) -> None:
    """List requests for the script."""
    path.write_text("".join(f"{it.path}\t{it.authorization}\n" for it in asked))


async def load(port: int, requests: Path, connections: int, duration_s: int) -> Told:
    """Ask for what requests lists, over and over, from so many connections at a time."""
    command = [wrk_path(), "--threads=1", f"--connections={connections}"]
    command += [f"--duration={duration_s}s", f"--timeout={ANSWER_TIMEOUT_S}s"]
    command += [f"--script={SCRIPT}", f"http://{LOOPBACK}:{port}", "--", str(requests)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(duration_s + END_TIMEOUT_S):
        output, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"wrk ended with {process.returncode}: {output.decode()}")
    return parse(output.decode())


def parse(output: str) -> Told:
    """Read the line of JSON with which the script ends."""
    told: dict[str, int] = json.loads(output.rstrip().rpartition("\n")[2])
    return Told(**told)
