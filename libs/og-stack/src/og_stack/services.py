"""The five services as programs: what each is started with."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from og_stack.config import StackConfig
from og_stack.ports import LOOPBACK, free_ports
from og_stack.privileges import dying_with_parent
from og_stack.probes import grpc_serves, http_answers
from og_stack.processes import GRPC_SERVICES, SERVICES, process_name
from og_stack.state import Secrets
from og_stack.supervisor import Program

SERVICES_WITH_SCHEMA = ("auth", "billing", "edge")
SERVICES_WITH_VALKEY = ("auth", "edge")
OWN_VARIABLES = frozenset(
    {
        *("DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL"),
        *("OG_TLS_CERTIFICATE", "OG_TLS_KEY", "OG_TLS_CA", "OG_HEALTH_ADDRESS"),
    }
)
"""What the caller's environment does not decide: stores are chosen for all, and callers here show
tokens, over loopback."""
METRICS_VARIABLE = "OG_METRICS_ADDRESS"
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
    ports: Mapping[str, Sequence[int]]
    """One for each process of each service, which it alone listens on."""

    @classmethod
    def choose_ports(cls, counts: Mapping[str, int]) -> dict[str, list[int]]:
        """Choose the ports for a run with so many processes of each service."""
        return {service: free_ports(counts[service]) for service in SERVICES}

    def addresses(self, service: str) -> list[str]:
        """Give the `host:port` of each process of a service, past what they share."""
        return [f"{LOOPBACK}:{port}" for port in self.ports[service]]

    def target(self, service: str) -> str:
        """Give what a channel needs to balance over all processes of a gRPC service."""
        return "ipv4:" + ",".join(self.addresses(service))

    def names(self, service: str) -> list[str]:
        """Name the processes of a service."""
        count = len(self.ports[service])
        return [process_name(service, number, count) for number in range(1, count + 1)]

    def metrics_address(self, name: str) -> str:
        """Give where a process serves its metrics, counted up from the caller's; empty: nowhere."""
        first = self.config.environment.get(METRICS_VARIABLE, "")
        host, _, port = first.rpartition(":")
        if not port.isdecimal():
            return first  # which is empty, or a fault that the process names
        names = [each for service in SERVICES for each in self.names(service)]
        return f"{host}:{int(port) + names.index(name)}"

    def programs(self, service: str) -> list[Program]:
        """Describe every process of a service."""
        numbers = range(1, len(self.ports[service]) + 1)
        if service == "edge":
            return [self.edge_program(number) for number in numbers]
        return [self.grpc_program(service, number) for number in numbers]

    def grpc_program(self, service: str, number: int = 1) -> Program:
        """Describe a process of one of the gRPC services, by its number from 1."""
        callers = ",".join(f"{name}={self.secrets.token(f'caller_{name}')}" for name in CALLERS)
        address = self.addresses(service)[number - 1]
        own = {"OG_LISTEN_ADDRESS": address, "OG_CALLERS": callers}
        if service == "auth":
            own["OG_AUTH_REPLICAS"] = str(len(self.ports[service]))
            own["OG_PUBLIC_BASE_URL"] = self.config.public_url
        name = self.names(service)[number - 1]
        own[METRICS_VARIABLE] = self.metrics_address(name)
        return Program(
            name=name,
            command=python_module(f"og_{service}"),
            is_ready=grpc_serves(address),
            environment=self._environment(service, own),
            working_directory=self.config.directory,
        )

    def edge_program(self, number: int = 1) -> Program:
        """Describe a process of the edge, by its number from 1."""
        config = self.config
        name = self.names("edge")[number - 1]
        ports = self.ports["edge"]
        own_port = ports[number - 1]
        own = {f"OG_{name.upper()}_TARGET": self.target(name) for name in GRPC_SERVICES}
        own |= {
            "OG_CALLER_TOKEN": self.secrets.token("caller_edge"),
            "OG_HTTP_HOST": config.http_host,
            "OG_HTTP_PORT": str(config.http_port),
            "OG_HTTP_OWN_PORT": str(own_port),
            "OG_HTTP_SHARE_PORT": str(len(ports) > 1),
            "OG_PUBLIC_BASE_URL": config.public_url,
            METRICS_VARIABLE: self.metrics_address(name),
        }
        return Program(
            name=name,
            command=python_module("og_edge"),
            is_ready=http_answers(LOOPBACK, own_port, "/healthz"),
            environment=self._environment("edge", own),
            working_directory=config.directory,
        )

    def _environment(self, service: str, own: Mapping[str, str]) -> dict[str, str]:
        """Merge: what we prefer, then what the caller set, then what must be so."""
        caller = {k: v for k, v in self.config.environment.items() if k not in OWN_VARIABLES}
        targets = [self.config.demo_site, caller.get("OG_LOOPBACK_TARGETS", "")]
        if service == "extract":
            targets.append(self.config.own_site)
        preferred = {
            "OG_ENVIRONMENT": "development",
            "OG_LOG_FORMAT": "console",
            "GRPC_VERBOSITY": "ERROR",  # its lines are none of the log
            "OG_CARD_STORE_URL": (self.config.directory / "cards").as_uri(),
        }
        stores = {}
        if service in SERVICES_WITH_SCHEMA:
            stores["DATABASE_URL"] = self.dsns[service]
        if service in SERVICES_WITH_VALKEY:
            stores["REDIS_URL"] = self.redis_url
        loopback = {"OG_LOOPBACK_TARGETS": ",".join(filter(None, targets))}
        return {**preferred, **caller, "PYTHONUNBUFFERED": "1", **loopback, **stores, **own}
