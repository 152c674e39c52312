"""The system under test as processes: two of each service, found by name as in a cluster."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from og_service.channels import open_channel
from og_service.migrations import migrate
from og_stack.config import StackConfig
from og_stack.databases import create_database, prepare_schema
from og_stack.ports import LOOPBACK, free_ports
from og_stack.postgres import EmbeddedPostgres
from og_stack.processes import GRPC_SERVICES, SERVICES
from og_stack.services import SERVICES_WITH_SCHEMA, ServiceTable
from og_stack.state import Secrets
from og_stack.valkey import EmbeddedValkey
from tests.faults.books import Books
from tests.rolling.balancer import Balancer
from tests.rolling.names import Names
from tests.rolling.pods import Listing, Pod, ProcessPod
from tests.support.local_site import LocalSite, local_site
from tests.support.local_system import clean_environment

REPLICAS = 2
DOMAIN = "instant-og.test"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass
class System:
    """What runs, and what a suite needs of it."""

    pods: Mapping[str, Pod]
    port: int
    """Where clients find the edges."""
    base_url: str
    site: LocalSite
    admin_dsn: str
    audit_environment: Mapping[str, str]
    books: Books
    rotate: Callable[[], Awaitable[None]] | None = None
    """Gives every process another certificate, and returns when all show it."""


@dataclass
class Named(Listing):
    """Lists replicas under a name of the cluster's."""

    names: Names
    name: str

    def add(self, address: str) -> None:
        self.names.add(self.name, address.partition(":")[0])

    def remove(self, address: str) -> None:
        self.names.remove(self.name, address.partition(":")[0])


@dataclass
class Balanced(Listing):
    """Lists edges at what stands before them."""

    balancer: Balancer

    def add(self, address: str) -> None:
        host, _, port = address.partition(":")
        self.balancer.add(host, int(port))

    def remove(self, address: str) -> None:
        host, _, port = address.partition(":")
        self.balancer.remove(host, int(port))


@asynccontextmanager
async def processes(directory: Path) -> AsyncIterator[System]:
    """Run the system for the length of the context; logs and data are in directory."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        site = await enter(local_site())
        names, balancer = Names(), Balancer()
        await enter(names.served())
        await enter(balancer.listening())
        postgres = stack.enter_context(EmbeddedPostgres(directory / "postgres", DURABLE))
        valkey = stack.enter_context(EmbeddedValkey(directory / "valkey"))
        admin_dsn = create_database(postgres.admin_dsn, "instant_og")
        secrets = Secrets(directory / "secrets.json")
        base_url = f"http://{LOOPBACK}:{balancer.port}"
        table = ServiceTable(
            StackConfig(
                directory,
                http_port=balancer.port,
                public_base_url=base_url,
                environment=clean_environment(os.environ)
                | {
                    "OG_LOOPBACK_TARGETS": site.address,
                    "OG_TRUSTED_PROXIES": "1",
                    "OG_EXTRACT_READERS": "1",
                    "OG_RENDER_WORKERS": "1",
                },
            ),
            secrets,
            valkey.url,
            _migrated(admin_dsn, secrets),
            {service: free_ports(1) * REPLICAS for service in SERVICES},
        )
        targets = {
            name: names.target(f"{name}.{DOMAIN}", table.ports[name][0]) for name in GRPC_SERVICES
        }
        told = {f"OG_{name.upper()}_TARGET": target for name, target in targets.items()}
        pods = _pods(table, told, names, balancer, directory)
        for pod in pods.values():
            stack.push_async_callback(pod.end)
        grpc_pods = [pod for pod in pods.values() if pod.service != "edge"]
        await asyncio.gather(*(pod.start() for pod in grpc_pods))
        await asyncio.gather(*(pod.start() for pod in pods.values() if pod.service == "edge"))
        token = secrets.token("caller_operator")
        auth, billing = [
            await enter(open_channel(targets[name], token)) for name in ("auth", "billing")
        ]
        audit_environment = {
            **table.edge_program().environment,
            **told,
            "OG_CALLER_TOKEN": token,
        }
        yield System(
            pods, balancer.port, base_url, site, admin_dsn, audit_environment, Books(auth, billing)
        )


def _migrated(admin_dsn: str, secrets: Secrets) -> dict[str, str]:
    dsns = {}
    for service in SERVICES_WITH_SCHEMA:
        dsns[service] = prepare_schema(admin_dsn, service, secrets.token(f"role_{service}"))
        migrate(admin_dsn, f"og_{service}", service)
    return dsns


def _pods(
    table: ServiceTable,
    targets: Mapping[str, str],
    names: Names,
    balancer: Balancer,
    directory: Path,
) -> dict[str, ProcessPod]:
    pods = {}
    for service in SERVICES:
        for number, program in enumerate(table.programs(service), 1):
            name = f"{service}-{number}"
            is_http = service == "edge"
            pods[name] = ProcessPod(
                name,
                service,
                table.ports[service][0],
                Balanced(balancer) if is_http else Named(names, f"{service}.{DOMAIN}"),
                {**program.environment, **(targets if is_http else {})},
                directory / f"{name}.log",
            )
    return pods
