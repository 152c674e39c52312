"""Cards in memory, answered by the protocol itself."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import Any, Final
from urllib.parse import unquote

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from og_edge.fast_path import ARRIVAL, FAST_PATH, FastPath
from og_edge.incoming import Head
from og_edge.protocol import BoundedHttpProtocol
from og_edge.reception import Arrival
from og_edge.responses import CardResponse

log = structlog.get_logger()

_CLOSE: Final = b"connection: close\r\n"


class CardHttpProtocol(BoundedHttpProtocol):
    """Takes the fast path where the application offers one and a request is as most are.

    One request of a connection is on it at a time. Whatever comes behind it waits in the pipeline,
    as behind any other, and what the fast path hands back is answered by the application.
    """

    _fast_path: FastPath | None = None
    _arrival: Arrival | None = None
    """Of the request that is on the fast path."""
    _closes = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        self._fast_path = self.app_state.get(FAST_PATH)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        if self._arrival is not None and self._fast_path is not None:
            self._fast_path.abandon(self._arrival)
            self._arrival = None
        super().connection_lost(exc)

    def _begin(self, *, has_body: bool) -> None:
        if has_body or self._fast_path is None or not self._is_plain:
            super()._begin(has_body=has_body)
            return
        target = httptools.parse_url(self.url)
        path = target.path.decode("ascii")
        if "%" in path:
            path = unquote(path)
        query = target.query or b""
        head = Head("GET", path, query, self.headers, self.client[0] if self.client else "")
        try:
            self._arrival = self._fast_path.begin(head, self._end_fast)
        except Exception:  # what a parser's callback raises is taken for a fault of the request
            log.exception("fast path failed")
        if self._arrival is None:
            super()._begin(has_body=False)

    @property
    def _is_plain(self) -> bool:
        """Whether a request is a GET like most, with nothing before it that must be sent first."""
        parser = self.parser
        return (
            parser.get_method() == b"GET"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
            and not self.flow.write_paused
            and not self._is_busy
            and self._is_kept
        )

    @property
    def _is_busy(self) -> bool:
        return self._arrival is not None or super()._is_busy

    def _end_after_answers(self) -> None:
        if self._arrival is not None and not self.pipeline:
            self._closes = True
        else:
            super()._end_after_answers()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._arrival is None:
            super()._start_asgi_task(cycle, app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, app))

    def _end_fast(self, arrival: Arrival, response: CardResponse | None) -> None:
        self._arrival = None
        try:
            if response is None:
                self._hand_on(arrival)
            else:
                self._write(response)
        except Exception:
            self.transport.abort()  # whoever waits is not to wait for ever
            raise

    def _hand_on(self, arrival: Arrival) -> None:
        head = arrival.exchange.head
        cycle = self.new_cycle(
            head.path, head.query, head.headers, {ARRIVAL: arrival}, self.transport
        )
        cycle.keep_alive = not self._closes
        if not self.pipeline:
            self.cycle = cycle
        self._start_asgi_task(cycle, self.app)

    def _write(self, response: CardResponse) -> None:
        lines = [STATUS_LINE[response.status_code]]
        for name, value in chain(self.server_state.default_headers, response.raw_headers):
            lines += (name, b": ", value, b"\r\n")
        if self._closes:
            lines.append(_CLOSE)
        lines.append(b"\r\n")
        self.transport.writelines((b"".join(lines), response.body))
        if self._closes:
            self.transport.close()
        self.on_response_complete()
