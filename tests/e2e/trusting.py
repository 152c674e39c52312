"""All five services with certificates, beside a stack's own, on its stores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from og_stack.ports import LOOPBACK, free_ports
from og_stack.processes import GRPC_SERVICES
from og_stack.stack import Stack
from tests.e2e.replicas import GrpcReplica, Replica, edge_replica, grpc_replica_process
from tests.support.authority import Authority, Issued, environment, mount

WITHOUT_TOKENS = {"OG_CALLERS": "", "OG_CALLER_TOKEN": ""}


@dataclass(frozen=True)
class Trusting:
    """The services with certificates, and edges of theirs."""

    authority: Authority
    services: Mapping[str, GrpcReplica]
    targets: Mapping[str, str]
    edges: list[Replica]

    def settings(self, directory: Path, issued: Issued) -> dict[str, str]:
        """Give what a program is told to call the services as whoever a certificate says."""
        return environment(mount(directory, issued)) | _told(self.targets)


@asynccontextmanager
async def trusting_services(
    stack: Stack, directory: Path, *edges: Mapping[str, str]
) -> AsyncIterator[Trusting]:
    """Run one process of each gRPC service, and an edge for each of the settings."""
    authority = Authority()
    async with AsyncExitStack() as running:

        async def start(name: str) -> GrpcReplica:
            files = environment(mount(directory / name, authority.issue(name)))
            health = {"OG_HEALTH_ADDRESS": f"{LOOPBACK}:{free_ports(1)[0]}"}
            replica = grpc_replica_process(stack, name, files | health | WITHOUT_TOKENS)
            return await running.enter_async_context(replica)

        started = await asyncio.gather(*map(start, GRPC_SERVICES))
        services = dict(zip(GRPC_SERVICES, started, strict=True))
        targets = {name: _by_name(each) for name, each in services.items()}
        targets["render"] = f"ipv4:{services['render'].target}"  # as `make run` names them
        own = environment(mount(directory / "edge", authority.issue("edge")))
        all_edges = [
            await running.enter_async_context(
                edge_replica(stack, {**own, **_told(targets), **WITHOUT_TOKENS, **settings})
            )
            for settings in edges
        ]
        yield Trusting(authority, services, targets, all_edges)


def _by_name(service: GrpcReplica) -> str:
    return f"dns:///localhost:{service.target.rpartition(':')[2]}"


def _told(targets: Mapping[str, str]) -> dict[str, str]:
    return {f"OG_{name.upper()}_TARGET": target for name, target in targets.items()}
