"""From the release before to this one: its data, and the requests that come meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from psycopg.conninfo import make_conninfo

from og_service.migrations import migrate
from og_stack.postgres import EmbeddedPostgres
from og_stack.services import SERVICES_WITH_SCHEMA
from og_stack.stack import DATABASE
from tests.e2e.api import Api, check_card
from tests.e2e.load import Load
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.local_system import LocalSystem, clean_environment, local_system

pytestmark = pytest.mark.timeout(600)  # two systems start, one after the other

ASK_TIMEOUT_S = 30
READY = "Ctrl-C"


async def test_migrations_fail_no_request_of_the_release_before(
    tmp_path: Path, site: LocalSite, old_path: str
) -> None:
    directory = tmp_path / ".local"
    settings = {
        "OG_LOOPBACK_TARGETS": site.address,
        "OG_TRUSTED_PROXIES": "1",
        "OG_LOCAL_DIRECTORY": str(directory),
    }
    async with local_system(directory, settings | {"PYTHONPATH": old_path}) as old:
        await old.until(READY)
        customer = Customer(old.demo["account_id"], old.demo["api_key"])
        async with asking(old) as api:
            load = Load(api, site, customer)
            async with load.running():
                await load.more()
                applied = []
                for service in SERVICES_WITH_SCHEMA:
                    applied += await asyncio.to_thread(
                        migrate, owner(directory), f"og_{service}", service
                    )
                    await load.more()
        await stop(old)
    assert len(applied) > len(SERVICES_WITH_SCHEMA)
    failures = Counter(it.text[:200] for it in load.answers if it.status_code != 200)
    assert not failures
    for answer in load.answers:
        check_card(answer)
    async with local_system(directory, settings) as new:
        await new.until(READY)
        assert Customer(new.demo["account_id"], new.demo["api_key"]) == customer
        async with asking(new) as api:
            page = site.put_page("Of the new release")
            check_card(await api.ask(page, customer), "MISS", 10)
            check_card(await api.ask(load.answers[0].request.url.params["url"], customer))
        found = await audited(directory.parent, customer)
        assert found["passed"], found
        await stop(new)


@asynccontextmanager
async def asking(system: LocalSystem) -> AsyncIterator[Api]:
    url = system.demo["base_url"]
    async with httpx.AsyncClient(base_url=url, timeout=ASK_TIMEOUT_S) as client:
        yield Api(client)


def owner(directory: Path) -> str:
    return make_conninfo(EmbeddedPostgres(directory / "postgres").admin_dsn, dbname=DATABASE)


async def stop(system: LocalSystem) -> None:
    system.process.send_signal(signal.SIGTERM)
    assert await system.ended() == 0, system.output[-2000:]


async def audited(directory: Path, customer: Customer) -> dict[str, object]:
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).parent / "og", "audit", "--json"),
        *("--account", customer.account_id),
        cwd=directory,
        env=clean_environment(os.environ),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    found: dict[str, object] = json.loads(output)
    return found
