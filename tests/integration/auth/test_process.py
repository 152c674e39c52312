"""Auth as the program it is: migrated, started, asked and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import psycopg
import pytest

from og.auth.v1 import auth_pb2
from og_auth.api_keys import new_secret
from og_service.channels import open_channel
from og_service.status import from_rpc_error
from og_stack.databases import create_database, prepare_schema
from og_stack.ports import free_ports
from tests.integration.auth.world import World, by_key, decision
from tests.support.waiting import wait_until

TOKEN = "token-of-the-operator-for-tests"
STOP_TIMEOUT_S = 15
AUTH = [sys.executable, "-P", "-m", "og_auth"]


def migrate(environment: dict[str, str]) -> bytes:
    command = [*AUTH, "migrate"]
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout


@contextmanager
def running(environment: dict[str, str], log: Path) -> Iterator[str]:
    """Run auth, give its address, and see it stop as it should."""
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    own = {"OG_LISTEN_ADDRESS": address, "OG_CALLERS": f"operator={TOKEN}"}
    with (
        log.open("wb") as output,
        subprocess.Popen(AUTH, env={**environment, **own}, stdout=output, stderr=output) as process,
    ):
        try:
            wait_until(lambda: b"serving" in log.read_bytes())
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_TIMEOUT_S) == 0


async def test_no_key_is_ever_logged(postgres: str, redis_url: str, tmp_path: Path) -> None:
    database = create_database(postgres, "test_auth_process")
    dsn = prepare_schema(database, "auth", "a password for tests")
    environment = {**os.environ, "MIGRATION_DATABASE_URL": database, "OG_LOG_LEVEL": "DEBUG"}
    environment |= {"DATABASE_URL": dsn, "REDIS_URL": redis_url}
    assert b"auth: applied 0001" in migrate(environment)

    log, unknown, malformed = tmp_path / "log", new_secret(), "og_live_the-marker-of-this-test"
    with running(environment, log) as address:
        async with open_channel(address, TOKEN) as channel:
            world = World(channel)
            good = (await world.key(await world.account())).secret
            assert decision(await world.authorize(by_key(good))) == "ALLOWED"
            for secret in (unknown, malformed, malformed * 1_000):
                assert decision(await world.authorize(by_key(secret))) == "INVALID_API_KEY"
            assert good not in await our_failure(world, by_key(good), database)
    text = log.read_text()
    assert "KeyError" in text  # the failure was logged with its cause
    assert "Authorize" in text  # and calls were, at this level
    for secret in (good, unknown, malformed, "a password for tests", TOKEN):
        assert secret not in text
        assert secret.removeprefix("og_live_")[:12] not in text


async def our_failure(world: World, request: auth_pb2.AuthorizeRequest, database: str) -> str:
    """Make auth fail inside, and give what the caller is told."""
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("UPDATE auth.accounts SET plan_id = 'no longer sold'")
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await world.authorize(request)
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert "no longer sold" not in str(failed.value)
    return str(failed.value)


def test_the_role_may_do_no_more_than_it_needs(
    database_url: str, admin_of: Callable[[str], str]
) -> None:
    with psycopg.connect(admin_of(database_url)) as admin:
        rows = admin.execute(
            "SELECT table_name, privilege_type FROM information_schema.table_privileges"
            " WHERE grantee = 'og_auth' AND table_schema = 'auth'"
        ).fetchall()
    granted = {(str(table), str(privilege)) for table, privilege in rows}
    tables = ("accounts", "api_keys", "sites", "verifications")
    assert granted == {
        *((table, privilege) for table in tables for privilege in ("SELECT", "INSERT")),
        ("api_keys", "DELETE"),
        ("verifications", "DELETE"),
    }
