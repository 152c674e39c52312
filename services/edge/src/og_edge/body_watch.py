"""Bodies of requests: forms of pages and what other programs report, never of cards."""

from __future__ import annotations

import asyncio
from typing import Final

from og_edge.incoming import RawHeaders

MAX_BODY_BYTES: Final = 524_288
"""Of a form a tenth is plenty; an event of a payment provider may have a few hundred kB."""
BODY_TIMEOUT_S: Final = 10.0
API_PREFIX: Final = "/api/"
"""Nothing below it reads a body."""


class BodyWatch:
    """Bounds one body that is being read, in bytes and in time.

    Beyond the bounds the connection is cut: no client of ours sends that, and what was read of it
    is worth no answer.
    """

    def __init__(self, transport: asyncio.Transport, timeout_s: float) -> None:
        self._transport = transport
        self._read_bytes = 0
        self._timer = asyncio.get_running_loop().call_later(timeout_s, transport.abort)

    @staticmethod
    def is_read(method: str, path: str, headers: RawHeaders) -> bool:
        """Whether a body is read: where a page may want it and it is not announced as too long."""
        if method != "POST" or path.startswith(API_PREFIX):
            return False
        return all(
            name != b"content-length" or _length(value) <= MAX_BODY_BYTES for name, value in headers
        )

    def takes(self, body: bytes) -> bool:
        """Count a part; false where it is one too many."""
        self._read_bytes += len(body)
        if self._read_bytes > MAX_BODY_BYTES:
            self._transport.abort()
            return False
        return True

    def stop(self) -> None:
        """Watch no more."""
        self._timer.cancel()


def _length(value: bytes) -> int:
    """Read a Content-Length, which the parser found well formed."""
    return int(value) if len(value) <= len(str(MAX_BODY_BYTES)) else MAX_BODY_BYTES + 1
