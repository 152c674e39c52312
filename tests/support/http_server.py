"""A real HTTP server inside the tests' own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from tests.support.waiting import eventually


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave Ctrl-C to pytest."""
        yield


@asynccontextmanager
async def served(app: ASGIApp, **options: Any) -> AsyncIterator[None]:
    """Serve app for the length of the context; options are uvicorn's."""
    server = _Server(uvicorn.Config(cast("Any", app), **{"log_config": None, **options}))
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started or serving.done())
    yield
    server.should_exit = True
    await serving
