"""The whole system on this machine."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from og_service.migrations import migrate
from og_stack.config import StackConfig
from og_stack.databases import create_database, prepare_schema
from og_stack.demo_data import ARTICLE_PATH, EMAIL, Demo, DemoSeeder
from og_stack.external import demand_postgres, demand_valkey
from og_stack.locks import DirectoryLock
from og_stack.output import Output
from og_stack.ports import LOOPBACK, demand_free
from og_stack.postgres import EmbeddedPostgres
from og_stack.probes import http_answers, store_answers
from og_stack.processes import GRPC_SERVICES
from og_stack.services import SERVICES_WITH_SCHEMA, ServiceTable, python_module
from og_stack.state import PrivateJson, Secrets
from og_stack.supervisor import Child, Program, Supervisor
from og_stack.valkey import EmbeddedValkey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from og_stack.embedded import EmbeddedStore

DATABASE = "instant_og"


class Stack:
    """Stores, services and demo page; up inside `async with`, gone after it.

    `make run` and the end-to-end tests drive this same class.
    """

    def __init__(self, config: StackConfig, output: Output | None = None) -> None:
        """Say with which settings; nothing starts before `async with`."""
        self.config = config
        self.supervisor = Supervisor(output or Output(sys.stdout))
        self.demo: Demo
        self.services: ServiceTable
        self.admin_dsn: str
        self._run_file = PrivateJson(config.directory / "run.json")
        self._exit = AsyncExitStack()

    @property
    def base_url(self) -> str:
        """Where the API answers, by whichever edge a connection falls to."""
        return self.config.base_url

    @property
    def edge_urls(self) -> list[str]:
        """Where each process of the edge answers by itself."""
        return [f"http://{address}" for address in self.services.addresses("edge")]

    def process(self, name: str) -> Child:
        """Give a running program by name: postgres, valkey, auth, …, edge, demo.

        Where a service has several processes, they are auth-1, auth-2, ….
        """
        return self.supervisor.children[name]

    def kill(self, name: str) -> int:
        """Kill a program as a crash would, and give the process id it had."""
        pid = self.process(name).pid
        os.kill(pid, signal.SIGKILL)
        return pid

    async def up_again(self, name: str, old_pid: int) -> None:
        """Wait until a program that was killed answers again."""
        await self.supervisor.up_again(name, old_pid)

    async def __aenter__(self) -> Self:
        """Start everything; what was started is stopped if something fails."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop everything."""
        await self.stop()

    async def stop(self) -> None:
        """Stop everything, last started first; stopping twice is harmless."""
        await self.supervisor.stop()
        await self._exit.aclose()

    async def _start(self) -> None:
        config = self.config
        lock = DirectoryLock(config.directory)
        lock.acquire()
        self._exit.callback(lock.release)
        demand_free(config.http_host, config.http_port, "OG_HTTP_PORT")
        demand_free(LOOPBACK, config.demo_port, "OG_DEMO_PORT")
        secrets = Secrets(config.directory / "secrets.json")
        self.admin_dsn, redis_url = await self._start_stores()
        dsns = await asyncio.to_thread(self._migrate, secrets)
        ports = ServiceTable.choose_ports(config.processes)
        self.services = ServiceTable(config, secrets, redis_url, dsns, ports)
        await self.supervisor.start(
            *(program for name in GRPC_SERVICES for program in self.services.programs(name))
        )
        self._tell_operators(secrets)
        self.demo = await self._seed(secrets)
        await self.supervisor.start(*self.services.programs("edge"), self._demo_program())
        PrivateJson(config.directory / "demo.json").write(self.demo.as_dict())

    async def _start_stores(self) -> tuple[str, str]:
        """Start the stores that nobody named, and give the addresses of both."""
        config = self.config
        postgres = EmbeddedPostgres(config.directory / "postgres")
        valkey = EmbeddedValkey(config.directory / "valkey")
        wanted: list[EmbeddedStore] = []
        if config.database_url is None:
            wanted.append(postgres)
        else:
            await asyncio.to_thread(demand_postgres, config.database_url)
        if config.redis_url is None:
            wanted.append(valkey)
        else:
            await asyncio.to_thread(demand_valkey, config.redis_url)
        for store in wanted:
            await asyncio.to_thread(store.prepare)
            self._exit.callback(store.release)
        await self.supervisor.start(*(self._store_program(store) for store in wanted))
        admin_dsn = config.database_url
        if admin_dsn is None:
            admin_dsn = await asyncio.to_thread(create_database, postgres.admin_dsn, DATABASE)
        return admin_dsn, config.redis_url or valkey.url

    def _store_program(self, store: EmbeddedStore) -> Program:
        return Program(
            name=store.name,
            command=store.command(),
            is_ready=store_answers(store),
            environment=os.environ,
            working_directory=self.config.directory,
            stop_signal=store.stop_signal,
            restarts=False,
        )

    def _migrate(self, secrets: Secrets) -> dict[str, str]:
        """Create each service's role and schema, and give each role's DSN."""
        dsns = {}
        for service in SERVICES_WITH_SCHEMA:
            password = secrets.token(f"role_{service}")
            dsns[service] = prepare_schema(self.admin_dsn, service, password)
            for name in migrate(self.admin_dsn, f"og_{service}", service):
                self.supervisor.say(f"{service}: migration {name} applied")
        return dsns

    def _tell_operators(self, secrets: Secrets) -> None:
        self._exit.callback(self._run_file.path.unlink, missing_ok=True)
        targets = {f"{name}_target": self.services.target(name) for name in GRPC_SERVICES}
        token = secrets.token("caller_operator")
        edge, billing = self.services.edge_program(), self.services.grpc_program("billing")
        environments = {
            "edge_environment": _only_ours(edge.environment),
            "billing_environment": _only_ours(billing.environment),
        }
        self._run_file.write(
            {
                "pid": os.getpid(),
                "base_url": self.base_url,
                **targets,
                "operator_token": token,
                **environments,
            }
        )

    async def _seed(self, secrets: Secrets) -> Demo:
        config = self.config
        seeder = DemoSeeder(self.services.target("auth"), self.services.target("billing"), secrets)
        account_id, site_id, api_key, password = await seeder.seed(config.demo_site)
        page = f"http://{config.demo_site}{ARTICLE_PATH}"
        return Demo(config.base_url, account_id, api_key, site_id, page, EMAIL, password)

    def _demo_program(self) -> Program:
        config = self.config
        options = ["--port", str(config.demo_port), "--public-url", config.public_url]
        options += ["--site-id", self.demo.site_id]
        return Program(
            name="demo",
            command=python_module("og_stack.demo", *options),
            is_ready=http_answers(LOOPBACK, config.demo_port, ARTICLE_PATH),
            environment=os.environ,
            working_directory=config.directory,
        )


def _only_ours(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if os.environ.get(name) != value}
