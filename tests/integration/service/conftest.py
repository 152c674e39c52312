from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import pytest

from tests.integration.service.echo import channel_of, serve_echo


@pytest.fixture(scope="session")
async def echo_address() -> AsyncIterator[str]:
    async with serve_echo() as address:
        yield address


@pytest.fixture(scope="session")
async def channel(echo_address: str) -> AsyncIterator[grpc.aio.Channel]:
    async with channel_of(echo_address) as channel:
        yield channel
