from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import pytest

from og.render.v1 import render_pb2_grpc
from og_render.server import DOMAIN, services
from og_render.workers.pool import WorkerPool
from og_service.testing import serve_in_process

WORKERS = 2
QUEUE_LENGTH = 64


@pytest.fixture(scope="package")
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(WORKERS, QUEUE_LENGTH)
    async with pool.running():
        yield pool


@pytest.fixture(scope="package")
async def channel(pool: WorkerPool) -> AsyncIterator[grpc.aio.Channel]:
    async with serve_in_process(services(pool), DOMAIN) as channel:
        yield channel


@pytest.fixture
def render(channel: grpc.aio.Channel) -> render_pb2_grpc.RenderServiceAsyncStub:
    return render_pb2_grpc.RenderServiceStub(channel)
