"""Run all tests side by side, and those that failed once more, one after the other.

The whole system runs several times at once then, on a machine that others may load too: a test can
fail since its processes did not get to run. What is wrong fails alone as well. What passes alone is
named in the end, for it to be mended.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAST_FAILED = ROOT / ".pytest_cache/v/cache/lastfailed"
JOBS_MAX = 6
"""Each process has a whole system of its own. There are no more of them than processors, since what
a test waits for are many programs."""
AGAIN_MAX = 15
"""Where more have failed it is not for want of a processor."""
SIDE_BY_SIDE = ("--dist", "loadfile", "--no-loadscope-reorder", "--durations", "10")
"""Files stay whole, and start in the order that tests/conftest.py gives."""


def main() -> int:
    """Give pytest's status: of the second run where tests of the first have failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    processors = len(os.sched_getaffinity(0))
    parser.add_argument("--jobs", type=int, default=min(processors, JOBS_MAX), help="at once")
    jobs = parser.parse_args().jobs
    LAST_FAILED.unlink(missing_ok=True)
    status = _pytest("--numprocesses", str(jobs), *SIDE_BY_SIDE)
    failed = _failed()
    if status != 1 or not 0 < len(failed) <= AGAIN_MAX:
        return status
    print(f"\n{len(failed)} failed. Once more, one after the other:", flush=True)
    status = _pytest("--last-failed", "--last-failed-no-failures", "none")
    passed = sorted(set(failed) - set(_failed()))
    for test in passed:
        print(f"PASSED ONLY ALONE: {test}")
    return status


def _pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - our own


def _failed() -> list[str]:
    return list(json.loads(LAST_FAILED.read_text())) if LAST_FAILED.exists() else []


if __name__ == "__main__":
    sys.exit(main())
