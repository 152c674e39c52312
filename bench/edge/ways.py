"""The ways to an answer that are compared, as processes that listen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import cpu_us_by_kind
from bench.programs import served
from bench.system import System
from og_stack.ports import free_ports
from tests.e2e.trusting import trusting_services
from tests.support.customers import operator_token

BARE, BARE_MANY, OURS, NAIVE = "bare", "bare, as many", "ours", "three hops"
MTLS = "ours, mTLS"
APP = "app"


@dataclass(frozen=True)
class Way:
    """Where it answers, and all processes that work for it, by kind."""

    name: str
    port: int
    roots: Mapping[str, Sequence[int]]
    is_charged: bool

    def cpu_us(self) -> dict[str, float]:
        """Tell the processor time that each kind took so far."""
        return cpu_us_by_kind(self.roots)


@asynccontextmanager
async def bare(name: str, folder: Path, processes: int) -> AsyncIterator[Way]:
    """Serve the same bytes from memory."""
    async with served("bench.edge.bare", [str(folder)], processes=processes) as (port, pids):
        yield Way(name, port, {APP: pids}, is_charged=False)


@asynccontextmanager
async def naive(
    system: System, folder: Path, object_name: str, processes: int
) -> AsyncIterator[Way]:
    """Serve by one RPC to authorize, one object and one RPC to charge for each request."""
    arguments = [str(folder), object_name]
    # What batches are made of is for others than the edge.
    environment = system.edge_environment() | {"OG_CALLER_TOKEN": operator_token(system.stack)}
    async with served("bench.edge.naive", arguments, environment, processes) as (port, pids):
        roots = {kind: pids for kind, pids in system.roots().items() if kind != "edge"}
        yield Way(NAIVE, port, {**roots, APP: pids}, is_charged=True)


@asynccontextmanager
async def over_mtls(system: System, directory: Path, edges: int) -> AsyncIterator[Way]:
    """Serve by services beside the system's own, on its stores, that know one another by TLS."""
    port, *own_ports = free_ports(1 + edges)
    settings = [
        {"OG_HTTP_PORT": str(port), "OG_HTTP_OWN_PORT": str(own), "OG_HTTP_SHARE_PORT": "true"}
        for own in own_ports
    ]
    async with trusting_services(system.stack, directory, *settings) as trusting:
        pids = {name: [each.process.pid] for name, each in trusting.services.items()}
        pids["edge"] = [each.process.pid for each in trusting.edges]
        yield Way(MTLS, port, {**system.roots(), **pids}, is_charged=True)


def ours(system: System) -> Way:
    """Give the product as a way."""
    return Way(OURS, system.stack.config.http_port, system.roots(), is_charged=True)
