"""A service that is started before, beside or after its migrations."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from og_service.migration_files import find_migrations
from og_service.migrations import migrate
from og_stack.databases import prepare_schema
from og_stack.ports import LOOPBACK, free_ports
from og_stack.probes import grpc_serves
from tests.support.local_system import clean_environment
from tests.support.stores import ROLE_PASSWORD
from tests.support.waiting import POLL_INTERVAL_S, eventually

STOP_TIMEOUT_S = 30
START_TIMEOUT_S = 60
NEWEST = find_migrations("og_billing")[-1].name


class Billing:
    """A running `python -m og_billing` and what it logged."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, address: str) -> None:
        self.process, self._log, self._address = process, log, address

    @property
    def log(self) -> str:
        return self._log.read_text()

    async def serves(self) -> bool:
        return await grpc_serves(self._address)()

    async def until_it_serves(self) -> None:
        async with asyncio.timeout(START_TIMEOUT_S):
            while not await self.serves():  # noqa: ASYNC110 - another process
                await asyncio.sleep(POLL_INTERVAL_S)


@contextmanager
def billing(dsn: str, directory: Path) -> Iterator[Billing]:
    address = f"{LOOPBACK}:{free_ports(1)[0]}"
    own = {"DATABASE_URL": dsn, "OG_LISTEN_ADDRESS": address, "OG_ENVIRONMENT": "development"}
    own |= {"OG_CALLERS": "edge=token-of-edge-for-tests", "OG_LOG_FORMAT": "json"}
    log = directory / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "og_billing"],
            env=clean_environment(os.environ) | own,
            stderr=file,
        )
    try:
        yield Billing(process, log, address)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def role(dsn: str) -> str:
    return prepare_schema(dsn, "billing", ROLE_PASSWORD)


def forget(dsn: str, name: str) -> None:
    """Have a schema as it was before its newest migration."""
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM billing.schema_migrations WHERE name = %s", (name,))


async def test_a_service_waits_for_the_migrations_that_it_lacks_and_then_serves(
    dsn: str, role: str, tmp_path: Path
) -> None:
    with billing(role, tmp_path) as started:
        await eventually(lambda: "schema is not migrated" in started.log, START_TIMEOUT_S)
        assert "python -m og_billing migrate" in started.log
        assert "0001_ledger.sql" in started.log
        assert not await started.serves()
        migrate(dsn, "og_billing", "billing")
        await started.until_it_serves()
    assert started.log.count("schema is not migrated") == 1


async def test_a_service_that_waits_names_what_it_lacks_and_ends_when_told_to(
    dsn: str, role: str, tmp_path: Path
) -> None:
    migrate(dsn, "og_billing", "billing")
    forget(dsn, NEWEST)
    with billing(role, tmp_path) as started:
        await eventually(lambda: "schema is not migrated" in started.log, START_TIMEOUT_S)
        assert f'["{NEWEST}"]' in started.log
        assert not await started.serves()
        started.process.terminate()
        assert started.process.wait(STOP_TIMEOUT_S) == 0


async def test_a_schema_that_does_not_say_what_was_applied_is_one_of_before(
    dsn: str, role: str, tmp_path: Path
) -> None:
    migrate(dsn, "og_billing", "billing")
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "REVOKE SELECT (name, digest) ON billing.schema_migrations FROM og_billing"
        )
    with billing(role, tmp_path) as started:
        await eventually(lambda: "lets the service see" in started.log, START_TIMEOUT_S)
        assert not await started.serves()


async def test_a_service_older_than_its_schema_serves(dsn: str, role: str, tmp_path: Path) -> None:
    migrate(dsn, "og_billing", "billing")
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO billing.schema_migrations (name, digest) VALUES ('9999_new.sql', '')"
        )
    with billing(role, tmp_path) as started:
        await started.until_it_serves()
        assert "schema is newer" in started.log


async def test_a_service_whose_database_is_away_begins_as_ever(tmp_path: Path) -> None:
    nowhere = f"host={tmp_path} user=og_billing dbname=nothing"
    with billing(nowhere, tmp_path) as started:
        await started.until_it_serves()
        assert "schema is not known" in started.log
