"""Replicas of services, as a cluster runs them: ready before they are listed, unlisted first."""

from __future__ import annotations

import asyncio
import itertools
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from og_stack.probes import grpc_serves, http_answers
from og_stack.services import python_module

READY_WITHIN_S = 240.0
"""On a machine that also builds images."""
POLL_INTERVAL_S = 0.05


class Listing(Protocol):
    """Where clients find the replicas of a service."""

    def add(self, address: str) -> None:
        """List a replica by its `host:port`."""

    def remove(self, address: str) -> None:
        """List it no more."""


class Pod(Protocol):
    """A replica that can be started and ended again and again."""

    name: str

    async def start(self) -> None:
        """Start it anew, at another address, and list it once it is ready."""

    def leave(self) -> None:
        """List it no more."""

    async def stop(self, within_s: float) -> int | None:
        """Tell it to stop, and wait; give its exit status, None where it had to be killed."""

    async def kill(self) -> None:
        """End it as a crash would, while it is listed, and list it no more."""


@dataclass
class ProcessPod:
    """A replica that is a process of this machine, each time at an address of loopback of its own.

    `environment` is what it is told besides where to listen.
    """

    name: str
    service: str
    port: int
    listing: Listing
    environment: Mapping[str, str]
    log: Path
    address: str = ""
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        host = _next_host()
        self.address = f"{host}:{self.port}"
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *python_module(f"og_{self.service}"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**self.environment, **_listening(host, self.port)},
                start_new_session=True,
            )
        is_ready = grpc_serves(self.address)
        if self.service == "edge":
            is_ready = http_answers(host, self.port, "/healthz")
        async with asyncio.timeout(READY_WITHIN_S):
            while not await is_ready():
                assert self.process.returncode is None, f"{self.name} did not start: {self.log}"
                await asyncio.sleep(POLL_INTERVAL_S)
        self.listing.add(self.address)

    def leave(self) -> None:
        self.listing.remove(self.address)

    async def stop(self, within_s: float) -> int | None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            return await asyncio.wait_for(self.process.wait(), within_s)
        await self.end()
        return None

    async def kill(self) -> None:
        await self.end()
        self.leave()

    async def end(self) -> None:
        """End it as it stands."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


_numbers = itertools.count(time.time_ns() % 40_000)
"""Two suites at once are unlikely to meet: a port is each one's own besides."""


def _next_host() -> str:
    number = next(_numbers)
    return f"127.88.{number // 250 % 250}.{number % 250 + 1}"


def _listening(host: str, port: int) -> dict[str, str]:
    return {
        "OG_LISTEN_ADDRESS": f"{host}:{port}",
        "OG_HTTP_HOST": host,
        "OG_HTTP_PORT": str(port),
        "OG_HTTP_OWN_PORT": "0",
        "OG_HTTP_SHARE_PORT": "false",
    }
