"""The five services as programs: what each is started with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from og_stack.config import StackConfig
from og_stack.ports import LOOPBACK, free_ports
from og_stack.privileges import dying_with_parent
from og_stack.probes import grpc_serves, http_answers
from og_stack.state import Secrets
from og_stack.supervisor import Program

GRPC_SERVICES = ("auth", "extract", "render", "billing")
SERVICES_WITH_SCHEMA = ("auth", "billing", "edge")
SERVICES_WITH_VALKEY = ("auth", "edge")
STORE_VARIABLES = ("DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL")
# What only one process can have; `make run` starts five.
PER_PROCESS_VARIABLES = ("OG_METRICS_ADDRESS",)
CALLERS = ("edge", "operator")


def python_module(name: str, *arguments: str) -> list[str]:
    """Give the command that runs a module of ours and dies with us."""
    # -P: what lies in the working directory must not be imported by accident.
    return [*dying_with_parent("TERM"), sys.executable, "-P", "-m", name, *arguments]


@dataclass(frozen=True)
class ServiceTable:
    """Builds the programs of the services for one run."""

    config: StackConfig
    secrets: Secrets
    redis_url: str
    dsns: Mapping[str, str]
    ports: Mapping[str, int]

    @classmethod
    def choose_ports(cls) -> dict[str, int]:
        """Choose the gRPC services' ports for a run."""
        return dict(zip(GRPC_SERVICES, free_ports(len(GRPC_SERVICES)), strict=True))

    def target(self, service: str) -> str:
        """Give the `host:port` of a gRPC service."""
        return f"{LOOPBACK}:{self.ports[service]}"

    def grpc_program(self, service: str) -> Program:
        """Describe one of the gRPC services."""
        callers = ",".join(f"{name}={self.secrets.token(f'caller_{name}')}" for name in CALLERS)
        own = {"OG_LISTEN_ADDRESS": self.target(service), "OG_CALLERS": callers}
        return Program(
            name=service,
            command=python_module(f"og_{service}"),
            is_ready=grpc_serves(self.target(service)),
            environment=self._environment(service, own),
            working_directory=self.config.directory,
        )

    def edge_program(self) -> Program:
        """Describe the edge."""
        config = self.config
        own = {f"OG_{name.upper()}_TARGET": self.target(name) for name in GRPC_SERVICES}
        own |= {
            "OG_CALLER_TOKEN": self.secrets.token("caller_edge"),
            "OG_HTTP_HOST": config.http_host,
            "OG_HTTP_PORT": str(config.http_port),
            "OG_PUBLIC_BASE_URL": config.public_url,
        }
        host = config.base_url.removeprefix("http://").rpartition(":")[0]
        return Program(
            name="edge",
            command=python_module("og_edge"),
            is_ready=http_answers(host, config.http_port, "/healthz"),
            environment=self._environment("edge", own),
            working_directory=config.directory,
        )

    def _environment(self, service: str, own: Mapping[str, str]) -> dict[str, str]:
        """Merge: what we prefer, then what the caller set, then what must be so."""
        own_of_each = {*STORE_VARIABLES, *PER_PROCESS_VARIABLES}
        caller = {k: v for k, v in self.config.environment.items() if k not in own_of_each}
        targets = [self.config.demo_site, caller.get("OG_LOOPBACK_TARGETS", "")]
        preferred = {
            "OG_ENVIRONMENT": "development",
            "OG_LOG_FORMAT": "console",
            "OG_CARD_STORE_URL": (self.config.directory / "cards").as_uri(),
        }
        stores = {}
        if service in SERVICES_WITH_SCHEMA:
            stores["DATABASE_URL"] = self.dsns[service]
        if service in SERVICES_WITH_VALKEY:
            stores["REDIS_URL"] = self.redis_url
        loopback = {"OG_LOOPBACK_TARGETS": ",".join(filter(None, targets))}
        return {**preferred, **caller, "PYTHONUNBUFFERED": "1", **loopback, **stores, **own}
