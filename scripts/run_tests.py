"""Run tests side by side, and those that failed once more, one after the other.

The whole system runs several times at once then, on a machine that others may load too: a test can
fail since its processes did not get to run. What is wrong fails alone as well. What passes alone is
named in the end, for it to be mended.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAST_FAILED = ROOT / ".pytest_cache/v/cache/lastfailed"
TESTS_FAILED = 1
"""pytest's status where all tests ran; also xdist's where tests could not be collected."""
JOBS_MAX = 6
"""Each process has a whole system of its own. There are no more of them than processors, since what
a test waits for are many programs."""
AGAIN_MAX = 15
"""Where more have failed it is not for want of a processor."""
SIDE_BY_SIDE = ("--dist", "loadfile", "--no-loadscope-reorder", "--durations", "10")
"""Files stay whole, and start in the order that tests/conftest.py gives."""


def main() -> int:
    """Give pytest's status: of the second run where there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, help="processes; one where pytest is told what to run")
    options, told = parser.parse_known_args()
    processors = len(os.sched_getaffinity(0))
    jobs = options.jobs or (1 if told else min(processors, JOBS_MAX))
    return _pytest(*told) if jobs == 1 else _in_a_crowd(jobs, told)


def _in_a_crowd(jobs: int, told: Sequence[str]) -> int:
    LAST_FAILED.unlink(missing_ok=True)
    status = _pytest("--numprocesses", str(jobs), *SIDE_BY_SIDE, *told)
    failed = _failed()
    if status != TESTS_FAILED or not _may_pass_alone(failed):
        return status
    print(f"\n{len(failed)} failed. Once more, one after the other:", flush=True)
    status = _pytest(*failed)
    for test in sorted(set(failed) - set(_failed())):
        print(f"PASSED ONLY ALONE: {test}")
    return status


def _may_pass_alone(failed: Sequence[str]) -> bool:
    """Tell tests, which have names in files, from files that could not be collected."""
    return 0 < len(failed) <= AGAIN_MAX and all("::" in name for name in failed)


def _pytest(*arguments: str) -> int:
    """Run pytest to its end: what interrupts us interrupts it, and it ends what its tests began."""
    command = [sys.executable, "-m", "pytest", *arguments]
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603 - our own
        signal.signal(signal.SIGINT, lambda *_: None)  # a terminal sends it to both
        signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT))
        return process.wait()


def _failed() -> list[str]:
    return list(json.loads(LAST_FAILED.read_text())) if LAST_FAILED.exists() else []


if __name__ == "__main__":
    sys.exit(main())
