"""A schema and a role of its own for each service."""

from __future__ import annotations

import psycopg
from psycopg import conninfo, sql

CONNECT_TIMEOUT_S = 5
# Roles belong to the whole server, so two systems on one server must not make them at once.
ROLES_LOCK_KEY = 0x6F6773

_DEFAULTS = "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT "
_GRANTS = (
    "CREATE SCHEMA IF NOT EXISTS {schema}",
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    _DEFAULTS + "SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    _DEFAULTS + "USAGE ON SEQUENCES TO {role}",
)


def role_of(service: str) -> str:
    """Name the role that a service connects as."""
    return f"og_{service}"


def prepare_schema(admin_dsn: str, service: str, password: str) -> str:
    """Create a service's schema and role where they are missing, and give the role's DSN.

    The role may read and write what the service's migrations create in the schema, and
    nothing else; the administrator owns it. Run it before the migrations. Safe to repeat.
    """
    role, schema = sql.Identifier(role_of(service)), sql.Identifier(service)
    with psycopg.connect(admin_dsn, connect_timeout=CONNECT_TIMEOUT_S) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (ROLES_LOCK_KEY,))
        known = connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", (role_of(service),)
        ).fetchone()
        change = sql.SQL("ALTER" if known else "CREATE")
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(change, role, sql.Literal(password))
        )
        for statement in _GRANTS:
            connection.execute(sql.SQL(statement).format(schema=schema, role=role))
    return conninfo.make_conninfo(admin_dsn, user=role_of(service), password=password)


def create_database(admin_dsn: str, name: str) -> str:
    """Create a database unless it exists, and give the administrator's DSN of it."""
    with psycopg.connect(
        admin_dsn, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S
    ) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return conninfo.make_conninfo(admin_dsn, dbname=name)
