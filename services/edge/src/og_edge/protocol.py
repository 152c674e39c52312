"""HTTP/1.1 as the world sends it: what is no HTTP gets an answer like any other mistake."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from og_edge.card_path import API_PATH
from og_edge.incoming import MALFORMED

MAX_HEAD_BYTES: Final = 98_304
HEAD_TIMEOUT_S: Final = 10.0
"""A head must be here within this time of the connection, a later one of its first bytes."""
LINGER_S: Final = 1.0
MAX_TARGET_BYTES: Final = 65_535
"""httptools splits no longer ones."""
_TOO_LONG: Final = f"Shorten the URL: at most {MAX_TARGET_BYTES:,} bytes can be read."
_NOT_HTTP: Final = (
    "This is not a valid HTTP/1.1 request. Percent-encode spaces, control characters and "
    "everything outside ASCII in the URL."
)


class CardHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds on a request's head, and no bare 400.

    What the parser refuses is handed to the application as a request whose state says why, so
    that it is answered, limited and logged where all other requests are.
    """

    head_timeout_s: ClassVar[float] = HEAD_TIMEOUT_S

    url = b""
    _head_bytes = 0
    _in_head = True
    _message_ended = False
    _refused = False
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless this connection was refused or its head grew too large."""
        if self._refused:
            return
        self._message_ended = False
        super().data_received(data)
        # What came of the next head together with the end of a message is not worth counting.
        if self._refused or self._message_ended or not self._in_head:
            return
        self._start_head_timer()
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(
                f"Shorten the request: its first line and headers have over {MAX_HEAD_BYTES:,} "
                "bytes."
            )

    def on_headers_complete(self) -> None:
        """Count the next head anew."""
        self._in_head = False
        self._head_bytes = 0
        self._stop_head_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Hang up on a body that goes on after the answer: nobody reads it."""
        if self.cycle.response_complete:
            self._refused = True
            _LingeringTransport(self.transport, self.loop).close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect the next head."""
        self._in_head = True
        self._message_ended = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the parser's words help nobody
        """Have the application answer that the request is malformed, then close."""
        self._refuse(_TOO_LONG if len(self.url) > MAX_TARGET_BYTES else _NOT_HTTP)

    def _refuse(self, reason: str) -> None:
        self._refused = True
        self._stop_head_timer()
        self.flow.resume_reading()
        cycle = self._malformed_cycle(reason)
        busy = self.cycle is not None and not self.cycle.response_complete
        self.cycle = cycle
        if busy:
            self.pipeline.appendleft((cycle, self.app))
        else:
            self._start_asgi_task(cycle, self.app)

    def _malformed_cycle(self, reason: str) -> RequestResponseCycle:
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "method": "GET",
            "root_path": self.root_path,
            "path": API_PATH,
            "raw_path": API_PATH.encode(),
            "query_string": b"",
            "headers": [],
            "state": {**self.app_state, MALFORMED: reason},
        }
        cycle = RequestResponseCycle(
            scope=scope,  # type: ignore[arg-type]  # uvicorn's TypedDict is private
            transport=_LingeringTransport(self.transport, self.loop),  # type: ignore[arg-type]
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self._stop_head_timer,
        )
        cycle.more_body = False
        return cycle

    def _give_up(self) -> None:
        self._head_timer = None
        if self._head_bytes:
            self._refuse(f"Send the first line and the headers within {HEAD_TIMEOUT_S:.0f} s.")
        else:
            self.transport.close()

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_timeout_s, self._give_up)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class _LingeringTransport:
    """Closes in two steps, so that a client which is still sending sees its answer.

    To close with bytes unread would reset the connection, and the answer would be lost.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        if not self._transport.is_closing():
            self._transport.write_eof()
            self._loop.call_later(LINGER_S, self._transport.close)
