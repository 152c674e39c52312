from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import MappingProxyType
from typing import Protocol

import grpc
import pytest

from og_auth.server import DOMAIN, compose
from og_auth.settings import Settings
from og_service.testing import serve_in_process
from tests.integration.auth.looks import Site
from tests.integration.auth.people import People
from tests.integration.auth.world import World, new_domain
from tests.support.seeds import rng
from tests.support.stores import FreshDatabase, FreshValkey

__all__ = ["rng"]

NOTHING: Mapping[str, str] = MappingProxyType({})
LOOPBACK_TARGET = "127.0.0.1:8123"


class ServeAuth(Protocol):
    def __call__(
        self,
        database_url: str,
        redis_url: str,
        *,
        caller: str = "operator",
        replicas: int = 1,
        site_card_window_factor: int = 1,
        settings: Mapping[str, str] = NOTHING,
    ) -> AbstractAsyncContextManager[grpc.aio.Channel]: ...


@asynccontextmanager
async def _serve(
    database_url: str,
    redis_url: str,
    *,
    caller: str = "operator",
    replicas: int = 1,
    site_card_window_factor: int = 1,
    settings: Mapping[str, str] = NOTHING,
) -> AsyncIterator[grpc.aio.Channel]:
    values = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "environment": "development",
        "loopback_targets": LOOPBACK_TARGET,
        "auth_replicas": replicas,
        "site_card_window_factor": site_card_window_factor,
    }
    values |= settings
    async with (
        compose(Settings.model_validate(values)) as services,
        serve_in_process(services, DOMAIN, caller=caller) as channel,
    ):
        yield channel


@pytest.fixture(scope="session")
def serve_auth() -> ServeAuth:
    """Serves auth as it is composed for real, on the stores given."""
    return _serve


@pytest.fixture(scope="session")
def database_url(fresh_database: FreshDatabase) -> str:
    return fresh_database("auth")


@pytest.fixture(scope="session")
def redis_url(fresh_valkey: FreshValkey) -> str:
    return fresh_valkey()


@pytest.fixture(scope="session")
async def channel(
    serve_auth: ServeAuth, database_url: str, redis_url: str
) -> AsyncIterator[grpc.aio.Channel]:
    async with serve_auth(database_url, redis_url) as channel:
        yield channel


async def _new_site(world: World, admin_dsn: str) -> Site:
    account_id, domain = await world.account(), new_domain()
    return Site(world, admin_dsn, account_id, await world.site(account_id, domain), domain)


@pytest.fixture
async def site(world: World, database_url: str, admin_of: Callable[[str], str]) -> Site:
    """A site that nobody asked for yet."""
    return await _new_site(world, admin_of(database_url))


@pytest.fixture
async def site_beside(world: World, database_url: str, admin_of: Callable[[str], str]) -> Site:
    """Another one."""
    return await _new_site(world, admin_of(database_url))


@pytest.fixture(scope="session")
def people(channel: grpc.aio.Channel) -> People:
    return People(channel)


@pytest.fixture(scope="session")
def world(channel: grpc.aio.Channel) -> World:
    return World(channel)
