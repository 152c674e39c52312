"""The system under test: several replicas of what is named, every way to them faulty."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from psycopg.conninfo import make_conninfo

from og_service.migrations import migrate
from og_stack.config import StackConfig
from og_stack.databases import create_database, prepare_schema
from og_stack.embedded import EmbeddedStore
from og_stack.ports import LOOPBACK, free_ports
from og_stack.postgres import EmbeddedPostgres
from og_stack.probes import store_answers
from og_stack.processes import GRPC_SERVICES, SERVICES
from og_stack.services import SERVICES_WITH_SCHEMA, ServiceTable
from og_stack.state import Secrets
from og_stack.supervisor import Program
from og_stack.valkey import EmbeddedValkey
from tests.faults.clocks import SHIFT_MAX_S, SHIFT_MIN_S, shifted
from tests.faults.keeper import Keeper, Kept
from tests.support.fault_proxy import FaultProxy, Target
from tests.support.local_site import LocalSite, local_site
from tests.support.local_system import clean_environment

SHIFTED_REPLICA = 2
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
POSTGRES_SOCKET = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Edge:
    """Where an edge answers."""

    name: str
    port: int


@dataclass(frozen=True)
class Shape:
    """How many there are of each service, and to which of them an edge's ways can fail."""

    replicas: Mapping[str, int]
    ways_of_edges: Sequence[str]

    def names(self, service: str) -> list[str]:
        """Name the replicas of a service."""
        return [f"{service}-{number}" for number in range(1, self.replicas.get(service, 1) + 1)]


FAULTS = Shape({"edge": 2, "auth": 2, "billing": 2}, ("auth", "billing"))


class Topology:
    """All processes and proxies; up inside `async with`, gone after it."""

    def __init__(self, directory: Path, seed: str, shape: Shape = FAULTS) -> None:
        """Say where data and logs are kept."""
        directory.mkdir(parents=True, exist_ok=True)
        self.shape = shape
        self.seed = seed
        self.keeper = Keeper(directory, seed)
        self.links: dict[str, FaultProxy] = {}
        names = shape.names("edge")
        self.edges = [Edge(*it) for it in zip(names, free_ports(len(names)), strict=True)]
        self.shifts_s = self._choose_shifts()
        self.site: LocalSite
        self.admin_dsn: str
        self.audit_environment: Mapping[str, str]
        self._directory = directory
        self._postgres = EmbeddedPostgres(directory / "postgres", DURABLE)
        self._valkey = EmbeddedValkey(directory / "valkey")
        self._secrets = Secrets(directory / "secrets.json")
        counts = {service: len(shape.names(service)) for service in SERVICES}
        self._ports = ServiceTable.choose_ports(counts)
        self._exit = AsyncExitStack()

    @property
    def base_url(self) -> str:
        """How the world names this system."""
        return f"http://{LOOPBACK}:{self.edges[0].port}"

    @property
    def operator_token(self) -> str:
        """What an operator calls services with."""
        return self._secrets.token("caller_operator")

    @property
    def valkey_url(self) -> str:
        """Where Valkey is, past every proxy."""
        return self._valkey.url

    def target(self, name: str) -> str:
        """Give the address of a replica itself, past every proxy."""
        return f"{LOOPBACK}:{self._port(name)}"

    def targets(self, service: str) -> str:
        """Give the addresses of all replicas of a service, as gRPC reads them."""
        return "ipv4:" + ",".join(map(self.target, self.shape.names(service)))

    async def heal(self) -> None:
        """End all faults of connections and wait until every program answers."""
        for link in self.links.values():
            link.heal()
        self.keeper.resume_all()
        await self.keeper.all_up()

    async def __aenter__(self) -> Self:
        """Start everything."""
        try:
            await self._start()
        except BaseException:
            await self._exit.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop everything."""
        await self._exit.aclose()

    async def _start(self) -> None:
        self.site = await self._exit.enter_async_context(local_site())
        self._exit.push_async_callback(self.keeper.stop)
        await self.keeper.start(self._kept_store(self._postgres), self._kept_store(self._valkey))
        self.admin_dsn = await asyncio.to_thread(
            create_database, self._postgres.admin_dsn, "instant_og"
        )
        dsns = await asyncio.to_thread(self._migrate)
        stores = {
            "postgres": self._postgres.socket_directory / POSTGRES_SOCKET,
            "valkey": self._valkey.socket_directory / self._valkey.socket_name,
        }
        table = self._table(dsns, "")
        programs = [table.grpc_program(service) for service in ("extract", "render")]
        for service in ("auth", "billing"):
            names = self.shape.names(service)
            programs += [await self._replica(service, name, dsns, stores) for name in names]
        programs += [await self._edge(edge, dsns, stores) for edge in self.edges]
        await self.keeper.start(*(Kept(program) for program in programs))

    def _kept_store(self, store: EmbeddedStore) -> Kept:
        async def prepare() -> None:
            store.release()
            await asyncio.to_thread(store.prepare)

        self._exit.callback(store.release)
        store.prepare()  # the command and the password are known after it
        program = Program(
            name=store.name,
            command=store.command(),
            is_ready=store_answers(store),
            environment=os.environ,
            working_directory=self._directory,
            stop_signal=store.stop_signal,
        )
        return Kept(program, prepare)

    def _migrate(self) -> dict[str, str]:
        dsns = {}
        for service in SERVICES_WITH_SCHEMA:
            password = self._secrets.token(f"role_{service}")
            dsns[service] = prepare_schema(self.admin_dsn, service, password)
            migrate(self.admin_dsn, f"og_{service}", service)
        return dsns

    async def _link(self, client: str, server: str, target: Target) -> FaultProxy:
        link = FaultProxy(f"{client}>{server}", target)
        self.links[link.name] = link
        await self._exit.enter_async_context(link.listening())
        return link

    async def _replica(
        self, service: str, name: str, dsns: Mapping[str, str], stores: Mapping[str, Path]
    ) -> Program:
        postgres = await self._link(name, "postgres", stores["postgres"])
        redis_url = ""
        if service == "auth":
            valkey = await self._link(name, "valkey", stores["valkey"])
            redis_url = f"redis://{valkey.address}/0"
        own_dsns = {service: _through(postgres, dsns[service])}
        program = self._table(own_dsns, redis_url).grpc_program(service, _number(name))
        return self._named(program, name)

    async def _edge(
        self, edge: Edge, dsns: Mapping[str, str], stores: Mapping[str, Path]
    ) -> Program:
        postgres = await self._link(edge.name, "postgres", stores["postgres"])
        targets = {service: self.targets(service) for service in GRPC_SERVICES}
        for service in self.shape.ways_of_edges:
            links = [
                await self._link(edge.name, replica, (LOOPBACK, self._port(replica)))
                for replica in self.shape.names(service)
            ]
            targets[service] = "ipv4:" + ",".join(link.address for link in links)
        table = self._table({"edge": dsns["edge"]}, "", edge.port)
        program = table.edge_program(_number(edge.name))
        names = {f"OG_{service.upper()}_TARGET": target for service, target in targets.items()}
        # The audit takes the straight ways: it looks at what the faults left.
        self.audit_environment = {
            **program.environment,
            "OG_BILLING_TARGET": self.targets("billing"),
            "OG_CALLER_TOKEN": self.operator_token,
        }
        faulty = {**names, "DATABASE_URL": _through(postgres, dsns["edge"])}
        program = replace(program, environment={**program.environment, **faulty})
        return self._named(program, edge.name)

    def _port(self, name: str) -> int:
        return self._ports[name.partition("-")[0]][_number(name) - 1]

    def _table(self, dsns: Mapping[str, str], redis_url: str, http_port: int = 0) -> ServiceTable:
        environment = clean_environment(os.environ) | {
            "OG_LOOPBACK_TARGETS": self.site.address,
            "OG_TRUSTED_PROXIES": "1",
        }
        config = StackConfig(
            self._directory,
            http_port=http_port or self.edges[0].port,
            public_base_url=self.base_url,
            environment=environment,
        )
        return ServiceTable(config, self._secrets, redis_url, dsns, self._ports)

    def _named(self, program: Program, name: str) -> Program:
        if name in self.shifts_s:
            program = replace(program, command=shifted(program.command, self.shifts_s[name]))
        return replace(program, name=name)

    def _choose_shifts(self) -> dict[str, int]:
        rng = random.Random(f"{self.seed}/clocks")
        shifted_names = [
            f"{service}-{SHIFTED_REPLICA}"
            for service, number in self.shape.replicas.items()
            if number >= SHIFTED_REPLICA
        ]
        return {
            name: rng.choice((-1, 1)) * rng.randint(SHIFT_MIN_S, SHIFT_MAX_S)
            for name in shifted_names
        }


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def _through(link: FaultProxy, dsn: str) -> str:
    return make_conninfo(dsn, host=LOOPBACK, port=link.port, sslmode="disable")
