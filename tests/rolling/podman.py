"""podman's command line, and replicas that are containers."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from og_stack.probes import grpc_serves, http_answers
from tests.rolling.pods import POLL_INTERVAL_S, READY_WITHIN_S, Listing

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "scripts" / "images" / "containers.conf"
GRPC_PORT, HEALTH_PORT, HTTP_PORT = 50051, 50052, 8080
KILLED = 137


async def podman(*arguments: str) -> str:
    """Run podman and give what it prints; RuntimeError with what it says where it fails."""
    process = await asyncio.create_subprocess_exec(
        "podman",
        *arguments,
        env=_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"podman {' '.join(arguments)}: {errors.decode()}")
    return output.decode().strip()


def _environment() -> dict[str, str]:
    return {"CONTAINERS_CONF": str(SETTINGS), **os.environ}


async def address_of(container: str, network: str) -> str:
    """Give a container's address in a network."""
    where = f'{{{{(index .NetworkSettings.Networks "{network}").IPAddress}}}}'
    return await podman("inspect", container, "--format", where)


@dataclass
class ContainerPod:
    """A replica that is a container, each time a new one; `options` are those of `podman run`."""

    name: str
    service: str
    image: str
    network: str
    options: Sequence[str]
    listing: Listing
    log: Path
    host: str = ""
    container: str = ""

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"{self.host}:{HTTP_PORT if self.service == 'edge' else GRPC_PORT}"

    async def start(self) -> None:
        self.container = f"{self.network}-{self.name}-{next(_numbers)}"
        options = ("--detach", "--name", self.container, "--network", self.network)
        await podman("run", *options, *self.options, self.image)
        self.host = await address_of(self.container, self.network)
        is_ready = grpc_serves(f"{self.host}:{HEALTH_PORT}")
        if self.service == "edge":
            is_ready = http_answers(self.host, HTTP_PORT, "/healthz")
        async with asyncio.timeout(READY_WITHIN_S):
            while not await is_ready():  # noqa: ASYNC110 - another process
                await asyncio.sleep(POLL_INTERVAL_S)
        self.listing.add(self.address)

    def leave(self) -> None:
        self.listing.remove(self.address)

    async def stop(self, within_s: float) -> int | None:
        await podman("stop", "--time", str(round(within_s)), self.container)
        status = int(await podman("inspect", self.container, "--format", "{{.State.ExitCode}}"))
        await self.end()
        return None if status == KILLED else status

    async def kill(self) -> None:
        await podman("kill", self.container)
        self.leave()
        await self.end()

    async def end(self) -> None:
        """End it as it stands, and keep what it said."""
        if self.container:
            with self.log.open("ab") as log:
                keeping = await asyncio.create_subprocess_exec(
                    "podman", "logs", self.container, env=_environment(), stdout=log, stderr=log
                )
                await keeping.wait()
            await podman("rm", "--force", "--time", "0", self.container)
        self.container = ""


_numbers = itertools.count(1)
