"""The HTTP server, which ends so that no client's connection breaks."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Final, Protocol, cast

import structlog
import uvicorn
from uvicorn.server import ServerState

from og_service.stopping import DRAIN_S

log = structlog.get_logger()

LOOK_INTERVAL_S: Final = 0.05


class EndingConnection(Protocol):
    """A connection that can be told that it is the server's last."""

    def say_end(self) -> None:
        """Tell the client with the answer under way, if there is one, that the connection ends."""


class EdgeState(ServerState):
    """What connections know of their server."""

    def __init__(self) -> None:
        super().__init__()
        self.is_ending = False
        """Each connection ends with its next answer, which says so."""


class EdgeServer(uvicorn.Server):
    """uvicorn's server, which says to who is connected that it ends before it does.

    A client may use a connection in the very moment in which it is closed, and then knows nothing
    of its request. So answers say `Connection: close` for DRAIN_S, new connections are still taken,
    and only what nobody used in that time is closed without a word.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._state = EdgeState()
        self.server_state = self._state

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, once everybody has been told or DRAIN_S are over."""
        connections = self._state.connections
        log.info("stopping", connections=len(connections))
        self._state.is_ending = True
        for connection in list(connections):
            cast("EndingConnection", connection).say_end()
        over_s = time.monotonic() + DRAIN_S
        while connections and time.monotonic() < over_s and not self.force_exit:  # noqa: ASYNC110 - uvicorn's set tells nobody
            await asyncio.sleep(LOOK_INTERVAL_S)
        await super().shutdown(sockets)
