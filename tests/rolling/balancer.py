"""What stands before the edges: each new connection goes to one that is listed, and stays there."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from og_stack.ports import LOOPBACK

CHUNK_BYTES = 65_536


class Balancer:
    """Passes connections on as a cluster's Service does, which knows nothing of HTTP.

    One that is not listed any more gets no new connections; those that it has go on.
    """

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self._listed: list[tuple[str, int]] = []
        self._turns = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, host: str, port: int) -> None:
        """Let new connections go there too."""
        self._listed.append((host, port))

    def remove(self, host: str, port: int) -> None:
        """Let no new connection go there."""
        self._listed.remove((host, port))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen for the length of the context."""
        server = await asyncio.start_server(self._accept, LOOPBACK, self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        host, port = self._listed[next(self._turns) % len(self._listed)]
        try:
            far_reader, far = await asyncio.open_connection(host, port)
        except OSError:
            near.transport.abort()
            return
        finally:
            self._tasks.discard(task)
        self._tasks.add(task)
        try:
            await asyncio.gather(_pass_on(reader, far), _pass_on(far_reader, near))
        except (OSError, asyncio.CancelledError):
            pass  # one side was reset, or the test is over: so is the other
        finally:
            near.transport.abort()
            far.transport.abort()
            self._tasks.discard(task)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass one way on, and the end of it."""
    while data := await source.read(CHUNK_BYTES):
        target.write(data)
        await target.drain()
    with suppress(OSError):
        target.write_eof()
