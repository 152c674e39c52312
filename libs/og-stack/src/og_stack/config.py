"""Settings of a local system, from the caller's environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from og_stack.ports import LOOPBACK, free_ports
from og_stack.processes import MAX_PROCESSES, SERVICES

DEFAULT_HTTP_PORT = 8000
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - compared with, not bound


class ConfigError(Exception):
    """A variable holds something that cannot be used."""


@dataclass(frozen=True)
class StackConfig:
    """Where a local system keeps its data, which ports it takes, how many processes it starts."""

    directory: Path
    http_host: str = LOOPBACK
    http_port: int = DEFAULT_HTTP_PORT
    demo_port: int = DEFAULT_HTTP_PORT + 1
    public_base_url: str = ""
    database_url: str | None = None
    redis_url: str | None = None
    processes: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(SERVICES, 1))
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, directory: Path, environment: Mapping[str, str]) -> StackConfig:
        """Read the settings; ConfigError names the variable that is wrong."""
        http_port = _port(environment, "OG_HTTP_PORT", DEFAULT_HTTP_PORT)
        demo_port = _port(environment, "OG_DEMO_PORT", http_port + 1 if http_port else 0)
        spare = free_ports(2)
        public = environment.get("OG_PUBLIC_BASE_URL") or environment.get("PUBLIC_BASE_URL")
        return cls(
            directory=directory.resolve(),
            http_host=environment.get("OG_HTTP_HOST") or LOOPBACK,
            http_port=http_port or spare[0],
            demo_port=demo_port or spare[1],
            public_base_url=(public or "").rstrip("/"),
            database_url=environment.get("DATABASE_URL") or None,
            redis_url=environment.get("REDIS_URL") or None,
            processes={name: _processes(environment, name) for name in SERVICES},
            environment=environment,
        )

    @property
    def base_url(self) -> str:
        """Where the API answers on this machine."""
        host = LOOPBACK if self.http_host == ANY_ADDRESS else self.http_host
        return f"http://{host}:{self.http_port}"

    @property
    def public_url(self) -> str:
        """Where the world finds the API."""
        return self.public_base_url or self.base_url

    @property
    def own_site(self) -> str:
        """The API's own `address:port`, whose cards the debugger looks at; "" off loopback."""
        url = self.public_url
        return url.removeprefix("http://") if url == f"http://{LOOPBACK}:{self.http_port}" else ""

    @property
    def demo_site(self) -> str:
        """The demo pages' `address:port`."""
        return f"{LOOPBACK}:{self.demo_port}"


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 - 16 bits
        raise ConfigError(f"{name} must be a port from 1 to 65535, or 0 for any free one: {text!r}")
    return int(text)


def _processes(environment: Mapping[str, str], service: str) -> int:
    name = f"OG_{service.upper()}_PROCESSES"
    text = environment.get(name) or "1"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_PROCESSES):
        raise ConfigError(f"{name} must be a number from 1 to {MAX_PROCESSES}: {text!r}")
    return int(text)
