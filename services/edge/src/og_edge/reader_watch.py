"""Who leaves an answer unread must not hold its bytes for ever, here or in the kernel."""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import termios
from typing import Final

_INT: Final = struct.Struct("i")
_RESET: Final = struct.pack("ii", 1, 0)


class ReaderWatch:
    """Hangs up on a client that takes nothing, or not all of one answer, between two looks.

    It looks every timeout_s seconds, so that an answer may take once to twice as long.
    """

    def __init__(self, transport: asyncio.Transport, timeout_s: float) -> None:
        self.answers = 0
        """How many were written: count them here."""
        self._answers_then: int | None = None
        self._transport = transport
        self._socket: socket.socket = transport.get_extra_info("socket")
        self._timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        # For what is still to be sent when the connection is closed, and no process has any more
        # (tcp(7)).
        milliseconds = int(timeout_s * 1000)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        self._timer = self._loop.call_later(timeout_s, self._look)

    def stop(self) -> None:
        """Look no more: the connection is gone."""
        self._timer.cancel()

    def _look(self) -> None:
        if not self._is_unread:
            self._answers_then = None
        elif self.answers != self._answers_then:
            self._answers_then = self.answers
        else:
            self._reset()
            return
        self._timer = self._loop.call_later(self._timeout_s, self._look)

    @property
    def _is_unread(self) -> bool:
        """Whether bytes wait here, or in the kernel for the client to acknowledge (tcp(7))."""
        if self._transport.get_write_buffer_size():
            return True
        told = fcntl.ioctl(self._socket.fileno(), termios.TIOCOUTQ, bytes(_INT.size))
        return bool(_INT.unpack(told)[0])

    def _reset(self) -> None:
        # Without this the kernel would go on sending what it has.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()
