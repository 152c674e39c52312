"""Processor time of other processes."""

from __future__ import annotations

from pathlib import Path

_NANOSECONDS = 1e9


def cpu_s(process: Path) -> float:
    """Sum up the processor time of a process's threads, to the nanosecond; give its /proc folder.

    Threads that have ended are not in it; what is measured here keeps its own.
    """
    clocks = (task / "schedstat" for task in (process / "task").iterdir())
    return sum(int(clock.read_text().split()[0]) for clock in clocks) / _NANOSECONDS
