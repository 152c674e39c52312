"""A module of ours, run with a wall clock that is wrong.

    python -P clocks.py SHIFT_S MODULE

time-machine shifts what Python calls the time (time, datetime): all that our own code goes by.
Monotonic clocks, which our deadlines go by, stay right, and so does what gRPC, libpq and OpenSSL
ask the system themselves. grpc's Python side computes deadlines for gRPC's core from time.time(),
so it is given the clock of its core: on a machine whose clock is wrong, both are wrong alike.
(libfaketime would shift both, but it replaces condition variables as well, and gRPC aborted under
it: "next_worker->state == KICKED".)
"""

from __future__ import annotations

import datetime as dt
import runpy
import sys
import time
from collections.abc import Sequence
from types import SimpleNamespace

import grpc.aio
import time_machine

SHIFT_MIN_S, SHIFT_MAX_S = 300, 18_000


def shifted(command: Sequence[str], shift_s: int) -> list[str]:
    """Give the command that runs `… -m MODULE` with its clock shifted."""
    *interpreter, option, module = command
    if option != "-m":
        raise ValueError(f"no module is run by {command}")
    return [*interpreter, __file__, str(shift_s), module]


def _leave_grpc_its_clock() -> None:
    assert grpc.aio.init_grpc_aio is not None  # imported, so that its modules are there
    right = SimpleNamespace(
        time=time_machine.escape_hatch.time.time, sleep=time.sleep, monotonic=time.monotonic
    )
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "grpc" and getattr(module, "time", None) is time:
            module.time = right  # type: ignore[attr-defined]


def main() -> None:
    shift_s, module = int(sys.argv[1]), sys.argv[2]
    sys.argv[1:] = []
    _leave_grpc_its_clock()
    begin = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=shift_s)
    with time_machine.travel(begin, tick=True):
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
