"""HTTP/1.1 as the world sends it: what is no HTTP gets an answer like any other mistake."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from og_edge.endpoint import MALFORMED
from og_edge.verification import API_PATH

MAX_HEAD_BYTES: Final = 98_304
HEAD_TIMEOUT_S: Final = 10.0
"""Request line and headers must be here within this time of the connection, or of the answer
before."""


class CardHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds on a request's head, and no bare 400.

    What the parser refuses is handed to the application as a request whose state says why, so
    that it is answered, limited and logged where all other requests are.
    """

    _head_bytes = 0
    _in_head = True
    _refused = False
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless this connection was refused or its head grew too large."""
        if self._refused:
            return
        super().data_received(data)
        if self._in_head and not self._refused:
            self._head_bytes += len(data)
            if self._head_timer is None:
                self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._give_up)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.send_400_response(
                    f"Shorten the request: its first line and headers have over {MAX_HEAD_BYTES:,}"
                    " bytes."
                )

    def on_headers_complete(self) -> None:
        """Count the next head anew."""
        self._in_head = False
        self._head_bytes = 0
        self._stop_head_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect the next head."""
        self._in_head = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Have the application answer that the request is malformed, then close."""
        self._refused = True
        self._in_head = False
        self._stop_head_timer()
        self.flow.pause_reading()
        cycle = self._malformed_cycle(_public_reason(msg))
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
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        return cycle

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def _public_reason(msg: str) -> str:
    if msg.startswith("Shorten"):
        return msg
    return (
        "This is not a valid HTTP/1.1 request. Percent-encode spaces, control characters and "
        "everything outside ASCII in the URL."
    )
