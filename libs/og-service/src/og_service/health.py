"""Whether a server wants calls, as probes and channels ask it."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from grpc_health.v1 import health_pb2
from grpc_health.v1.health import aio as health_aio

from og_service.stopping import HANDOVER_S


class WatchedHealth(health_aio.HealthServicer):
    """Health that knows whether anybody hears when it changes."""

    def __init__(self) -> None:
        super().__init__()
        self.watchers = 0

    async def Watch(  # noqa: N802 - gRPC's name
        self, request: health_pb2.HealthCheckRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> None:
        """Tell how it is, and each change of it, until the client has enough."""
        self.watchers += 1
        try:
            await super().Watch(request, context)
        finally:
            self.watchers -= 1

    async def drain(self) -> None:
        """Say NOT_SERVING, and give those who watch HANDOVER_S to send no more calls.

        A server that stops cancels calls that it has not looked at yet (grpc/grpc#41785).
        """
        await self.enter_graceful_shutdown()
        if self.watchers:
            await asyncio.sleep(HANDOVER_S)
