"""The whole system, as `make run` starts it, for the length of a context."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from og_stack.config import StackConfig
from og_stack.output import Output
from og_stack.ports import LOOPBACK, free_ports
from og_stack.stack import Stack
from tests.support.local_site import LocalSite
from tests.support.local_system import clean_environment

SERVICE_PROCESSES = 8
"""At least as many as it has, unless told: so many ports OG_METRICS_ADDRESS is counted up."""


@asynccontextmanager
async def whole_system(
    directory: Path, site: LocalSite, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Stack]:
    """Run it on ports of its own; its log is in directory, and its data below .local there.

    It stands behind one proxy, so that a test can be a client address of its own, and may fetch
    from itself, as a server on the internet could.
    """
    port, demo_port = free_ports(2)
    environment = clean_environment(os.environ) | {
        "OG_HTTP_PORT": str(port),
        "OG_DEMO_PORT": str(demo_port),
        "OG_LOOPBACK_TARGETS": f"{site.address},{LOOPBACK}:{port}",
        "OG_TRUSTED_PROXIES": "1",
        **(settings or {}),
    }
    config = StackConfig.from_environment(directory / ".local", environment)
    with (directory / "log").open("w") as log:
        async with Stack(config, Output(log)) as running:
            yield running
