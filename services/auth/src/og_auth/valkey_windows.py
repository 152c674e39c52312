from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import groupby
from typing import Any, Final

from redis.exceptions import ClusterCrossSlotError, NoScriptError

from og_auth.rate_limits import WINDOW_S, Arrivals, Usage
from og_auth.valkey import Command, Valkey
from og_service.coalescing import Coalescer

_SCRIPT: Final = resources.files("og_auth").joinpath("windows.lua").read_text("utf-8")
_SCRIPT_SHA: Final = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
_US_PER_S: Final = 1_000_000
MAX_WINDOWS: Final = 500
"""What one run of the script decides at most, and so one round trip: Valkey does nothing else for
some 5 ms."""


class ValkeyWindows:
    """Windows in Valkey, exact over all processes: one run of a script for many of them.

    A server that is part of a cluster refuses a run for windows that may be on several nodes,
    before it counts anything. From then on each window has a run of its own, in the same round
    trip.
    """

    def __init__(self, valkey: Valkey, window_s: float = WINDOW_S) -> None:
        self._valkey = valkey
        self._length_us = round(window_s * _US_PER_S)
        self._arrivals = Coalescer(self._count, MAX_WINDOWS)
        self._windows_a_run = MAX_WINDOWS

    async def admit(self, arrivals: Sequence[Arrivals]) -> Sequence[Usage]:
        """See rate_limits.Windows; raises ValkeyAwayError."""
        return await self._arrivals.ask(arrivals)

    async def _count(self, arrivals: Sequence[Arrivals]) -> list[Usage]:
        size = self._windows_a_run
        parts = [arrivals[start : start + size] for start in range(0, len(arrivals), size)]
        usages: list[Usage] = []
        for part, reply in zip(parts, await self._run(parts), strict=True):
            if isinstance(reply, ClusterCrossSlotError):
                self._windows_a_run = 1
                usages += await self._count(part)
            else:
                usages += _usages(part, reply)
        return usages

    async def _run(self, parts: Sequence[Sequence[Arrivals]]) -> list[Any]:
        arguments = [self._arguments(part) for part in parts]
        replies = await self._valkey.ask([("EVALSHA", _SCRIPT_SHA, *each) for each in arguments])
        refused = [n for n, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        if refused:  # a server that started or was flushed since; those did not run
            again = await self._valkey.ask([("EVAL", _SCRIPT, *arguments[n]) for n in refused])
            for n, reply in zip(refused, again, strict=True):
                replies[n] = reply
        return replies

    def _arguments(self, part: Sequence[Arrivals]) -> Command:
        # Not the window's key itself: there, versions before kept lists of another form.
        logs = [f"{each.window.key}:log" for each in part]
        numbers: list[int] = []
        for (_, limit), prior in part:
            runs = _runs(prior)
            numbers += (limit, len(runs), *runs)
        return (len(logs), *logs, self._length_us, struct.pack(f"<{len(numbers)}I", *numbers))


def _runs(prior: Sequence[bool]) -> list[int]:
    """Tell how many arrive in a row: prior ones, others, prior ones, … in turns."""
    runs = [len(list(run)) for _, run in groupby(prior)]
    return [0, *runs] if prior and not prior[0] else runs


def _usages(part: Sequence[Arrivals], reply: Sequence[Any]) -> Iterator[Usage]:
    now_us, *packed = reply
    for arrivals, numbers in zip(part, packed, strict=True):
        used, prior_used, prior_leaving_us, *leaving_us = memoryview(numbers).cast("q")
        limit = arrivals.window.limit
        yield Usage(used, prior_used, limit, now_us, leaving_us, prior_leaving_us or None)
