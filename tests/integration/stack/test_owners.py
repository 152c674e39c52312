"""Each schema has an owner of its own in a cluster, by the roles that k8s/ makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from og_service.migration_files import find_migrations
from og_service.migrations import migrate
from og_stack.databases import create_database
from og_stack.postgres import EmbeddedPostgres
from og_stack.services import SERVICES_WITH_SCHEMA
from og_stack.stack import DATABASE
from tests.support.stores import ROLE_PASSWORD

ROLES_FILE = Path(__file__).parents[3] / "k8s/components/postgres/roles.sql"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the roles that k8s/ makes; their DSNs but for the user."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("owners")) as server:
        admin = create_database(server.admin_dsn, DATABASE)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(ROLES_FILE.read_bytes())
            for service in SERVICES_WITH_SCHEMA:
                for role in (f"og_{service}", f"og_{service}_owner"):
                    connection.execute(f"ALTER ROLE {role} PASSWORD '{ROLE_PASSWORD}'".encode())
        yield make_conninfo(admin, password=ROLE_PASSWORD)


def as_role(cluster: str, role: str) -> str:
    return make_conninfo(cluster, user=role)


@pytest.mark.parametrize("service", SERVICES_WITH_SCHEMA)
def test_an_owner_migrates_its_own_schema_and_no_other(cluster: str, service: str) -> None:
    names = [migration.name for migration in find_migrations(f"og_{service}")]
    owner = as_role(cluster, f"og_{service}_owner")
    assert migrate(owner, f"og_{service}", service) == names
    assert migrate(owner, f"og_{service}", service) == []
    with psycopg.connect(as_role(cluster, f"og_{service}"), autocommit=True) as connection:
        seen = connection.execute(f"SELECT name FROM {service}.schema_migrations".encode())  # noqa: S608 - ours
        assert sorted(str(name) for (name,) in seen.fetchall()) == names
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(f"CREATE TABLE {service}.mine ()".encode())
    other = next(it for it in SERVICES_WITH_SCHEMA if it != service)
    with pytest.raises(errors.InsufficientPrivilege):
        migrate(owner, f"og_{other}", other)
