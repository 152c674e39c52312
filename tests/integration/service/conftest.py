from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest

from og_stack.databases import create_database
from tests.integration.service.echo import channel_of, serve_echo
from tests.integration.service.packages import Package

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
async def echo_address() -> AsyncIterator[str]:
    async with serve_echo() as address:
        yield address


@pytest.fixture(scope="session")
async def channel(echo_address: str) -> AsyncIterator[grpc.aio.Channel]:
    async with channel_of(echo_address) as channel:
        yield channel


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    monkeypatch.syspath_prepend(str(tmp_path))
    return Package(tmp_path / f"package_{uuid.uuid4().hex}")


@pytest.fixture
def dsn(postgres: str) -> str:
    """A new database, as its owner."""
    return create_database(postgres, f"migrations_{next(_numbers)}")
