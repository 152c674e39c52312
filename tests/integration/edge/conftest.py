from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from og_edge.app import create_app
from og_edge.card_protocol import CardHttpProtocol
from og_edge.lease_store import PostgresLeases
from og_edge.leases import Lease
from og_edge.server import http_options, open_endpoints
from og_edge.settings import Settings
from og_edge.store import PostgresCardStore
from og_service.fast_pool import FastPool, open_fast_pool
from og_service.postgres import POOL_MAX_CONNECTIONS, Pool, open_pool
from og_stack.ports import LOOPBACK, free_ports
from tests.support.http_server import served
from tests.support.raw_http import RawServer
from tests.support.seeds import rng
from tests.support.stores import FreshDatabase

__all__ = ["rng"]


class ImpatientProtocol(CardHttpProtocol):
    """The protocol as served, but for how long it waits for a head and for a reader."""

    head_timeout_s = 0.2
    send_timeout_s = 0.5
    body_timeout_s = 0.5


class NarrowProtocol(CardHttpProtocol):
    """The protocol as served, but for few connections."""

    connections_max = 4
    kept_connections_max = 2


@pytest.fixture(scope="module")
def dsn(fresh_database: FreshDatabase) -> str:
    """A database of the module's own."""
    return fresh_database("edge")


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    async with open_pool(dsn) as pool:
        yield pool


@pytest.fixture
async def fast_pool(dsn: str) -> AsyncIterator[FastPool]:
    async with open_fast_pool(dsn, max_connections=POOL_MAX_CONNECTIONS) as pool:
        yield pool


@pytest.fixture
def leases(fast_pool: FastPool) -> PostgresLeases:
    return PostgresLeases(fast_pool)


@pytest.fixture
def store(fast_pool: FastPool) -> PostgresCardStore:
    return PostgresCardStore(fast_pool)


@pytest.fixture
def let_expire(dsn: str, admin_of: Callable[[str], str]) -> Callable[[Lease], None]:
    def expire(lease: Lease) -> None:
        with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
            connection.execute(
                "UPDATE edge.drawings SET expire_time = now() WHERE key = %s", (lease.key,)
            )

    return expire


@pytest.fixture(scope="session")
def settings(fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An edge whose neighbours are all away."""
    ports = free_ports(5)
    targets = {
        f"{name}_target": f"{LOOPBACK}:{port}"
        for name, port in zip(("auth", "extract", "render", "billing"), ports, strict=False)
    }
    folder: Path = tmp_path_factory.mktemp("cards")
    values = {
        "environment": "development",
        "DATABASE_URL": fresh_database("edge"),
        "card_store_url": folder.as_uri(),
    }
    return Settings.model_validate({**values, **targets, "http_port": ports[-1]})


@asynccontextmanager
async def serve(settings: Settings, protocol: type[CardHttpProtocol]) -> AsyncIterator[RawServer]:
    """Serve the edge for the length of the context."""
    options = {**http_options(settings), "http": protocol}
    async with served(create_app(lambda: open_endpoints(settings)), **options):
        yield RawServer(LOOPBACK, settings.http_port)


@pytest.fixture(scope="session")
async def edge(settings: Settings) -> AsyncIterator[RawServer]:
    """The edge as it is served for real, alone in the world."""
    async with serve(settings, CardHttpProtocol) as server:
        yield server


@pytest.fixture(scope="session")
async def impatient_edge(settings: Settings) -> AsyncIterator[RawServer]:
    """As edge, but it waits long neither for a request's head nor for a reader."""
    moved = settings.model_copy(update={"http_port": free_ports(1)[0]})
    async with serve(moved, ImpatientProtocol) as server:
        yield server


@pytest.fixture
async def narrow_edge(settings: Settings) -> AsyncIterator[RawServer]:
    """As edge, with few connections."""
    moved = settings.model_copy(update={"http_port": free_ports(1)[0]})
    async with serve(moved, NarrowProtocol) as server:
        yield server
