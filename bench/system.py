"""The whole system as `make run` starts it, for the length of a measurement."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from bench.processes import cpu_us_by_kind
from og_stack.config import StackConfig
from og_stack.output import Output
from og_stack.ports import LOOPBACK, free_ports
from og_stack.probes import http_answers
from og_stack.stack import Stack
from og_stack.supervisor import Program
from tests.support.local_system import clean_environment

KINDS = ("postgres", "valkey", "auth", "extract", "render", "billing", "edge")
DURABILITY = ("fsync", "synchronous_commit", "full_page_writes", "server_version")
AUDIT_TIMEOUT_S = 600


class AuditFailedError(Exception):
    """The ledger is not what the answers say it must be."""


@dataclass(frozen=True)
class System:
    """A running system of several edges and billings."""

    stack: Stack
    edge_ports: Sequence[int]

    @property
    def base_url(self) -> str:
        """Where the first edge answers."""
        return f"http://{LOOPBACK}:{self.edge_ports[0]}"

    def edge_environment(self) -> dict[str, str]:
        """Give what an edge is started with."""
        program = self.stack.process(f"edge-{self.edge_ports[0]}").program
        return dict(program.environment)

    def roots(self) -> dict[str, list[int]]:
        """Give the processes of each kind, without what those started."""
        found: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for name, child in self.stack.supervisor.children.items():
            kind = name.partition("-")[0]
            if kind in found:
                found[kind].append(child.pid)
        return found

    def cpu_us(self) -> dict[str, float]:
        """Tell the processor time that each kind took so far."""
        return cpu_us_by_kind(self.roots())

    def cached_charges(self) -> int:
        """Count the answers of cards that exist which the ledger charged for."""
        return int(self.value("SELECT coalesce(sum(cached_cards), 0) FROM billing.daily_spending"))

    def value(self, statement: str) -> str:
        """Ask the database for one value, as its administrator."""
        with psycopg.connect(self.stack.admin_dsn, autocommit=True) as connection:
            [value] = connection.execute(statement.encode()).fetchone() or [None]
            return str(value)

    def durability(self) -> dict[str, str]:
        """Tell what the server promises of a commit."""
        return {name: self.value(f"SHOW {name}") for name in DURABILITY}

    async def audit(self) -> None:
        """Add the whole ledger up; AuditFailedError if it is wrong."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "og_billing", "audit"),
            env=dict(self.stack.services.grpc_program("billing").environment),
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(AUDIT_TIMEOUT_S):
            output, _ = await process.communicate()
        if process.returncode != 0 or not json.loads(output)["passed"]:
            raise AuditFailedError(f"the ledger does not add up: {output.decode()}")


@asynccontextmanager
async def running_system(
    directory: Path, settings: Mapping[str, str] | None = None, *, edges: int = 2, billings: int = 2
) -> AsyncIterator[System]:
    """Run it on free ports; its data and its log are in directory."""
    environment = clean_environment(os.environ) | {
        "OG_HTTP_PORT": "0",
        "OG_LOG_FORMAT": "json",
        "OG_LOG_LEVEL": "WARNING",
        **(settings or {}),
    }
    config = StackConfig.from_environment(directory / "local", environment)
    with (directory / "log").open("w") as log:
        async with Stack(config, Output(log)) as stack:
            targets = [stack.services.target("billing")]
            for n in range(2, billings + 1):
                (port,) = free_ports(1)
                other = replace(stack.services, ports={**stack.services.ports, "billing": port})
                await stack.supervisor.start(
                    replace(other.grpc_program("billing"), name=f"billing-{n}")
                )
                targets.append(other.target("billing"))
            ports = free_ports(edges)
            for port in ports:
                await stack.supervisor.start(_edge(stack, port, targets))
            yield System(stack, ports)


def _edge(stack: Stack, port: int, billings: Sequence[str]) -> Program:
    program = stack.services.edge_program()
    own = {"OG_HTTP_PORT": str(port), "OG_BILLING_TARGET": "ipv4:" + ",".join(billings)}
    return replace(
        program,
        name=f"edge-{port}",
        environment={**program.environment, **own},
        is_ready=http_answers(LOOPBACK, port, "/healthz"),
    )
