"""Where traces go and are dropped: `python -m bench.edge.collector PORT`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from starlette.types import Receive, Scope, Send

from bench.programs import served
from bench.serving import serve
from og_stack.ports import LOOPBACK


@asynccontextmanager
async def traced(ratio: float | None) -> AsyncIterator[dict[str, str]]:
    """Run one and give the settings of a system that sends it that share of its traces.

    None: nothing is traced.
    """
    if ratio is None:
        yield {}
        return
    async with served("bench.edge.collector") as (port, _):
        yield {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{LOOPBACK}:{port}",
            "OTEL_TRACES_SAMPLER_ARG": str(ratio),
        }


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    del scope
    while (await receive()).get("more_body"):
        pass
    await send(cast("Any", {"type": "http.response.start", "status": 200, "headers": []}))
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    serve(_app, int(sys.argv[1]))
