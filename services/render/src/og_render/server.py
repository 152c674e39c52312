from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from og.render.v1 import render_pb2, render_pb2_grpc
from og_render.servicer import RenderServicer
from og_render.settings import Settings
from og_render.workers.pool import WorkerPool
from og_service import server
from og_service.policy import Service

DOMAIN = "render.instantog.com"
CONTRACT = render_pb2.DESCRIPTOR.services_by_name["RenderService"]
EDGE_RPCS = frozenset({"ListTemplates", "RenderCard", "RenderExample"})
"""What the edge calls, and therefore may; og_service.policy has the rest."""


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    server.run(settings, DOMAIN, lambda: compose(settings))


@asynccontextmanager
async def compose(settings: Settings) -> AsyncIterator[Sequence[Service]]:
    """Start the workers and give the service that draws with them."""
    pool = WorkerPool(settings.render_workers, settings.render_queue_length)
    async with pool.running():
        yield services(pool)


def services(pool: WorkerPool) -> Sequence[Service]:
    """Say how to serve the pool, and to whom."""
    add = partial(render_pb2_grpc.add_RenderServiceServicer_to_server, RenderServicer(pool))
    return [Service(CONTRACT, add, EDGE_RPCS)]
