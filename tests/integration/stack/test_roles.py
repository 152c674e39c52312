"""One database, three schemas, three roles: each has what it needs, and nothing of another's."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from og_service.migrations import migrate
from og_stack.databases import create_database, prepare_schema, role_of
from og_stack.services import SERVICES_WITH_SCHEMA
from tests.support.stores import ROLE_PASSWORD

EDGE_RIGHTS = {
    "blocks": {"SELECT", "INSERT", "DELETE"},
    "brand_cards": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "cards": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "drawings": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "farewells": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "generations": {"SELECT", "INSERT", "DELETE"},
    "orphans": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "page_looks": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "previews": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "schema_migrations": set[str](),
}
"""Those of auth and billing stand in their own tests."""


@pytest.fixture(scope="module")
def owner(postgres: str) -> str:
    return create_database(postgres, "test_roles")


@pytest.fixture(scope="module")
def roles(owner: str) -> Mapping[str, str]:
    """The DSN of each role, in one migrated database."""
    dsns = {it: prepare_schema(owner, it, ROLE_PASSWORD) for it in SERVICES_WITH_SCHEMA}
    for service in SERVICES_WITH_SCHEMA:
        migrate(owner, f"og_{service}", service)
    return dsns


def relations(owner: str, schema: str) -> list[str]:
    with psycopg.connect(owner) as admin:
        rows = admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relkind IN ('r', 'v', 'm', 'S')",
            (schema,),
        )
        return [str(name) for (name,) in rows]


@pytest.mark.parametrize("service", SERVICES_WITH_SCHEMA)
def test_a_role_reads_nothing_of_another_service(
    service: str, roles: Mapping[str, str], owner: str
) -> None:
    others = [it for it in SERVICES_WITH_SCHEMA if it != service]
    with psycopg.connect(roles[service], autocommit=True) as connection:
        for other in others:
            for relation in relations(owner, other):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(f"SELECT * FROM {other}.{relation} LIMIT 1".encode())  # noqa: S608 - ours


@pytest.mark.parametrize("service", SERVICES_WITH_SCHEMA)
def test_a_role_can_change_no_structure_and_is_nobody_else(
    service: str, roles: Mapping[str, str], owner: str
) -> None:
    with psycopg.connect(roles[service], autocommit=True) as connection:
        for statement in (
            f"CREATE TABLE {service}.mine ()",
            "CREATE TABLE public.mine ()",
            "CREATE SCHEMA mine",
            f"DELETE FROM {service}.schema_migrations",  # noqa: S608 - ours
            f"INSERT INTO {service}.schema_migrations VALUES ('9999', '')",  # noqa: S608 - ours
            f"ALTER ROLE {role_of(service)} SUPERUSER",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement.encode())
        names = connection.execute(f"SELECT name FROM {service}.schema_migrations".encode())  # noqa: S608 - ours
        assert names.fetchall()
    with psycopg.connect(owner) as admin:
        row = admin.execute(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls,"
            " (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)"
            " FROM pg_roles r WHERE rolname = %s",
            (role_of(service),),
        ).fetchone()
    assert row == (False, 0)


def test_nobody_gets_anything_for_being_there(roles: Mapping[str, str], owner: str) -> None:
    assert roles
    with psycopg.connect(owner) as admin:
        to_all = admin.execute(
            "SELECT routine_schema, routine_name FROM information_schema.routine_privileges"
            " WHERE grantee = 'PUBLIC' AND routine_schema = ANY (%s)"
            " UNION ALL SELECT table_schema, table_name FROM information_schema.table_privileges"
            " WHERE grantee = 'PUBLIC' AND table_schema = ANY (%s)",
            (list(SERVICES_WITH_SCHEMA), list(SERVICES_WITH_SCHEMA)),
        ).fetchall()
        others = admin.execute(
            "SELECT grantee, table_schema, table_name, privilege_type"
            " FROM information_schema.table_privileges"
            " WHERE table_schema = ANY (%s) AND grantee LIKE 'og\\_%%'"
            " AND (grantee <> 'og_' || table_schema"
            " OR privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))",
            (list(SERVICES_WITH_SCHEMA),),
        ).fetchall()
    assert (to_all, others) == ([], [])


def test_the_edge_may_do_what_it_needs_and_no_more(roles: Mapping[str, str], owner: str) -> None:
    assert roles
    with psycopg.connect(owner) as admin:
        rows = admin.execute(
            "SELECT relname, coalesce(array_agg(privilege_type::text)"
            " FILTER (WHERE privilege_type IS NOT NULL), '{}') FROM pg_class"
            " LEFT JOIN information_schema.table_privileges"
            " ON table_schema = 'edge' AND table_name = relname AND grantee = 'og_edge'"
            " WHERE relnamespace = 'edge'::regnamespace AND relkind IN ('r', 'v', 'm')"
            " GROUP BY relname"
        ).fetchall()
    assert {str(table): set(rights) for table, rights in rows} == EDGE_RIGHTS


def test_a_second_role_may_what_the_first_may(roles: Mapping[str, str], owner: str) -> None:
    """As backup-and-restore.md says for a password that got out."""
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute(
            f"CREATE ROLE og_billing_2 LOGIN PASSWORD '{ROLE_PASSWORD}' IN ROLE og_billing".encode()
        )
    try:
        second = make_conninfo(roles["billing"], user="og_billing_2")
        with psycopg.connect(second, autocommit=True) as connection:
            connection.execute("INSERT INTO billing.balances (account_id) VALUES ('acct_2')")
            connection.execute("UPDATE billing.balances SET pack_credits = 1")
            connection.execute("SELECT FROM billing.lock_and_read('{acct_2}', '{}', '{}')")
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute("DELETE FROM billing.balances")
    finally:
        with psycopg.connect(owner, autocommit=True) as admin:
            admin.execute("DROP ROLE og_billing_2")
