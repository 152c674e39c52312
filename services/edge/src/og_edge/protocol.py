"""HTTP/1.1 as the world sends it: what is no HTTP gets an answer like any other mistake."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

import httptools
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from og_edge.asgi_requests import AsgiHttpProtocol
from og_edge.body_watch import BODY_TIMEOUT_S, BodyWatch
from og_edge.card_path import API_PATH
from og_edge.http_server import EdgeState
from og_edge.incoming import MALFORMED
from og_edge.lingering import LingeringTransport
from og_edge.reader_watch import ReaderWatch

MAX_HEAD_BYTES: Final = 98_304
HEAD_TIMEOUT_S: Final = 10.0
"""A head must be here within this time of the connection, a later one of its first bytes."""
SEND_TIMEOUT_S: Final = 30.0
"""Who has not taken all of an answer by then, or twice that, loses the connection."""
MAX_TARGET_BYTES: Final = 65_535
"""httptools splits no longer ones."""
MAX_WAITING_REQUESTS: Final = 100
"""Of one connection, behind the one that is being answered."""
MAX_KEPT_CONNECTIONS: Final = 4_000
"""Of a process; where more are open, each ends with its answer."""
MAX_CONNECTIONS: Final = 8_000
"""Of a process; more are closed without a word."""

_TOO_LONG: Final = f"Shorten the URL: at most {MAX_TARGET_BYTES:,} bytes can be read."
_TOO_MANY: Final = f"Wait for answers: at most {MAX_WAITING_REQUESTS} requests may wait for theirs."
_ONE_HOST: Final = "Send exactly one Host header (RFC 9112, section 3.2)."
_NOT_HTTP: Final = (
    "This is not a valid HTTP/1.1 request. Send plain HTTP/1.1, neither TLS nor HTTP/2, with a "
    "standard method, lines that end in CR LF and at most one of Content-Length and "
    "Transfer-Encoding. Percent-encode spaces, control characters and everything outside ASCII in "
    "the URL."
)


class BoundedHttpProtocol(AsgiHttpProtocol):
    """uvicorn's protocol with bounds on what a connection holds, and no bare 400.

    What the parser refuses is handed to the application as a request whose state says why, so
    that it is answered, limited and logged where all other requests are.
    """

    head_timeout_s: ClassVar[float] = HEAD_TIMEOUT_S
    send_timeout_s: ClassVar[float] = SEND_TIMEOUT_S
    body_timeout_s: ClassVar[float] = BODY_TIMEOUT_S
    connections_max: ClassVar[int] = MAX_CONNECTIONS
    kept_connections_max: ClassVar[int] = MAX_KEPT_CONNECTIONS

    url = b""
    _head_bytes = 0
    _in_head = True
    _message_ended = False
    _is_deaf = False
    _head_timer: asyncio.TimerHandle | None = None
    _reader: ReaderWatch | None = None
    _answering: RequestResponseCycle | None = None
    _body: BodyWatch | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        if len(self.connections) > self.connections_max:
            self._is_deaf = True
            transport.abort()
            return
        self._reader = ReaderWatch(transport, self.send_timeout_s)
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_head_timer()
        self._end_body()
        if self._reader is not None:
            self._reader.stop()
        self.pipeline.clear()
        self._drop_answer()
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """Go on with an answer, unless there is room because the connection is being closed."""
        if self.transport.is_closing():
            self._drop_answer()
        super().resume_writing()

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio: true keeps it open
        """Answer what was asked before a client said that nothing more will come, then close."""
        if not self._is_busy:
            return False
        self._is_deaf = True
        self._stop_head_timer()
        self._end_after_answers()
        return True

    def shutdown(self) -> None:
        """End the connection, after the answers that are under way."""
        self.say_end()
        if not self._is_busy:
            self.transport.close()

    def say_end(self) -> None:
        """Have the answers that are under way, if there are any, end the connection."""
        if self._is_busy:
            self._end_after_answers()

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless this connection was refused or its head grew too large."""
        if self._is_deaf:
            return
        self._message_ended = False
        self._unset_keepalive_if_required()
        self._parse(data)
        # What came of the next head together with the end of a message is not worth counting.
        if self._is_deaf or self._message_ended or not self._in_head:
            return
        self._start_head_timer()
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(
                f"Shorten the request: its first line and headers have over {MAX_HEAD_BYTES:,} "
                "bytes."
            )

    def on_message_begin(self) -> None:
        """Make room for a head."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_headers_complete(self) -> None:
        """Begin a request, unless its head is one that RFC 9112 has refused."""
        self._in_head = False
        self._head_bytes = 0
        self._stop_head_timer()
        if self._is_deaf:
            return
        if len(self.pipeline) >= MAX_WAITING_REQUESTS:
            self._refuse(_TOO_MANY)
            return
        hosts, has_body = self._hosts_and_body()
        if hosts != 1 and self.parser.get_http_version() == "1.1":
            self._refuse(_ONE_HOST)
            return
        self._begin(has_body=has_body)

    def on_body(self, body: bytes) -> None:
        """Hand it to who reads it, within bounds; what no page reads is dropped."""
        if self._body is not None and self._body.takes(body):
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect the next head."""
        self._end_body()
        self._in_head = True
        self._message_ended = True
        if not self._is_deaf and self.cycle is not None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Count the answers."""
        if self._reader is not None:
            self._reader.answers += 1
        super().on_response_complete()

    def _begin(self, *, has_body: bool) -> None:
        """Hand a request to the application."""
        self.scope = self.new_scope(self.headers, {})  # type: ignore[assignment]
        super().on_headers_complete()
        if has_body and BodyWatch.is_read(self.scope["method"], self.scope["path"], self.headers):
            self._body = BodyWatch(self.transport, self.body_timeout_s)
        elif has_body:
            self._leave_body_unread()
        if not self._is_kept:
            self.cycle.keep_alive = False

    def _parse(self, data: bytes) -> None:
        """Feed the parser; it stops behind each request to upgrade, which is answered as it is."""
        while data and not self._is_deaf:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = data[upgrade.args[0] :]
            except httptools.HttpParserError:
                self._refuse(_TOO_LONG if len(self.url) > MAX_TARGET_BYTES else _NOT_HTTP)
            else:
                return

    def _hosts_and_body(self) -> tuple[int, bool]:
        hosts, has_body = 0, False
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
                has_body = True
        return hosts, has_body

    def _end_body(self) -> None:
        if self._body is not None:
            self._body.stop()
            self._body = None

    def _leave_body_unread(self) -> None:
        """Answer without the body, and end the connection, where its bytes are still to come."""
        self._is_deaf = True
        cycle = self.cycle
        cycle.keep_alive = False
        cycle.transport = LingeringTransport(self.transport, self.loop)  # type: ignore[assignment]
        cycle.more_body = False
        cycle.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _drop_answer(self) -> None:
        """Have the rest of the answer under way not be written: nobody is there any more."""
        # uvicorn knows of the last request of a connection only, which may wait for its turn.
        if self._answering is not None:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def _end_after_answers(self) -> None:
        self.cycle.keep_alive = False

    @property
    def _is_kept(self) -> bool:
        """Whether the connection may go on after an answer."""
        state = self.server_state
        is_ending = isinstance(state, EdgeState) and state.is_ending
        return len(self.connections) <= self.kept_connections_max and not is_ending

    @property
    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self, reason: str) -> None:
        self._is_deaf = True
        self._stop_head_timer()
        self.flow.resume_reading()
        cycle = self._malformed_cycle(reason)
        busy = self._is_busy
        self.cycle = cycle
        if busy:
            self.pipeline.appendleft((cycle, self.app))
        else:
            self._start_asgi_task(cycle, self.app)

    def _malformed_cycle(self, reason: str) -> RequestResponseCycle:
        transport = LingeringTransport(self.transport, self.loop)
        cycle = self.new_cycle(API_PATH, b"", [], {MALFORMED: reason}, transport)
        cycle.keep_alive = False
        cycle.on_response = self._stop_head_timer
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
