"""`python -m og_billing migrate`, as a Job runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from og_service.migration_files import find_migrations
from og_stack.databases import prepare_schema
from og_stack.postgres import EmbeddedPostgres
from tests.support.stores import ROLE_PASSWORD

TIMEOUT_S = 60
NAMES = [migration.name for migration in find_migrations("og_billing")]


def run(dsn: str | None, *options: str) -> subprocess.CompletedProcess[str]:
    named = {} if dsn is None else {"MIGRATION_DATABASE_URL": dsn}
    return subprocess.run(
        [sys.executable, "-P", "-m", "og_billing", "migrate", *options],
        env={**os.environ, **named},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )


@pytest.fixture
def prepared(dsn: str) -> str:
    prepare_schema(dsn, "billing", ROLE_PASSWORD)
    return dsn


def test_the_plan_says_what_would_be_applied_and_changes_nothing(prepared: str) -> None:
    told = run(prepared, "--plan")
    assert (told.returncode, told.stderr) == (0, "")
    lines = told.stdout.splitlines()
    assert lines[0] == "billing: would apply 0001_ledger.sql, in a transaction"
    assert len(lines) == len(NAMES)
    with psycopg.connect(prepared) as connection:
        tables = "SELECT FROM information_schema.tables WHERE table_schema = 'billing'"
        assert connection.execute(tables.encode()).fetchall() == []
    as_json = json.loads(run(prepared, "--plan", "--json").stdout)
    assert [it["name"] for it in as_json["would_apply"]] == NAMES


def test_what_was_applied_is_told_once(prepared: str) -> None:
    first = run(prepared)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        *(f"billing: applied {name}" for name in NAMES),
        "billing: up to date",
    ]
    assert run(prepared).stdout == "billing: up to date\n"
    assert run(prepared, "--plan").stdout == "billing: up to date\n"
    assert json.loads(run(prepared, "--json").stdout) == {"schema": "billing", "applied": []}


def test_going_back_to_an_older_release_finds_nothing_to_do(prepared: str) -> None:
    run(prepared)
    with psycopg.connect(prepared) as connection:
        connection.execute(
            "INSERT INTO billing.schema_migrations (name, digest) VALUES ('9999_new.sql', '')"
        )
    assert run(prepared).stdout == "billing: up to date\n"
    assert "has 9999_new.sql of a newer release" in run(prepared, "--plan").stdout


def test_what_cannot_succeed_says_why(prepared: str) -> None:
    nameless = run(None)
    assert nameless.returncode == 2
    assert "MIGRATION_DATABASE_URL must name the database" in nameless.stderr
    run(prepared)
    with psycopg.connect(prepared) as connection:
        connection.execute(
            "UPDATE billing.schema_migrations SET digest = '' WHERE name LIKE '0001%'"
        )
    changed = run(prepared)
    assert (changed.returncode, changed.stdout) == (1, "")
    assert changed.stderr == (
        "billing: 0001_ledger.sql changed after it was applied; add a new one\n"
    )


def test_a_role_that_is_missing_is_named_with_the_file(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        failed = run(server.admin_dsn)
    assert failed.returncode == 1
    assert failed.stderr.startswith('billing: 0001_ledger.sql: role "og_billing" does not exist')
