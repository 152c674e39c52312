from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from functools import partial

import psycopg

from tests.integration.billing.client import (
    audit,
    buckets,
    charged_ids,
    has_at_most,
    new_id,
    repeated,
    serving,
    someone_is_blocked,
    spend,
    until,
)
from tests.integration.billing.processes import Process, client_of
from tests.support.stores import FreshDatabase


async def test_kill_9_under_load_loses_and_doubles_nothing(fresh_database: FreshDatabase) -> None:
    dsn = fresh_database("billing")
    process = Process(dsn)
    process.start()
    try:
        async with client_of(process) as client:
            account = await repeated(lambda: client.account(plan=300, pack=500))
            ids = [new_id() for _ in range(500)]
            work = asyncio.create_task(spend(client, account, ids, workers=64))
            await until(partial(has_at_most, client, account, 550))
            process.kill()
            process.start()
            await work
            assert await charged_ids(client, account) == Counter(ids)
            assert buckets(await client.balance(account)) == (0, 300, 0)
    finally:
        process.kill()
    assert (await audit(dsn)).passed


async def test_sigterm_lets_a_call_under_way_end(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    process = Process(dsn)
    process.start()
    try:
        async with (
            client_of(process) as client,
            await psycopg.AsyncConnection.connect(admin_of(dsn)) as blocker,
            await psycopg.AsyncConnection.connect(admin_of(dsn), autocommit=True) as watcher,
        ):
            account = await repeated(lambda: client.account(plan=10))
            await blocker.execute("SELECT FROM billing.balances FOR UPDATE")
            under_way = asyncio.create_task(client.charge(account))
            await until(partial(someone_is_blocked, watcher))
            assert process.running is not None
            process.running.terminate()
            await until(partial(_listens_no_more, process))
            await blocker.rollback()
            assert (await under_way).charged_credits == 1
            assert await asyncio.to_thread(process.running.wait, 15) == 0
    finally:
        process.kill()


async def _listens_no_more(process: Process) -> bool:
    try:
        _, writer = await asyncio.open_connection(*process.address.split(":"))
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def test_the_audit_command_tells_whether_the_ledger_adds_up(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    async with serving(dsn) as client:
        account = await client.account(plan=100)
        await client.charge(account)
        await client.reserve(account)
    process = Process(dsn)
    right = process.command("audit")
    assert right.returncode == 0, right.stderr
    found = json.loads(right.stdout)
    assert found["passed"] is True
    assert (found["entries"], found["open_reservations"], found["wrong_balances"]) == (3, 1, 0)
    with psycopg.connect(admin_of(dsn)) as administrator:
        administrator.execute("UPDATE billing.balances SET plan_credits = plan_credits + 1")
    wrong = process.command("audit")
    assert wrong.returncode == 1
    assert json.loads(wrong.stdout)["passed"] is False
    assert json.loads(wrong.stdout)["wrong_balances"] == 1
