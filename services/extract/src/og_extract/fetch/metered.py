from __future__ import annotations

import ssl
from typing import Any

import httpcore

READ_BYTES = 16 * 1024
"""Read at once. What came in one read is taken apart without a pause: neighbours wait for it."""
SUSPECT_FRAMING_BYTES = 32 * 1024
SUSPECT_READ_BYTES = 512
"""Read at once of who has sent so much framing: some 50 frames without content."""
MAX_FRAMING_BYTES = 256 * 1024
"""Of headers, frames and chunk sizes that one exchange may bring beside what it is for."""


class FramingError(httpcore.ReadError):
    """A server sends too much beside what was asked for."""


class MeteredStream(httpcore.AsyncNetworkStream):
    """A stream that ends where a server sends much framing and little content.

    Frames and chunks of a byte, or empty ones without end, cost their receiver a thousand times
    what they cost their sender, and no bound on content ever counts them.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._framing_bytes = 0

    def begin_exchange(self) -> None:
        """Count anew."""
        self._framing_bytes = 0

    def count_content(self, count: int) -> None:
        """Say that count of the bytes received were content."""
        self._framing_bytes -= count

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> bytes:
        """Read some bytes. Raises httpcore.ReadError and FramingError, which is one."""
        is_suspect = self._framing_bytes > SUSPECT_FRAMING_BYTES
        at_once = SUSPECT_READ_BYTES if is_suspect else READ_BYTES
        data = await self._inner.read(min(max_bytes, at_once), timeout)
        self._framing_bytes += len(data)
        if self._framing_bytes > MAX_FRAMING_BYTES:
            raise FramingError("more framing than content")
        return data

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> None:
        """Write all of buffer."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the stream."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: TLS begins before anything is metered."""
        del ssl_context, server_hostname, timeout
        raise httpcore.ConnectError("TLS inside of what is metered")

    def get_extra_info(self, info: str) -> Any:
        """Tell what the stream below tells."""
        return self._inner.get_extra_info(info)
