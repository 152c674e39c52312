"""roles.sql makes a database that migrations and services get along with, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege

from og_service.migrations import Patience, TryAgainError, migrate
from og_stack.databases import create_database
from og_stack.postgres import EmbeddedPostgres
from scripts.manifests.render import K8S, parse, render
from tests.integration.service.packages import Package

ROLES = K8S / "components" / "postgres" / "roles.sql"
DATABASE = "instant_og"
PASSWORD = "a password for tests"
TABLES = {"auth": "accounts", "billing": "entries", "edge": "cards"}


@pytest.fixture(scope="module")
def admin_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, since roles are the whole server's, as CloudNativePG would make it."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), {"fsync": "off"}) as server:
        dsn = create_database(server.admin_dsn, DATABASE)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(ROLES.read_bytes())
            for role in roles():
                connection.execute(f"ALTER ROLE {role} PASSWORD '{PASSWORD}'".encode())
        for schema in TABLES:
            migrate(of(dsn, f"og_{schema}_owner"), f"og_{schema}", schema)
        yield dsn


def managed() -> dict[str, dict[str, Any]]:
    """Give what CloudNativePG says of each role that it keeps as it says."""
    (cluster,) = [it for it in parse(render("production")) if it["kind"] == "Cluster"]
    return {role["name"]: role for role in cluster["spec"]["managed"]["roles"]}


def roles() -> list[str]:
    """Name those whose passwords CloudNativePG sets."""
    return list(managed())


def of(dsn: str, role: str) -> str:
    return make_conninfo(dsn, user=role, password=PASSWORD)


def test_each_service_has_a_role_and_its_schema_an_owner() -> None:
    services = {Path(path).parts[-4] for path in K8S.parent.glob("services/*/src/*/migrations")}
    assert services == TABLES.keys()
    assert sorted(roles()) == sorted(
        f"og_{service}{suffix}" for service in services for suffix in ("", "_owner")
    )


@pytest.mark.parametrize("schema", TABLES)
def test_a_service_reads_and_writes_its_own_tables_and_changes_no_schema(
    admin_dsn: str, schema: str
) -> None:
    with psycopg.connect(of(admin_dsn, f"og_{schema}"), autocommit=True) as connection:
        table = f"{schema}.{TABLES[schema]}"
        connection.execute(f"TABLE {table} LIMIT 1".encode())
        for statement in (
            f"CREATE TABLE {schema}.more (id int)",
            f"DROP TABLE {table}",
            f"ALTER TABLE {table} ADD COLUMN more int",
            "CREATE TABLE public.more (id int)",
            "CREATE SCHEMA more",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement.encode())


@pytest.mark.parametrize("schema", TABLES)
@pytest.mark.parametrize("suffix", ["", "_owner"])
def test_nobody_reads_anothers_tables(admin_dsn: str, schema: str, suffix: str) -> None:
    with psycopg.connect(of(admin_dsn, f"og_{schema}{suffix}"), autocommit=True) as connection:
        for other, table in TABLES.items():
            if other == schema:
                continue
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"TABLE {other}.{table} LIMIT 1".encode())


def test_entries_of_the_ledger_are_only_added_to(admin_dsn: str) -> None:
    with psycopg.connect(of(admin_dsn, "og_billing"), autocommit=True) as connection:
        for statement in (
            "DELETE FROM billing.entries",
            "UPDATE billing.entries SET account_id = 'a'",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement.encode())


def test_cloudnative_pg_leaves_roles_the_memberships_that_they_were_given(admin_dsn: str) -> None:
    """It revokes those that it was not told."""
    with psycopg.connect(admin_dsn) as connection:
        given = connection.execute(
            "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members"
            " WHERE member::regrole::text = ANY (%s)",
            (roles(),),
        ).fetchall()
    told = [(name, it) for name, role in managed().items() for it in role.get("inRoles", [])]
    assert sorted(given) == sorted(told)
    assert told


@pytest.mark.parametrize("schema", TABLES)
def test_a_migration_as_an_owner_names_whose_transaction_it_waits_for(
    admin_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: str
) -> None:
    """As a backup's, or of somebody who looks at a table and forgets it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package, pets = Package(tmp_path / f"pets_of_{schema}"), f"pets_of_{schema}"
    owner, once = of(admin_dsn, f"og_{schema}_owner"), Patience(lock_ms=50, lock_attempts=1)
    package.write(**{"0001_count": f"CREATE TABLE {pets}.cats (name text);"})
    migrate(owner, package.name, pets)
    package.write(**{"0002_widen": f"ALTER TABLE {pets}.cats ADD COLUMN age integer;"})
    with psycopg.connect(admin_dsn) as blocker:
        blocker.execute(sql.SQL("TABLE {}").format(sql.Identifier(pets, "cats")))
        whose = f"pid {blocker.info.backend_pid} of {blocker.info.user} "
        with pytest.raises(TryAgainError, match=whose):
            migrate(owner, package.name, pets, patience=once)
