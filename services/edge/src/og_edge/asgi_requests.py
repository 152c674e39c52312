"""Requests as uvicorn hands them to an application, also those that it did not read itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from og_edge.incoming import RawHeaders
from og_edge.lingering import LingeringTransport


class AsgiHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which makes requests of its connection for whoever asks."""

    def new_cycle(
        self,
        path: str,
        query: bytes,
        headers: RawHeaders,
        state: Mapping[str, object],
        transport: asyncio.Transport | LingeringTransport,
    ) -> RequestResponseCycle:
        """Make what uvicorn does of a GET by HTTP/1.1 that has been read to its end."""
        scope = self.new_scope(headers, state)
        scope |= {
            "method": "GET",
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": query,
        }
        cycle = RequestResponseCycle(
            scope=scope,  # type: ignore[arg-type]  # uvicorn's TypedDict is private
            transport=transport,  # type: ignore[arg-type]
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        return cycle

    def new_scope(self, headers: RawHeaders, state: Mapping[str, object]) -> dict[str, Any]:
        """Say of a request what ASGI wants to know, but for its first line."""
        return {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": self.root_path,
            "headers": headers,
            "state": {**self.app_state, **state},
        }
