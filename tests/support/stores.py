"""Fixtures: the real PostgreSQL and the real Valkey, fresh for every run of the tests."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from og_service.migrations import migrate
from og_stack.databases import create_database, prepare_schema
from og_stack.ports import LOOPBACK
from og_stack.postgres import EmbeddedPostgres
from og_stack.valkey import EmbeddedValkey
from tests.support.fault_proxy import FaultProxy

POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_DATABASES = 1024
ROLE_PASSWORD = "a password for tests"

FreshDatabase = Callable[[str], str]
FreshValkey = Callable[[], str]


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The server of this run; durability is off because nobody keeps the data."""
    settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), settings) as server:
        yield server


@pytest.fixture(scope="session")
def postgres(postgres_server: EmbeddedPostgres) -> str:
    """The administrator's DSN."""
    return postgres_server.admin_dsn


@pytest.fixture
async def way_to_postgres(postgres_server: EmbeddedPostgres) -> AsyncIterator[FaultProxy]:
    """A way to this run's server that fails when a test says so; see through."""
    way = FaultProxy("postgres", postgres_server.socket_directory / POSTGRES_SOCKET)
    async with way.listening():
        yield way


def through(way: FaultProxy, dsn: str) -> str:
    """Give the DSN that leads to the same database by that way."""
    return make_conninfo(dsn, host=LOOPBACK, port=way.port)


@pytest.fixture(scope="session")
def fresh_database(postgres: str) -> FreshDatabase:
    """Gives, for a service's name, the DSN of its role in a new, migrated database."""
    numbers = itertools.count(1)

    def create(service: str) -> str:
        dsn = create_database(postgres, f"test_{service}_{next(numbers)}")
        role_dsn = prepare_schema(dsn, service, ROLE_PASSWORD)
        migrate(dsn, f"og_{service}", service)
        return role_dsn

    return create


@pytest.fixture(scope="session")
def admin_of(postgres: str) -> Callable[[str], str]:
    """Gives, for a DSN of fresh_database, the administrator's DSN of the same database."""

    def find(dsn: str) -> str:
        name = conninfo_to_dict(dsn)["dbname"]
        return make_conninfo(postgres, dbname=name)

    return find


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this run's server."""
    settings = {"databases": str(VALKEY_DATABASES), "appendonly": "no"}
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), settings) as server:
        yield server.url


@pytest.fixture(scope="session")
def fresh_valkey(valkey: str) -> FreshValkey:
    """Gives the URL of an empty database on each call."""
    numbers = itertools.count(1)
    return lambda: valkey.replace("db=0", f"db={next(numbers)}")
