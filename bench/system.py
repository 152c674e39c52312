"""The whole system as `make run` starts it, for the length of a measurement."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
import uvloop

from bench.processes import cpu_us_by_kind
from og_stack.config import StackConfig
from og_stack.output import Output
from og_stack.ports import LOOPBACK, free_ports, is_free
from og_stack.processes import SERVICES
from og_stack.stack import Stack
from tests.support.local_system import clean_environment

KINDS = ("postgres", "valkey", "auth", "extract", "render", "billing", "edge")
DURABILITY = ("fsync", "synchronous_commit", "full_page_writes", "server_version")
AUDIT_TIMEOUT_S = 600
MAX_PROCESSES_WITH_METRICS = 16

T = TypeVar("T")


class AuditFailedError(Exception):
    """The ledger is not what the answers say it must be."""


@dataclass(frozen=True)
class System:
    """A running system of several edges and billings."""

    stack: Stack

    @property
    def base_url(self) -> str:
        """Where the edges answer, on the port that they share."""
        return self.stack.base_url

    @property
    def edge_ports(self) -> Sequence[int]:
        """Where each edge answers by itself."""
        return self.stack.services.ports["edge"]

    def edge_environment(self) -> dict[str, str]:
        """Give what an edge is started with."""
        return dict(self.stack.services.edge_program().environment)

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

    def metrics(self) -> dict[str, float]:
        """Add up what the services' processes count, by name and labels; {} without metrics."""
        found: dict[str, float] = {}
        for service in SERVICES:
            for name in self.stack.services.names(service):
                if address := self.stack.services.metrics_address(name):
                    text = httpx.get(f"http://{address}/metrics").text
                    for sample, value in parse_metrics(text):
                        found[sample] = found.get(sample, 0) + value
        return found

    def cached_charges(self) -> int:
        """Count the answers of cards that exist which the ledger charged for."""
        return int(self.value("SELECT coalesce(sum(cached_cards), 0) FROM billing.daily_spending"))

    def generations(self) -> int:
        """Count the new cards that the ledger charged for."""
        return int(self.value("SELECT coalesce(sum(generations), 0) FROM billing.daily_spending"))

    def spent_credits(self) -> int:
        """Add up what the ledger took for cards of any kind."""
        return int(self.value("SELECT coalesce(sum(credits), 0) FROM billing.daily_spending"))

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


def parse_metrics(text: str) -> list[tuple[str, float]]:
    """Read samples from a page of Prometheus, as `name{label="value"}` and their values."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.rpartition(" ") for line in lines]
    return [(sample, float(value)) for sample, _, value in pairs]


def metrics_address() -> str:
    """Find a port that so many free ones follow as processes may want."""
    while True:
        (first,) = free_ports(1)
        if all(is_free(LOOPBACK, first + n) for n in range(MAX_PROCESSES_WITH_METRICS)):
            return f"{LOOPBACK}:{first}"


@asynccontextmanager
async def running_system(
    directory: Path, settings: Mapping[str, str] | None = None, *, edges: int = 2, billings: int = 2
) -> AsyncIterator[System]:
    """Run it on free ports; its data and its log are in directory."""
    environment = clean_environment(os.environ) | {
        "OG_HTTP_PORT": "0",
        "OG_LOG_FORMAT": "json",
        "OG_LOG_LEVEL": "WARNING",
        "OG_EDGE_PROCESSES": str(edges),
        "OG_BILLING_PROCESSES": str(billings),
        **(settings or {}),
    }
    config = StackConfig.from_environment(directory / "local", environment)
    with (directory / "log").open("w") as log:
        async with Stack(config, Output(log)) as stack:
            yield System(stack)


def run_in_directory(run: Callable[[Path], Coroutine[Any, Any, T]]) -> T:
    """Run with a directory for a system, whose sockets need a short path; it is gone afterwards."""
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        return uvloop.run(run(Path(directory)))
