"""What processes use, as /proc tells it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")
KIB = 1024


@dataclass(frozen=True)
class Stat:
    """One process: its parent, and the processor time of it and of its children that ended."""

    pid: int
    parent: int
    cpu_us: float


def parse_stat(text: str) -> Stat:
    """Read a line of /proc/<pid>/stat (proc_pid_stat(5)); a name may hold blanks and brackets."""
    before, _, after = text.rpartition(")")
    fields = after.split()  # from the third on
    ticks = sum(int(fields[number - 3]) for number in (14, 15, 16, 17))
    return Stat(int(before.split()[0]), int(fields[1]), ticks * TICK_US)


def all_stats() -> dict[int, Stat]:
    """Read every process there is."""
    found = {}
    for entry in PROC.glob("[0-9]*/stat"):
        try:
            stat = parse_stat(entry.read_text())
        except OSError:  # it ended meanwhile
            continue
        found[stat.pid] = stat
    return found


def with_descendants(roots: Iterable[int], stats: Mapping[int, Stat]) -> list[int]:
    """Give the roots that run and all that they started."""
    children: dict[int, list[int]] = {}
    for stat in stats.values():
        children.setdefault(stat.parent, []).append(stat.pid)
    found, left = [], [root for root in roots if root in stats]
    while left:
        pid = left.pop()
        found.append(pid)
        left += children.get(pid, [])
    return found


def cpu_us_by_kind(roots: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """Tell the processor time that each kind's processes took so far.

    What ends and is waited for by its parent stays counted there.
    """
    stats = all_stats()
    return {
        kind: sum(stats[pid].cpu_us for pid in with_descendants(pids, stats))
        for kind, pids in roots.items()
    }


def cpu_us_alone(pids: Iterable[int]) -> float:
    """Tell the processor time of processes, without those that they started and that run."""
    stats = all_stats()
    return sum(stats[pid].cpu_us for pid in pids if pid in stats)


class Memory(NamedTuple):
    """What a process has in memory: all that it sees, its share of it, and what it made alone."""

    rss_bytes: int
    pss_bytes: int
    own_bytes: int
    """Anonymous: no file's pages, nothing shared on purpose."""


def memory_of(pid: int) -> Memory:
    """Read a process's memory (smaps_rollup of proc(5)). OSError where it is gone."""
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return Memory(kib["Rss"] * KIB, kib["Pss"] * KIB, kib["Anonymous"] * KIB)


def memory_bytes(pid: int) -> int:
    """Tell what a process has in memory of its own making: no file's pages, nothing shared.

    Its proportional share (PSS) would grow by itself where another process that shared pages with
    it ends. OSError where it is gone.
    """
    return memory_of(pid).own_bytes


def role_of(pid: int) -> str:
    """Name what a process does: its title where it set one, as PostgreSQL's do, or its module."""
    words = (PROC / str(pid) / "cmdline").read_bytes().rstrip(b"\0").decode().split("\0")
    if len(words) == 1:
        return " ".join(words[0].split()[1:4])
    return words[words.index("-m") + 1] if "-m" in words else Path(words[0]).name
