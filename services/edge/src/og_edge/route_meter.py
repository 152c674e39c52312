"""How long answers besides cards take, by the route that gave them."""

from __future__ import annotations

import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from og_edge.metrics import observe_route

NO_ROUTE: Final = "none"


class RouteMeter:
    """An ASGI application that notes what another one's answers took until they began."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or start and stop."""
        begun_s = time.perf_counter()

        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Starlette notes the route that it chose; its path is as the code has it.
                route = getattr(scope.get("route"), "path", NO_ROUTE)
                observe_route(route, message["status"], time.perf_counter() - begun_s)
            await send(message)

        await self._app(scope, receive, send_noted)
