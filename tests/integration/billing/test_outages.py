from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest

from og.billing.v1 import billing_pb2 as pb
from og_billing.server import DOMAIN, service
from og_billing.servicer import BillingServicer
from og_billing.writer import Writer
from og_service.migrations import migrate
from og_service.status import RemoteError
from og_service.testing import serve_in_process
from og_stack.databases import prepare_schema
from og_stack.postgres import EmbeddedPostgres
from tests.integration.billing.client import (
    Client,
    audit,
    buckets,
    charge_request,
    charged_ids,
    has_at_most,
    new_id,
    reason_of,
    repeated,
    serving,
    someone_is_blocked,
    spend,
    until,
)
from tests.integration.billing.ledger import open_ledger
from tests.support.stores import ROLE_PASSWORD, FreshDatabase

TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE usename = 'og_billing' AND datname = current_database()
"""


async def test_connections_cut_under_load_lose_and_double_nothing(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    ids = [new_id() for _ in range(1200)]
    async with (
        serving(dsn) as client,
        await psycopg.AsyncConnection.connect(admin_of(dsn), autocommit=True) as administrator,
    ):
        account = await client.account(plan=1000, pack=1000)
        work = asyncio.create_task(spend(client, account, ids, workers=32))
        for left in (1900, 1200):
            # Each cut meets a ledger that has recovered from the one before.
            await until(partial(_has_at_most, administrator, account, left))
            cursor = await administrator.execute(TERMINATE)
            assert (await cursor.fetchall())[0][0] > 0
        await work
        assert await charged_ids(client, account) == Counter(ids)
        assert buckets(await client.balance(account)) == (0, 800, 0)
    assert (await audit(dsn)).passed


async def _has_at_most(
    administrator: psycopg.AsyncConnection[Any], account: str, credits_left: int
) -> bool:
    cursor = await administrator.execute(
        "SELECT plan_credits + pack_credits FROM billing.balances WHERE account_id = %s", (account,)
    )
    [(left,)] = await cursor.fetchall()
    return int(left) <= credits_left


async def test_a_ledger_without_its_database_says_so_and_comes_back_by_itself(
    tmp_path: Path,
) -> None:
    database = EmbeddedPostgres(tmp_path, {"shared_buffers": "16MB"})
    database.start()
    try:
        dsn = prepare_schema(database.admin_dsn, "billing", ROLE_PASSWORD)
        migrate(database.admin_dsn, "og_billing", "billing")
        await asyncio.to_thread(database.stop)
        async with serving(dsn) as client:
            await _expect_unavailable(client, "acct")
            await asyncio.to_thread(database.start)
            assert buckets(await repeated(partial(_grant_once, client))) == (400, 0, 0)
            ids = [new_id() for _ in range(400)]
            work = asyncio.create_task(spend(client, "acct", ids, workers=16))
            await until(partial(has_at_most, client, "acct", 350))
            database.kill()
            # A connection may outlive the server's main process by a moment.
            await until(partial(_is_unavailable, client))
            await _expect_unavailable(client, "acct")
            await asyncio.to_thread(database.start)
            await work
            assert await charged_ids(client, "acct") == Counter(ids)
            assert buckets(await client.balance("acct")) == (0, 0, 0)
        assert (await audit(dsn)).passed
    finally:
        database.stop()


async def _grant_once(client: Client) -> pb.Balance:
    return await client.grant("acct", 400, charge_id="6f1c2a52-3d7e-4b0e-9f61-8f1f3b7f7b10")


async def _is_unavailable(client: Client) -> bool:
    return await reason_of(client.balance("acct")) == "LEDGER_UNAVAILABLE"


async def _expect_unavailable(client: Client, account: str) -> None:
    calls = client.charge(account), client.balance(account), client.page(account)
    for failed in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(failed, RemoteError)
        assert failed.code is grpc.StatusCode.UNAVAILABLE
        assert failed.reason == "LEDGER_UNAVAILABLE"
        assert failed.retry_after_s


async def test_a_full_queue_refuses_and_says_when_to_come_back(
    ledger_dsn: str, billing: Client, admin_of: Callable[[str], str]
) -> None:
    account = await billing.account(plan=100)
    connect = partial(psycopg.AsyncConnection.connect, admin_of(ledger_dsn))
    async with (
        open_ledger(ledger_dsn) as store,
        await connect() as blocker,
        await connect(autocommit=True) as watcher,
    ):
        writer = Writer(store, max_queued_commands=3)
        served = service(BillingServicer(store, writer))
        async with serve_in_process([served], DOMAIN) as channel:
            client = Client(channel)
            running = asyncio.create_task(writer.run())
            await blocker.execute(
                "SELECT 1 FROM billing.balances WHERE account_id = %s FOR UPDATE", (account,)
            )
            calls = [asyncio.create_task(reason_of(client.charge(account)))]
            await until(partial(someone_is_blocked, watcher))
            # The first is at the lock, three wait, the others are sent away.
            calls += [asyncio.create_task(reason_of(client.charge(account))) for _ in range(7)]
            for refused in islice(asyncio.as_completed(calls), 4):
                assert await refused == "LEDGER_QUEUE_FULL"
            with pytest.raises(RemoteError) as full:
                await client.charge(account)
            assert full.value.code is grpc.StatusCode.RESOURCE_EXHAUSTED
            assert full.value.retry_after_s == 0.5
            await blocker.rollback()
            assert Counter(await asyncio.gather(*calls)) == Counter(OK=4, LEDGER_QUEUE_FULL=4)
            running.cancel()
    assert buckets(await billing.balance(account)) == (96, 0, 0)


async def test_a_caller_that_gave_up_while_waiting_is_not_charged(
    ledger_dsn: str, billing: Client, admin_of: Callable[[str], str]
) -> None:
    account, other = await billing.account(plan=100), await billing.account(plan=100)
    connect = partial(psycopg.AsyncConnection.connect, admin_of(ledger_dsn))
    async with await connect() as blocker, await connect(autocommit=True) as watcher:
        await blocker.execute(
            "SELECT 1 FROM billing.balances WHERE account_id = %s FOR UPDATE", (account,)
        )
        at_the_lock = asyncio.create_task(billing.charge(account))
        await until(partial(someone_is_blocked, watcher))
        with pytest.raises(grpc.aio.AioRpcError, match="DEADLINE_EXCEEDED"):
            await billing.stub.Charge(charge_request(other), timeout=0.2)
        await blocker.rollback()
        await at_the_lock
    await billing.charge(account)
    assert buckets(await billing.balance(other)) == (100, 0, 0)


async def test_a_fault_of_ours_is_told_without_details_and_ends_nothing(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    connect = partial(psycopg.AsyncConnection.connect, admin_of(dsn), autocommit=True)
    async with serving(dsn) as client, await connect() as administrator:
        account = await client.account(plan=10)
        await administrator.execute("REVOKE INSERT ON billing.entries FROM og_billing")
        calls = [client.charge(account) for _ in range(20)]
        for failed in await asyncio.gather(*calls, return_exceptions=True):
            assert isinstance(failed, RemoteError)
            assert (failed.code, failed.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
            assert "entries" not in str(failed)
        await administrator.execute("GRANT INSERT ON billing.entries TO og_billing")
        assert (await client.charge(account)).balance.available_credits == 9
    assert (await audit(dsn)).passed
