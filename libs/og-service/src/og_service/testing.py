"""Tests of a service cross the real transport: a server of its own on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import grpc

from og_service.channels import open_channel
from og_service.policy import OPERATOR, Service
from og_service.server import started
from og_service.settings import ServiceSettings
from og_service.trust import Environment

CALL_TIMEOUT_S = 10


@asynccontextmanager
async def serve_in_process(
    services: Sequence[Service], domain: str, *, caller: str = OPERATOR
) -> AsyncIterator[grpc.aio.Channel]:
    """Serve for the length of the context and give a channel on which `caller` calls."""
    token = f"token-of-{caller}-for-tests"
    settings = ServiceSettings(
        environment=Environment.DEVELOPMENT,
        listen_address="127.0.0.1:0",
        callers={caller: token},
    )
    async with started(settings, domain, services) as address, open_channel(address, token) as it:
        yield it
