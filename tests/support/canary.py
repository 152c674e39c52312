"""A place where nobody may connect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from og_stack.ports import LOOPBACK


@asynccontextmanager
async def canary() -> AsyncIterator[tuple[str, list[object]]]:
    """Listen where nobody may connect; give the address and who connected all the same."""
    caught: list[object] = []

    def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caught.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(connected, LOOPBACK, 0)
    async with server:
        yield f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}", caught
