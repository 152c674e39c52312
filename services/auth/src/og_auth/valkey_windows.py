from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from importlib import resources
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from og_auth.rate_limits import WINDOW_S, Arrivals, Usage
from og_auth.valkey import Valkey
from og_service.coalescing import Coalescer

_SCRIPT: Final = resources.files("og_auth").joinpath("windows.lua").read_text("utf-8")
_SCRIPT_SHA: Final = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
_US_PER_S: Final = 1_000_000
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
        replies = await self._valkey.run(partial(self._evaluate, arrivals))
        return [_usage(each, reply) for each, reply in zip(arrivals, replies, strict=True)]

    async def _evaluate(self, arrivals: Sequence[Arrivals], client: Redis) -> list[Any]:
        replies = await self._send(arrivals, client)
        refused = [n for n, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        if refused:  # a server that started or was flushed since; those did not run
            await client.script_load(_SCRIPT)
            again = await self._send([arrivals[n] for n in refused], client)
            for n, reply in zip(refused, again, strict=True):
                replies[n] = reply
        for reply in replies:
            if isinstance(reply, Exception):
                raise reply
        return replies

    async def _send(self, arrivals: Sequence[Arrivals], client: Redis) -> list[Any]:
        async with client.pipeline(transaction=False) as pipeline:
            for each in arrivals:
                keys = (each.window.key, f"{each.window.key}:prior")
                order = "".join("p" if prior else "-" for prior in each.prior)
                arguments = (each.window.limit, self._length_us, order)
                pipeline.evalsha(_SCRIPT_SHA, len(keys), *keys, *arguments)
            return await pipeline.execute(raise_on_error=False)


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
