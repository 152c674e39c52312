from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import resources
from typing import Any, Final

from redis.exceptions import NoScriptError

from og_auth.rate_limits import WINDOW_S, Arrivals, Usage
from og_auth.valkey import Command, Valkey
from og_service.coalescing import Coalescer

_SCRIPT: Final = resources.files("og_auth").joinpath("windows.lua").read_text("utf-8")
_SCRIPT_SHA: Final = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
_US_PER_S: Final = 1_000_000
_MARKS: Final = {True: "p", False: "-"}
# What one round trip asks for at most; a thousand take a third of valkey.CALL_TIMEOUT_S.
MAX_WINDOWS: Final = 500


class ValkeyWindows:
    """Windows in Valkey, exact over all processes: a script a window, a round trip for many."""

    def __init__(self, valkey: Valkey, window_s: float = WINDOW_S) -> None:
        self._valkey = valkey
        self._length_us = round(window_s * _US_PER_S)
        self._arrivals = Coalescer(self._count, MAX_WINDOWS)

    async def admit(self, arrivals: Sequence[Arrivals]) -> Sequence[Usage]:
        """See rate_limits.Windows; raises ValkeyAwayError."""
        return await self._arrivals.ask(arrivals)

    async def _count(self, arrivals: Sequence[Arrivals]) -> list[Usage]:
        arguments = [self._arguments(each) for each in arrivals]
        replies = await self._valkey.ask([("EVALSHA", _SCRIPT_SHA, *each) for each in arguments])
        refused = [n for n, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        if refused:  # a server that started or was flushed since; those did not run
            again = await self._valkey.ask([("EVAL", _SCRIPT, *arguments[n]) for n in refused])
            for n, reply in zip(refused, again, strict=True):
                replies[n] = reply
        return [_usage(each, reply) for each, reply in zip(arrivals, replies, strict=True)]

    def _arguments(self, arrivals: Arrivals) -> Command:
        (key, limit), order = arrivals.window, "".join(_MARKS[prior] for prior in arrivals.prior)
        return (2, key, f"{key}:prior", limit, self._length_us, order)


def _usage(arrivals: Arrivals, reply: Sequence[Any]) -> Usage:
    used, prior_used, now_us, leaving, prior_leaving = reply
    return Usage(
        used=used,
        prior_used=prior_used,
        limit=arrivals.window.limit,
        now_us=now_us,
        leaving_us=list(map(int, leaving)),
        prior_leaving_us=None if prior_leaving is None else int(prior_leaving),
    )
