"""New migrations hold up nobody, break no older code, and are numbered one after the other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from og_service.migration_files import OUTSIDE_TRANSACTION
from tests.unit.migrations.files import ROOT, SERVICES, all_files, checked_files

SQUAWK = Path(sys.executable).parent / "squawk"
TIMEOUT_S = 60
NEVER_GIVEN = {("edge", "0011")}
"""Numbers that no file ever had."""
EXEMPTION = "-- squawk-ignore"
REASON = re.compile(r"-- because (\S+ ){3,}\S+")
"""What stands above an exemption: why it holds nobody up, or breaks nothing."""
NEW_TABLE = re.compile(r"^CREATE TABLE (\w+\.\w+)", re.MULTILINE)
CONCURRENT_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)")


def findings(path: Path, *, in_transaction: bool = True) -> list[str]:
    """Have squawk read a migration, and give the rules that it breaks."""
    wrapped = ["--assume-in-transaction"] if in_transaction else []
    done = subprocess.run(
        [SQUAWK, "--config", ROOT / ".squawk.toml", "--reporter", "json", *wrapped, path],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return [f"{it['line'] + 1}: {it['rule_name']}: {it['message']}" for it in found]


def reasonless(statements: str) -> list[int]:
    """Give the lines with an exemption that says no reason."""
    lines = statements.splitlines()
    return [
        number
        for number, line in enumerate(lines, 1)
        if EXEMPTION in line and not (number > 1 and REASON.fullmatch(lines[number - 2]))
    ]


@pytest.mark.parametrize("file", checked_files(), ids=lambda it: f"{it.service}-{it.path.name}")
def test_a_migration_is_safe_beside_older_code(file: Any) -> None:
    statements = file.path.read_text()
    in_transaction = not statements.startswith(OUTSIDE_TRANSACTION)
    assert findings(file.path, in_transaction=in_transaction) == []
    assert reasonless(statements) == [], "say why above it: -- because …"
    for table in NEW_TABLE.findall(statements):
        assert re.search(rf"REVOKE ALL ON [^;]*{re.escape(table)}\b", statements), (
            f"take from {table} what roles got by default: REVOKE ALL ON … FROM …"
        )
    for index in CONCURRENT_INDEX.findall(statements):
        assert f"DROP INDEX CONCURRENTLY IF EXISTS {file.service}.{index};" in statements, (
            f"what failed half-way is repeated: drop {index} first"
        )


@pytest.mark.parametrize("service", SERVICES)
def test_numbers_have_no_gaps_and_no_doubles(service: str) -> None:
    numbers = [it.number for it in all_files() if it.service == service]
    expected = [f"{number:04}" for number in range(1, int(numbers[-1]) + 1)]
    assert numbers == [it for it in expected if (service, it) not in NEVER_GIVEN]


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("ALTER TABLE auth.sites DROP COLUMN domain;", "ban-drop-column"),
        ("ALTER TABLE auth.sites RENAME COLUMN domain TO host;", "renaming-column"),
        ("ALTER TABLE auth.sites RENAME TO hosts;", "renaming-table"),
        ("DROP TABLE auth.sites;", "ban-drop-table"),
        ("DROP FUNCTION billing.lock_and_read(text[]);", "ban-drop-function"),
        ("DROP VIEW billing.moves;", "ban-drop-view"),
        ("ALTER TABLE auth.sites ALTER COLUMN domain TYPE bytea;", "changing-column-type"),
        ("ALTER TABLE auth.sites ADD COLUMN kind text NOT NULL;", "adding-required-field"),
        ("ALTER TABLE auth.sites ALTER COLUMN kind SET NOT NULL;", "adding-not-nullable-field"),
        ("ALTER TABLE auth.sites ADD CHECK (domain > '');", "constraint-missing-not-valid"),
        (
            "CREATE INDEX sites_by_domain ON auth.sites (domain);",
            "require-concurrent-index-creation",
        ),
        ("DROP INDEX auth.sites_by_domain;", "require-concurrent-index-deletion"),
    ],
)
def test_what_is_unsafe_is_found(statement: str, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "0099_unsafe.sql"
    path.write_text(statement)
    assert any(f": {rule}: " in finding for finding in findings(path))
    path.write_text(f"{EXEMPTION} {rule}\n{statement}")
    assert findings(path) == []
    assert reasonless(path.read_text()) == [1]
    path.write_text(f"-- because no release reads it since 0.2\n{EXEMPTION} {rule}\n{statement}")
    assert reasonless(path.read_text()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE auth.pets (pet_id text PRIMARY KEY);\nCREATE INDEX ON auth.pets (pet_id);",
        "ALTER TABLE auth.sites ADD COLUMN kind text NOT NULL DEFAULT '';",
        "ALTER TABLE auth.sites ADD CONSTRAINT c CHECK (domain > '') NOT VALID;",
    ],
)
def test_what_is_safe_needs_no_exemption(statement: str, tmp_path: Path) -> None:
    path = tmp_path / "0099_safe.sql"
    path.write_text(statement)
    assert findings(path) == []
