"""The service as processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from og_service.channels import open_channel
from tests.integration.billing.client import Client

TOKEN = "token-of-edge-for-tests"


class Process:
    """`python -m og_billing`, at the same address after every start."""

    def __init__(self, dsn: str, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self._environment = os.environ | {
            "DATABASE_URL": dsn,
            "OG_LISTEN_ADDRESS": self.address,
            "OG_CALLERS": f"operator={TOKEN}",
            "OG_ENVIRONMENT": "development",
            **settings,
        }
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-m", "og_billing"],
            env=self._environment,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self.running is not None
        self.running.kill()
        self.running.wait()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "og_billing", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@asynccontextmanager
async def client_of(process: Process) -> AsyncIterator[Client]:
    async with open_channel(process.address, TOKEN) as channel:
        yield Client(channel)
