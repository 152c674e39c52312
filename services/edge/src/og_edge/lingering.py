"""How a connection ends whose client is still sending."""

from __future__ import annotations

import asyncio
from typing import Final

LINGER_S: Final = 1.0


class LingeringTransport:
    """Closes in two steps, so that a client which is still sending sees its answer.

    To close with bytes unread would reset the connection, and the answer would be lost.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop

    def write(self, data: bytes) -> None:
        """Send, as the transport does."""
        self._transport.write(data)

    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self._transport.is_closing()

    def close(self) -> None:
        """End our side at once, and theirs after LINGER_S."""
        if not self._transport.is_closing():
            self._transport.write_eof()
            self._loop.call_later(LINGER_S, self._transport.close)
