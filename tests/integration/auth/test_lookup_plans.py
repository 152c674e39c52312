"""A lookup reads the rows that it asks for and no others, whatever was known of the tables' sizes.

Its plan is made once for a connection and kept. One that would do while the tables are empty, or
have a row each, must not be the one that is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import psycopg
import pytest

from og_auth.credentials import Lookup
from og_auth.store.credentials import open_credentials
from tests.support.stores import FreshDatabase
from tests.support.waiting import eventually

OFTEN = 10
"""After so many times the driver has prepared the query, and its plan is made."""
ACCOUNTS = 500
LOOKS = 50
"""Of each site."""
ASKED = 10
ROWS_A_LOOKUP_MAX = 3
"""A site's, its account's and a look's."""
TABLES = ("accounts", "api_keys", "sites", "looks")

_GROW = """
INSERT INTO auth.accounts (account_id, email, plan_id)
SELECT 'acct_' || n, n, 'free' FROM generate_series(1, {accounts}) n ON CONFLICT DO NOTHING;

INSERT INTO auth.api_keys (api_key_id, account_id, display_name, secret_digest, secret_suffix)
SELECT 'key_' || n, 'acct_' || n, '', sha256(n::text::bytea), ''
FROM generate_series(1, {accounts}) n ON CONFLICT DO NOTHING;

INSERT INTO auth.sites (site_id, account_id, domain)
SELECT 'site_' || n, 'acct_' || n, 'example.com'
FROM generate_series(1, {accounts}) n ON CONFLICT DO NOTHING;

INSERT INTO auth.looks (site_id, page_digest, tag_policy, card_digest, state)
SELECT 'site_' || n, sha256(page::text::bytea), 'same_card', sha256('card'), 'verified'
FROM generate_series(1, {accounts}) n, generate_series(1, {looks}) page ON CONFLICT DO NOTHING
"""
_ROWS_READ = """
SELECT sum(seq_tup_read) + (
  SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = 'auth')
FROM pg_stat_user_tables WHERE schemaname = 'auth'
"""
_OTHERS = """
SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'og_auth'
"""


def grow(admin: psycopg.Connection, accounts: int, looks: int) -> None:
    admin.execute(_GROW.format(accounts=accounts, looks=looks).encode())


def rows_read(admin: psycopg.Connection) -> int:
    [(count,)] = admin.execute(_ROWS_READ).fetchall()
    return int(count)


def digest(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


@pytest.mark.parametrize(
    ("accounts", "looks", "analyzed"),
    [(0, 0, False), (0, 0, True), (1, 1, True), (3, 1, True), (3, 3, True), (100, 1, True)],
)
async def test_a_plan_that_is_kept_while_tables_grow_reads_no_more_rows(
    fresh_database: FreshDatabase,
    admin_of: Callable[[str], str],
    accounts: int,
    looks: int,
    analyzed: bool,  # noqa: FBT001 - a parameter
) -> None:
    dsn = fresh_database("auth")
    keys = [Lookup(key_digest=digest(n + 1)) for n in range(ASKED)]
    pages = [
        Lookup(None, f"site_{n + 1}", digest(LOOKS - n), hashlib.sha256(b"card").digest())
        for n in range(ASKED)
    ]
    with psycopg.connect(admin_of(dsn), autocommit=True) as admin:
        for table in TABLES:  # or the plan would be made anew, some time within a minute
            admin.execute(f"ALTER TABLE auth.{table} SET (autovacuum_enabled = off)".encode())
        grow(admin, accounts, looks)
        if analyzed:
            admin.execute("ANALYZE")
        async with open_credentials(dsn) as store:
            for _ in range(OFTEN):
                await store.find_credentials([keys[0], pages[-1]])
            grow(admin, ACCOUNTS, LOOKS)
            admin.execute("SELECT pg_stat_force_next_flush()")
            before = rows_read(admin)
            found = await store.find_credentials(keys + pages)
        assert all(found[key] for key in keys)
        assert all(found[page].memory for page in pages)
        # Who is gone has told all that was counted, from the first lookup on.
        await eventually(lambda: not admin.execute(_OTHERS).rowcount)
        lookups = 2 * (OFTEN + ASKED)
        assert rows_read(admin) - before <= lookups * ROWS_A_LOOKUP_MAX
