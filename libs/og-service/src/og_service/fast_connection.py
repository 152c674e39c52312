"""A connection to PostgreSQL over asyncpg, which nothing else of ours knows (decision 36)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from og_service.expiry import Expiry
from og_service.statements import statement_span

STORE_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server said farewell, and asyncpg has not read all of it
)
"""All that a statement raises, while its caller still has the connection."""
DeadlockDetectedError = asyncpg.DeadlockDetectedError
InvalidCachedStatementError = asyncpg.InvalidCachedStatementError
UniqueViolationError = asyncpg.UniqueViolationError

Row = Any
"""An asyncpg.Record: a tuple whose columns have names too."""


class FastConnection:
    """A connection, while one caller has it.

    Statements take their parameters as $1, $2, …, and each is prepared once a connection. Errors
    are STORE_ERRORS, until they leave FastPool.connection. Whoever is cancelled amid a statement
    ends the connection: asyncpg's own would wait for a server that may be silent to cancel it.
    """

    def __init__(self, connection: Any, silence: Expiry[FastConnection]) -> None:
        self._connection = connection
        self._silence = silence
        self._answered_s = time.monotonic()
        self.was_silent = False

    async def fetch(self, query: str, *args: object) -> list[Row]:
        """Ask one statement and give its rows."""
        with statement_span(query):
            rows: list[Row] = await self._answer(self._connection.fetch(query, *args))
        return rows

    async def execute(self, command: str) -> str:
        """Run a command without parameters and give its tag, such as COMMIT."""
        with statement_span(command):
            tag: str = await self._answer(self._connection.execute(command))
        return tag

    async def _answer(self, answer: Coroutine[Any, Any, Any]) -> Any:
        self._silence.watch(self)
        try:
            given = await answer
        except asyncio.CancelledError:
            self.hang_up()
            raise
        finally:
            self._silence.forget(self)
        self._answered_s = time.monotonic()
        return given

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Make what is asked in the context one transaction, READ COMMITTED."""
        await self.execute("BEGIN")
        try:
            yield
        except Exception:
            if not self.is_closed:
                await self.execute("ROLLBACK")
            raise
        except BaseException:
            self.hang_up()
            raise
        if await self.execute("COMMIT") != "COMMIT":
            raise RuntimeError("a statement of this transaction failed and nobody said so")

    @property
    def is_closed(self) -> bool:
        """Whether it has ended, by the server or by us."""
        return bool(self._connection.is_closed())

    def is_fresh(self, unchecked_s: float) -> bool:
        """Whether it answered within unchecked_s and has not ended since."""
        return time.monotonic() - self._answered_s < unchecked_s and not self.is_closed

    @property
    def is_in_order(self) -> bool:
        """Whether the next caller can have it."""
        return not (self.is_closed or self._connection.is_in_transaction())

    def hang_up(self) -> None:
        """End it at once, and whatever is under way on it."""
        self._connection.terminate()

    def end_silence(self) -> None:
        """Hang up since nothing came for too long."""
        self.was_silent = True
        self.hang_up()
