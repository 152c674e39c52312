"""Auth as the program it is: started, asked and stopped."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import grpc
import httpx
import psycopg
import pytest

from og.auth.v1 import auth_pb2
from og_auth.api_keys import new_secret
from og_service.channels import open_channel
from og_service.status import from_rpc_error
from og_stack.ports import free_ports
from tests.integration.auth.programs import TOKEN, running
from tests.integration.auth.world import World, by_key, decision
from tests.support.stores import ROLE_PASSWORD, FreshDatabase

AdminOf = Callable[[str], str]


async def test_no_key_is_ever_logged_or_counted(
    fresh_database: FreshDatabase, admin_of: AdminOf, redis_url: str, tmp_path: Path
) -> None:
    dsn = fresh_database("auth")
    environment = {**os.environ, "OG_LOG_LEVEL": "DEBUG"}
    environment |= {"DATABASE_URL": dsn, "REDIS_URL": redis_url}
    [port] = free_ports(1)
    metrics_address = f"127.0.0.1:{port}"
    environment["OG_METRICS_ADDRESS"] = metrics_address

    log, unknown, malformed = tmp_path / "log", new_secret().text, "og_live_the-marker-of-this-test"
    with running(environment, log) as address:
        async with open_channel(address, TOKEN) as channel:
            world = World(channel)
            good = (await world.key(await world.account())).secret
            assert decision(await world.authorize(by_key(good))) == "ALLOWED"
            for secret in (unknown, malformed, malformed * 1_000):
                assert decision(await world.authorize(by_key(secret))) == "INVALID_API_KEY"
            assert good not in await our_failure(world, by_key(good), admin_of(dsn))
        async with httpx.AsyncClient() as client:
            counted = (await client.get(f"http://{metrics_address}/metrics")).text
    assert "og_auth" in counted
    text = log.read_text() + counted
    assert "KeyError" in text  # the failure was logged with its cause
    assert "Authorize" in text  # and calls were, at this level
    for secret in (good, unknown, malformed, ROLE_PASSWORD, TOKEN):
        assert secret not in text
        assert secret.removeprefix("og_live_")[:12] not in text


async def our_failure(world: World, request: auth_pb2.AuthorizeRequest, admin_dsn: str) -> str:
    """Make auth fail inside, and give what the caller is told."""
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute("UPDATE auth.accounts SET plan_id = 'no longer sold'")
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await world.authorize(request)
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert "no longer sold" not in str(failed.value)
    return str(failed.value)


def test_the_role_may_do_no_more_than_it_needs(database_url: str, admin_of: AdminOf) -> None:
    with psycopg.connect(admin_of(database_url)) as admin:
        rows = admin.execute(
            "SELECT table_name, privilege_type FROM information_schema.table_privileges"
            " WHERE grantee = 'og_auth' AND table_schema = 'auth'"
        ).fetchall()
    granted = {(str(table), str(privilege)) for table, privilege in rows}
    tables = (
        *("accounts", "api_keys", "sites", "sign_ups"),
        *("looks", "look_additions", "verifications", "deleted_sites"),
        *("passwords", "sessions", "mails", "mailed_tokens"),
    )
    assert granted == {
        *((table, privilege) for table in tables for privilege in ("SELECT", "INSERT")),
        ("api_keys", "DELETE"),
        ("sites", "DELETE"),
        *((table, "DELETE") for table in ("passwords", "sessions", "mails", "mailed_tokens")),
        ("deleted_sites", "DELETE"),
        ("sign_ups", "DELETE"),
        ("looks", "DELETE"),
        ("look_additions", "DELETE"),
        ("verifications", "DELETE"),
    }
