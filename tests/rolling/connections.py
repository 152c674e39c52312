"""A client that keeps its connection, and never asks twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from og_stack.ports import LOOPBACK
from tests.faults.exchanges import GIVE_UP_AFTER_S, Exchange, Outcome, read_answer


@dataclass
class KeptConnection:
    """HTTP/1.1 as careful clients speak it.

    A connection is used again unless the server said that it ends, or has ended it. What breaks
    after it was used is told, and not tried again: so a server that closes one just as it is used
    is found out.
    """

    port: int
    uses: int = 0
    """Of the present connection."""
    endings_told: int = 0
    endings_untold: int = 0
    _reader: asyncio.StreamReader | None = field(default=None, repr=False)
    _writer: asyncio.StreamWriter | None = field(default=None, repr=False)

    async def ask(
        self, asked: Exchange, method: str, target: str, headers: Mapping[str, str]
    ) -> None:
        """Ask for a card and note what comes."""
        asked.begun_s = time.monotonic()
        try:
            async with asyncio.timeout(GIVE_UP_AFTER_S):
                reader, writer = await self._connected()
                asked.outcome = Outcome.INTERRUPTED
                lines = [f"{method} {target} HTTP/1.1", f"Host: {LOOPBACK}:{self.port}"]
                lines += [f"{name}: {value}" for name, value in headers.items()]
                writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
                self.uses += 1
                answer = await read_answer(asked, reader, method)
        except TimeoutError:
            asked.faults.append(f"no answer within {GIVE_UP_AFTER_S:.0f} s")
            self.close()
        except (OSError, asyncio.IncompleteReadError) as error:
            asked.faults.append(f"use {self.uses} of its connection: {error!r}")
            self.close()
        else:
            if answer.get("connection", "") == "close":
                self.endings_told += 1
                self.close()
        asked.ended_s = time.monotonic()
        if asked.took_s > asked.within_s and asked.outcome is not Outcome.INTERRUPTED:
            asked.faults.append(f"answered after {asked.took_s:.1f} s")

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is not None and (self._reader.at_eof() or self._reader.exception()):
            self.endings_untold += 1
            self.close()
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(LOOPBACK, self.port)
            self.uses = 0
        return self._reader, self._writer
