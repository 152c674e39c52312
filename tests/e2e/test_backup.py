"""A dump that was taken under load is restored on a new server, and the system goes on."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from og_stack.postgres import EmbeddedPostgres
from og_stack.stack import DATABASE, Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import credits_of, key_of, managing, revoke_keys, rows
from tests.e2e.load import Load
from tests.e2e.operators import og
from tests.e2e.systems import whole_system
from tests.support import backups
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.telling import tell
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(600)  # two systems start, one after the other

ROOT = Path(__file__).resolve().parents[2]
ASK_TIMEOUT_S = 30
CREDITS = 10_000


@dataclass
class Before:
    """What a customer saw of the system that was lost."""

    customer: Customer
    revoked: Customer
    lost_key: Customer
    card: bytes
    load: Load


@dataclass(frozen=True)
class Pages:
    """The pages whose cards there were."""

    kept: str
    deleted: str
    later: str


async def test_a_dump_under_load_brings_back_keys_credits_and_cards(
    tmp_path: Path, site: LocalSite, pytestconfig: pytest.Config
) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    pages = Pages(*(site.put_page(it) for it in ("Kept", "Deleted later", "Drawn later")))
    async with whole_system(tmp_path, site) as stack, asking(stack) as api:
        give_the_database_an_owner(stack)
        before = await live(stack, api, site, pages, backup)
    shutil.rmtree(tmp_path / ".local" / "postgres")
    began_s = time.monotonic()
    with EmbeddedPostgres(tmp_path / ".local" / "postgres") as server:
        await asyncio.to_thread(backups.restore, server.admin_dsn, backup)
        check_roles(server)
        # Once more, as into a cluster's database, which is there already.
        restored = make_conninfo(server.admin_dsn, dbname=DATABASE)
        await asyncio.to_thread(backups.restore_into, restored, backup)
    tell(pytestconfig, f"restored a small database in {time.monotonic() - began_s:.1f} s")
    async with whole_system(tmp_path, site) as stack, asking(stack) as api:
        await check_restored(stack, api, pages, before)


def test_the_page_keeps_the_roles_that_are_kept_here() -> None:
    page = (ROOT / "docs/operations/backup-and-restore.md").read_text()
    found = re.findall(r"pg_dumpall --roles-only.*\| grep (.*) > roles.sql", page)
    assert set(found) == {f"-E '{backups.OUR_ROLES}'"}


def give_the_database_an_owner(stack: Stack) -> None:
    """Have a role of its own own the database, as CloudNativePG does."""
    with psycopg.connect(stack.admin_dsn, autocommit=True) as connection:
        connection.execute("CREATE ROLE instant_og LOGIN")
        connection.execute("ALTER DATABASE instant_og OWNER TO instant_og")
        connection.execute("GRANT pg_read_all_stats TO og_auth")  # as owners of schemas have it


def check_roles(server: EmbeddedPostgres) -> None:
    """Check that roles may what they might."""
    with psycopg.connect(server.admin_dsn) as connection:
        row = connection.execute("SELECT pg_has_role('og_auth', 'pg_read_all_stats', 'USAGE')")
        assert row.fetchone() == (True,)


async def live(stack: Stack, api: Api, site: LocalSite, pages: Pages, backup: Path) -> Before:
    """Use the system, dump it amid that, and use it on: what comes after is lost."""
    customer = await create_customer(stack, credits=CREDITS)
    revoked = await create_customer(stack, credits=100)
    manager = await managing(stack, customer)
    card = check_card(await api.ask(pages.kept, customer), "MISS", 10)
    deleted = check_card(await api.ask(pages.deleted, customer), "MISS", 10)
    load = Load(api, site, customer)
    async with load.running():
        await load.more()
        await asyncio.to_thread(backups.dump, stack.admin_dsn, backup)
        await load.more()
    check_card(await api.ask(pages.later, customer), "MISS", 10)
    lost_key = await key_of(stack, customer.account_id)
    await revoke_keys(stack, revoked)
    check_error(await api.ask(pages.kept, revoked), 401, "invalid_api_key")
    where = object_of(stack, customer, deleted)
    assert (await api.ask(pages.deleted, manager, method="DELETE")).status_code == 204
    await eventually(lambda: not where.exists())
    return Before(customer, revoked, lost_key, card, load)


async def check_restored(stack: Stack, api: Api, pages: Pages, before: Before) -> None:
    """Check what is as it was, what was lost, and that the books agree with each other."""
    customer = before.customer
    spent = sum(int(it.headers["x-credits-charged"]) for it in before.load.answers)
    left = await credits_of(stack, customer)
    assert CREDITS - 20 - spent <= left < CREDITS - 20
    check_books(stack)
    assert check_card(await api.ask(pages.kept, customer), "HIT", 1) == before.card
    # Its row came back, and its bytes are gone: drawn again at the price of a card that exists.
    check_card(await api.ask(pages.deleted, customer), "MISS", 1)
    # Its bytes are there, and its row is gone: a new card, since what it cost came back as well.
    check_card(await api.ask(pages.later, customer), "MISS", 10)
    assert await credits_of(stack, customer) == left - 12
    check_error(await api.ask(pages.kept, before.lost_key), 401, "invalid_api_key")
    # What was revoked since the dump is good again: the runbook says to revoke it anew.
    check_card(await api.ask(pages.kept, before.revoked), "MISS", 10)
    check_books(stack)


def check_books(stack: Stack) -> None:
    done = og(stack, "audit", "--json", "--min-age", "0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["passed"]


def object_of(stack: Stack, customer: Customer, card: bytes) -> Path:
    """Give the file of a card's bytes."""
    [(name,)] = rows(
        stack,
        "SELECT object_name FROM edge.cards WHERE account_id = %s AND digest = %s",
        *(customer.account_id, hashlib.sha256(card).hexdigest()),
    )
    path = stack.config.directory / "cards" / str(name)
    assert path.exists()
    return path


@asynccontextmanager
async def asking(stack: Stack) -> AsyncIterator[Api]:
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=ASK_TIMEOUT_S) as client:
        yield Api(client)
