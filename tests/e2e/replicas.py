"""Further processes beside the stack's own: edges and others with settings of their own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from og_stack.ports import LOOPBACK, free_ports
from og_stack.probes import grpc_serves, http_answers
from og_stack.stack import Stack
from tests.e2e.api import Api
from tests.support.waiting import POLL_INTERVAL_S

START_TIMEOUT_S = 120


@dataclass(frozen=True)
class Replica:
    """A second edge beside the stack's own."""

    api: Api
    port: int
    process: asyncio.subprocess.Process


@asynccontextmanager
async def edge_replica(
    stack: Stack, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Replica]:
    """Run another edge on the same cards for the length of the context.

    Settings may give it a port that it shares, and OG_HTTP_OWN_PORT besides.
    """
    (port,) = free_ports(1)
    environment = {
        **stack.services.edge_program().environment,
        "OG_HTTP_PORT": str(port),
        "OG_HTTP_OWN_PORT": "0",
        "OG_HTTP_SHARE_PORT": "false",
        **(settings or {}),
    }
    port = int(environment["OG_HTTP_OWN_PORT"]) or int(environment["OG_HTTP_PORT"])
    is_up = http_answers(LOOPBACK, port, "/healthz")
    async with _running("og_edge", environment, is_up) as process:
        url = f"http://{LOOPBACK}:{port}"
        async with httpx.AsyncClient(base_url=url, timeout=START_TIMEOUT_S) as client:
            yield Replica(Api(client), port, process)


@dataclass(frozen=True)
class GrpcReplica:
    """Another auth, extract, … beside the stack's own; `target` is its `host:port`."""

    target: str
    process: asyncio.subprocess.Process


@asynccontextmanager
async def grpc_replica(
    stack: Stack, service: str, settings: Mapping[str, str]
) -> AsyncIterator[str]:
    """As grpc_replica_process, for who needs the `host:port` alone."""
    async with grpc_replica_process(stack, service, settings) as replica:
        yield replica.target


@asynccontextmanager
async def grpc_replica_process(
    stack: Stack, service: str, settings: Mapping[str, str]
) -> AsyncIterator[GrpcReplica]:
    """Run another auth, extract, … for the length of the context; with TLS, health has a port."""
    (port,) = free_ports(1)
    target = f"{LOOPBACK}:{port}"
    is_up = grpc_serves(settings.get("OG_HEALTH_ADDRESS", target))
    environment = {
        **stack.services.grpc_program(service).environment,
        "OG_LISTEN_ADDRESS": target,
        **settings,
    }
    async with _running(f"og_{service}", environment, is_up) as process:
        yield GrpcReplica(target, process)


@asynccontextmanager
async def _running(
    module: str, environment: Mapping[str, str], is_up: Callable[[], Awaitable[bool]]
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module), env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            while not await is_up():  # noqa: ASYNC110 - another process
                await asyncio.sleep(POLL_INTERVAL_S)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
