"""A TCP way to a server that fails as networks do, when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from og_stack.ports import LOOPBACK, free_ports

CHUNK_BYTES = 65_536
SLOW_STEP_S = 0.05

Target = tuple[str, int] | Path
"""A TCP address, or a unix socket."""


@dataclass(eq=False)
class _Pair:
    """A client's connection and ours to the server."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    half_open: bool = False

    def abort(self) -> None:
        """End both at once, with nothing more sent; who is half open is not told."""
        self.far.transport.abort()
        if not self.half_open:
            self.near.transport.abort()


class FaultProxy:
    """Passes bytes both ways between clients and one server.

    Faults hold for connections that are there and for new ones, until heal(). Whoever is
    connected through a half-open pair is told nothing, ever: only abandoned() ends those.
    """

    def __init__(self, name: str, target: Target) -> None:
        self.name = name
        self.port = free_ports(1)[0]
        self._target = target
        self._pairs: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refusing = False
        self.refused = 0
        """Connections that were ended as soon as they were made."""
        self._going = asyncio.Event()
        self._going.set()
        self._delay_s = 0.0
        self._bytes_per_s = 0.0
        self._answer_bytes_left: int | None = None
        self._afterword = b""

    @property
    def address(self) -> str:
        """Where clients connect: `host:port`."""
        return f"{LOOPBACK}:{self.port}"

    def cut(self) -> None:
        """End all connections now; new ones are taken."""
        for pair in list(self._pairs):
            pair.abort()

    def cut_in_answer(self, after_bytes: int) -> None:
        """End the connection on which the server has sent so many bytes more, in their middle."""
        self._answer_bytes_left = after_bytes

    def add_to_answer(self, afterword: bytes) -> None:
        """Have the server say so much more, right behind what it says next."""
        self._afterword = afterword

    def leave_half_open(self) -> None:
        """End all connections to the server and tell no client of it, as a vanished machine does.

        New connections work.
        """
        for pair in self._pairs:
            pair.half_open = True
            pair.far.transport.abort()

    def stop(self) -> None:
        """Pass nothing on, keep everything: a black hole until heal()."""
        self._going.clear()

    def delay(self, seconds: float) -> None:
        """Hold each piece back for so long."""
        self._delay_s = seconds

    def slow(self, bytes_per_s: float) -> None:
        """Pass so much on a second, each way of each connection."""
        self._bytes_per_s = bytes_per_s

    def refuse_new(self) -> None:
        """End new connections as soon as they are made; those that are there go on."""
        # The port stays ours: whoever finds it free would take it.
        self._refusing = True

    def heal(self) -> None:
        """End every fault, and pass on what was stopped."""
        self._going.set()
        self._delay_s = self._bytes_per_s = 0.0
        self._answer_bytes_left = None
        self._refusing = False
        self._afterword = b""

    def abandoned(self) -> int:
        """Count the half-open connections that their clients still keep."""
        return sum(pair.half_open for pair in self._pairs)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen for the length of the context."""
        server = await asyncio.start_server(self._accept, LOOPBACK, self.port)
        try:
            yield
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.sleep(0)  # what was aborted is closed by the loop's next turn

    async def _accept(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self._refusing:
                self.refused += 1
                return
            await self._going.wait()
            far_reader, far = await self._connect()
            await self._serve(_Pair(near, far), reader, far_reader)
        except (OSError, asyncio.CancelledError):
            pass  # nobody listens there, or the test is over: the client sees its connection end
        finally:
            near.transport.abort()
            self._tasks.discard(task)

    async def _serve(
        self, pair: _Pair, reader: asyncio.StreamReader, far_reader: asyncio.StreamReader
    ) -> None:
        self._pairs.add(pair)
        try:
            await asyncio.gather(
                self._pass_on(pair, reader, pair.far, is_answer=False),
                self._pass_on(pair, far_reader, pair.near, is_answer=True),
            )
        finally:
            self._pairs.discard(pair)
            pair.far.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(*self._target)

    async def _pass_on(
        self,
        pair: _Pair,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        *,
        is_answer: bool,
    ) -> None:
        try:
            while data := await source.read(CHUNK_BYTES):
                await self._going.wait()
                if self._delay_s:
                    await asyncio.sleep(self._delay_s)
                if pair.half_open:
                    continue  # the client goes on talking; nobody hears it
                if is_answer and self._falls_in(data):
                    target.write(data[: len(data) // 2])
                    await target.drain()
                    pair.abort()
                    return
                if is_answer:
                    data, self._afterword = data + self._afterword, b""
                await self._write(target, data)
        except ConnectionError:
            pair.abort()
        else:
            await self._going.wait()
            if not (pair.half_open and is_answer):
                pair.far.close()  # what was passed on still arrives
                pair.near.close()

    def _falls_in(self, data: bytes) -> bool:
        """Tell whether the cut that was asked for falls into this piece of an answer."""
        if self._answer_bytes_left is None:
            return False
        self._answer_bytes_left -= len(data)
        if self._answer_bytes_left > 0:
            return False
        self._answer_bytes_left = None
        return True

    async def _write(self, target: asyncio.StreamWriter, data: bytes) -> None:
        start = 0
        while start < len(data):
            end = len(data)
            if self._bytes_per_s:
                end = start + max(1, int(self._bytes_per_s * SLOW_STEP_S))
                await asyncio.sleep(SLOW_STEP_S)
            target.write(data[start:end])
            await target.drain()
            start = end
