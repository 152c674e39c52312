"""Waiting until a lease that somebody else holds has ended, on whatever edge that was."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from og_edge.deadline import OutOfTimeError
from og_edge.leases import Leases, Standing
from og_service import tracing

log = structlog.get_logger()

LOOK_INTERVAL_S: Final = 0.25
"""What a notification that was lost costs at most."""
RELISTEN_AFTER_S: Final = 1.0

Listen = Callable[[Callable[[], None], Callable[[str], None]], Awaitable[None]]
"""Calls the first with nothing once it listens, and the second with each key that it is told of."""


@dataclass(frozen=True, eq=False)
class _Waiter:
    epoch: int
    standing: asyncio.Future[Standing]


class Lookout:
    """Looks for all who wait in this process, with one query for all of them.

    It looks when it is told of a key, and every LOOK_INTERVAL_S in any case.
    """

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self._waiting: dict[str, set[_Waiter]] = {}
        self._told: set[str] = set()
        self._news = asyncio.Event()
        self._look_at_all_s = 0.0

    async def ended(self, key: str, epoch: int, timeout_s: float) -> Standing:
        """Wait until the lease of an epoch is not held any more; raises OutOfTimeError."""
        waiter = _Waiter(epoch, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(key, set()).add(waiter)
        self.tell(key)  # it may have ended since the caller looked
        try:
            with tracing.span("wait for another edge"):
                async with asyncio.timeout(timeout_s):
                    return await waiter.standing
        except TimeoutError:
            raise OutOfTimeError from None
        finally:
            self._waiting[key].discard(waiter)
            if not self._waiting[key]:
                del self._waiting[key]

    def tell(self, key: str) -> None:
        """Have a key looked for at once, if anybody waits for it."""
        if key in self._waiting:
            self._told.add(key)
            self._news.set()

    def tell_all(self) -> None:
        """Have every key looked for at once."""
        for key in self._waiting:
            self.tell(key)

    async def keep_looking(self) -> None:
        """Look until cancelled."""
        while True:
            keys = await self._keys_to_look_for()
            try:
                standings = await self._leases.standings(keys)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next look may succeed
                log.warning("drawings not looked at", cause=repr(error))
                await asyncio.sleep(LOOK_INTERVAL_S)
                continue
            for key, standing in zip(keys, standings, strict=True):
                self._found(key, standing)

    async def keep_listening(self, listen: Listen) -> None:
        """Have itself told by listen, again and again, until cancelled."""
        while True:
            try:
                await listen(self.tell_all, self.tell)
            except Exception as error:  # noqa: BLE001 - whatever it was, it looks by itself too
                log.warning("news of drawings lost", cause=repr(error))
            await asyncio.sleep(RELISTEN_AFTER_S)

    async def _keys_to_look_for(self) -> list[str]:
        if not self._waiting:
            await self._news.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, self._look_at_all_s - time.monotonic())):
                await self._news.wait()
        told = [key for key in self._told if key in self._waiting]
        self._told.clear()
        self._news.clear()
        if time.monotonic() < self._look_at_all_s:
            return told
        self._look_at_all_s = time.monotonic() + LOOK_INTERVAL_S
        return list(self._waiting)

    def _found(self, key: str, standing: Standing) -> None:
        for waiter in self._waiting.get(key, ()):
            has_ended = standing.epoch != waiter.epoch or not standing.is_held
            if has_ended and not waiter.standing.done():
                waiter.standing.set_result(standing)
