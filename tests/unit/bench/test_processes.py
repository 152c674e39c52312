from __future__ import annotations

import os
import subprocess
import sys

from bench.processes import (
    TICK_US,
    Stat,
    all_stats,
    cpu_us_by_kind,
    memory_bytes,
    parse_stat,
    with_descendants,
)

LINE = "7 (a (name) b) S 3 7 7 0 -1 4194304 90 12 0 0 11 22 33 44 20 0 1 0 100 2 3"


def test_processor_time_is_of_the_process_and_of_its_children_that_ended() -> None:
    assert parse_stat(LINE) == Stat(7, 3, (11 + 22 + 33 + 44) * TICK_US)


def test_what_a_process_started_counts_with_it() -> None:
    stats = {pid: Stat(pid, parent, 0) for pid, parent in ((1, 0), (2, 1), (3, 2), (4, 1), (5, 4))}
    assert sorted(with_descendants([2, 4], stats)) == [2, 3, 4, 5]
    assert with_descendants([9], stats) == []


def test_work_of_this_process_is_seen_also_where_a_child_did_it() -> None:
    roots = {"us": [os.getpid()]}
    before = cpu_us_by_kind(roots)["us"]
    subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"], check=True)
    assert cpu_us_by_kind(roots)["us"] > before
    assert os.getpid() in all_stats()
    assert memory_bytes(os.getpid()) > 1_000_000
