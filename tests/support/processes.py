"""Which processes run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not waited for does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def processes_mentioning(text: str) -> list[int]:
    """Give the processes whose command, environment or working directory holds the text."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            seen = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            where = str((entry / "cwd").readlink())
        except OSError:
            continue
        if (text.encode() in seen or text in where) and is_running(int(entry.name)):
            found.append(int(entry.name))
    return found


def program_of(pid: int) -> str:
    """Name the program a process runs."""
    return Path(f"/proc/{pid}/exe").readlink().name


def descendants(pid: int) -> list[int]:
    """Give the processes that a process started, and those that they started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in map(int, children) for found in (child, *descendants(child))]


@contextmanager
def stopped(pids: Sequence[int]) -> Iterator[None]:
    """Stop processes, as on a machine that is frozen, for the length of the context."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def with_descendants(pid: int) -> list[int]:
    """Give a process and all that it started."""
    return [pid, *descendants(pid)]
