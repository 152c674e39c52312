"""Hashing passwords, which is slow on purpose, beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final, NamedTuple, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from og_auth.identity.errors import PasswordQueueFullError
from og_auth.identity.passwords import checked_password
from og_service.queue_metrics import QueueMeter

# Argon2id (RFC 9106) by the OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane.
MEMORY_COST_KIB: Final = 19_456
TIME_COST_PASSES: Final = 2
PARALLELISM_LANES: Final = 1
HASH_BYTES: Final = 32
SALT_BYTES: Final = 16

MAX_THREADS: Final = 2
"""So many passwords are hashed at the same time, each in MEMORY_COST_KIB."""
MAX_WAITING: Final = 100
"""Beyond them who asks is told to come back: at 50 ms each, the last one waits 2.5 s."""

T = TypeVar("T")


class Match(NamedTuple):
    """Whether a password is the one, and whether its hash is of other parameters than ours."""

    is_right: bool
    is_outdated: bool


_WRONG: Final = Match(is_right=False, is_outdated=False)


class PasswordHashes:
    """Hashes and verifies in threads of its own; argon2 leaves the others the interpreter.

    All raise PasswordQueueFullError.
    """

    def __init__(self, threads: ThreadPoolExecutor, hasher: PasswordHasher) -> None:
        self._threads = threads
        self._hasher = hasher
        self._nobodys = hasher.hash("of nobody")
        self._under_way = 0
        self._meter = QueueMeter("passwords", MAX_THREADS + MAX_WAITING, lambda: self._under_way)

    async def hash_new(self, password: str, email: str) -> str:
        """Hash what somebody chose, or raise WeakPasswordError."""

        def work() -> str:
            checked_password(password, email)
            return self._hasher.hash(password)

        return await self._run(work)

    async def hash_again(self, password: str) -> str:
        """Hash what was found right, by our parameters."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password: str, known: str | None) -> Match:
        """Compare with a hash; without one it takes as long, and is wrong."""
        return await self._run(lambda: self._verify(password, known))

    def _verify(self, password: str, known: str | None) -> Match:
        try:
            self._hasher.verify(known or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return _WRONG
        if known is None:
            return _WRONG
        return Match(is_right=True, is_outdated=self._hasher.check_needs_rehash(known))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._under_way >= MAX_THREADS + MAX_WAITING:
            self._meter.refuse()
            raise PasswordQueueFullError
        self._under_way += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        # Not when we are cancelled, but when it has ended, which a thread that began does later.
        future.add_done_callback(self._end)
        return await asyncio.shield(future)

    def _end(self, future: asyncio.Future[T]) -> None:
        self._under_way -= 1
        if not future.cancelled():
            future.exception()  # nobody may be there any more to be told


@asynccontextmanager
async def open_hashes() -> AsyncIterator[PasswordHashes]:
    """Start the threads, and end them after use."""
    hasher = PasswordHasher(
        time_cost=TIME_COST_PASSES,
        memory_cost=MEMORY_COST_KIB,
        parallelism=PARALLELISM_LANES,
        hash_len=HASH_BYTES,
        salt_len=SALT_BYTES,
    )
    threads = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="passwords")
    try:
        yield PasswordHashes(threads, hasher)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
