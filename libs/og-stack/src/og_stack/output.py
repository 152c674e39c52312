"""Log lines of many programs on one terminal, each with its program's name before it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TextIO

MAX_LINE_BYTES = 256 * 1024
NAME_WIDTH_CHARS = 8
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)  # of ANSI, without red: red is for us


@dataclass
class Output:
    """Writes prefixed lines; colours them only where a person looks, and NO_COLOR is unset."""

    stream: TextIO

    def line(self, name: str, text: str) -> None:
        """Write one line."""
        label = f"{name:<{NAME_WIDTH_CHARS}} |"
        if self.stream.isatty() and not os.environ.get("NO_COLOR"):
            label = f"\x1b[{self._colour(name)}m{label}\x1b[0m"
        try:
            self.stream.write(f"{label} {text}\n")
            self.stream.flush()
        except (BrokenPipeError, ValueError):
            pass  # nobody reads any more; that must not keep us from stopping the programs

    def _colour(self, name: str) -> int:
        return 31 if name == "stack" else _COLOURS[sum(name.encode()) % len(_COLOURS)]


class LinePipe:
    """A pipe for a program's output; what comes through it is written line by line.

    Not asyncio's own pipes: with those, whether the end of a program is seen depends on its
    children too, who may hold the pipe open.
    """

    def __init__(self, output: Output, name: str) -> None:
        """Name the program the lines come from."""
        self._output = output
        self._name = name
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> int:
        """Start reading and give the descriptor to write to; the caller closes it."""
        read_end, write_end = os.pipe()
        reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb")
        )
        self._task = asyncio.create_task(self._copy(reader, transport))
        return write_end

    async def drained(self, timeout_s: float) -> None:
        """Wait until everything was read, at most timeout_s, then stop reading."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=timeout_s)
            self._task.cancel()

    async def _copy(self, reader: asyncio.StreamReader, transport: asyncio.ReadTransport) -> None:
        try:
            while True:
                try:
                    line = await reader.readline()
                except ValueError:
                    line = b"(a line too long to show)\n"
                if not line:
                    return
                self._output.line(self._name, line.decode(errors="replace").rstrip())
        finally:
            transport.close()
