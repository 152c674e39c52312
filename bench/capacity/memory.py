"""What each kind of process of a running system weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.capacity.figures import ProcessMemory
from bench.processes import Memory, all_stats, memory_of, role_of, with_descendants
from bench.system import System

Seen = Mapping[str, Sequence[Memory]]
BACKEND = "postgres, a backend"
WORKERS = {
    "og_render.workers.process": "render, a worker",
    "og_extract.worker": "extract, a reader",
}


def look(system: System) -> Seen:
    """Read the memory of every process, by its role."""
    stats = all_stats()
    found: dict[str, list[Memory]] = {}
    for kind, pids in system.roots().items():
        for pid in with_descendants(pids, stats):
            try:
                role, memory = _role(kind, role_of(pid)), memory_of(pid)
            except OSError:  # it has just ended
                continue
            found.setdefault(role, []).append(memory)
    return found


def compare(idle: Seen, loaded: Seen) -> list[ProcessMemory]:
    """Take the largest process of each role, before and after."""
    return [
        ProcessMemory(
            role,
            len(loaded[role]),
            max((it.rss_bytes for it in idle.get(role, ())), default=0),
            max((it.pss_bytes for it in idle.get(role, ())), default=0),
            max(it.rss_bytes for it in loaded[role]),
            max(it.pss_bytes for it in loaded[role]),
        )
        for role in sorted(loaded)
    ]


def _role(kind: str, title: str) -> str:
    if kind == "postgres":
        return BACKEND if title.startswith("og_") else "postgres, the rest"
    return WORKERS.get(title, kind)
