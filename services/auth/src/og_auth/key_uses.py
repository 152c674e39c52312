"""When keys were last used, to a minute: noted on a request's way, written beside it.

A key is written at most once a minute by each process, so that a busy key costs as little as an
idle one. What cannot be written is lost sooner than it delays or fails a request; what a crash
loses is the last WRITE_INTERVAL_S.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from functools import partial
from typing import Final, Protocol

import structlog

from og_auth.errors import StoreUnavailableError
from og_service.background import running

log = structlog.get_logger()

WRITE_INTERVAL_S: Final = 1.0
MAX_KEYS_A_WRITE: Final = 1_000
MAX_KEYS_A_MINUTE: Final = 100_000
"""Further keys that are used in the same minute are not noted: some 10 MB hold these."""
_MINUTE_S: Final = 60


class KeyUseStore(Protocol):
    """Where the last use of keys is kept."""

    async def set_last_use(self, api_key_ids: Sequence[str]) -> None:
        """Write that the keys were used in this minute; raises StoreUnavailableError."""


class KeyUses:
    """Notes which keys were used since the last write."""

    def __init__(self, store: KeyUseStore, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._minute = 0
        self._noted: set[str] = set()
        self._unwritten: dict[str, None] = {}

    def note(self, api_key_ids: Iterable[str]) -> None:
        """Note uses; never waits, never fails."""
        minute = int(self._clock()) // _MINUTE_S
        if minute != self._minute:
            self._minute = minute
            self._noted.clear()
        for api_key_id in api_key_ids:
            if api_key_id in self._noted or len(self._noted) >= MAX_KEYS_A_MINUTE:
                continue
            self._noted.add(api_key_id)
            if len(self._unwritten) < MAX_KEYS_A_MINUTE:
                self._unwritten[api_key_id] = None

    async def write(self) -> None:
        """Write what was noted; what the store refuses stays noted for the next time."""
        while self._unwritten:
            batch = list(self._unwritten)[:MAX_KEYS_A_WRITE]
            await self._store.set_last_use(batch)
            for api_key_id in batch:
                del self._unwritten[api_key_id]

    @contextlib.asynccontextmanager
    async def writing(self, interval_s: float = WRITE_INTERVAL_S) -> AsyncIterator[None]:
        """Write every interval_s for the length of the context, and once more at its end."""
        try:
            async with running(partial(self._write_for_ever, interval_s)):
                yield
        finally:
            await self._try_to_write()

    async def _write_for_ever(self, interval_s: float) -> None:
        while True:
            await asyncio.sleep(interval_s)
            await self._try_to_write()

    async def _try_to_write(self) -> None:
        try:
            await self.write()
        except StoreUnavailableError:
            log.warning("last uses of keys not written", keys=len(self._unwritten))
