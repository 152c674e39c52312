"""A newer schema serves older code: migrations add, and what wrote rows before still does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import psycopg

from og_auth.api_keys import new_secret
from og_service.migration_files import find_migrations
from og_service.migrations import migrate
from og_stack.databases import create_database, prepare_schema
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.world import World, by_key, by_site, decision, outcome
from tests.support.stores import ROLE_PASSWORD

AdminOf = Callable[[str], str]
PAGE = "https://example.com/"


def write_as_of_0001(role: psycopg.Connection, tail: str) -> str:
    """Add an account, a key and a site as the first version did, and give the key."""
    secret = new_secret()
    account_id, site_id = f"acct_00000000000000{tail}", f"site_00000000000000{tail}"
    role.execute(
        "INSERT INTO auth.accounts (account_id, email, plan_id, rate_limit_override)"
        " VALUES (%s, %s, 'pro', NULL)",
        (account_id, f"{tail}@example.com"),
    )
    role.execute(
        "INSERT INTO auth.api_keys"
        " (api_key_id, account_id, display_name, secret_digest, secret_suffix)"
        " VALUES (%s, %s, 'old', %s, %s)",
        (
            f"key_00000000000000{tail}",
            account_id,
            hashlib.sha256(secret.text.encode()).digest(),
            secret.text[-4:],
        ),
    )
    role.execute(
        "INSERT INTO auth.sites (site_id, account_id, domain) VALUES (%s, %s, 'example.com')",
        (site_id, account_id),
    )
    role.execute(
        "INSERT INTO auth.verifications (site_id, page_digest, expire_time)"
        " VALUES (%s, %s, now() + interval '1 hour')"
        " ON CONFLICT (site_id, page_digest) DO UPDATE SET expire_time = excluded.expire_time",
        (site_id, hashlib.sha256(PAGE.encode()).digest()),
    )
    return secret.text


async def test_rows_of_the_first_version_are_served_from_before_and_after(
    serve_auth: ServeAuth, postgres: str, redis_url: str
) -> None:
    owner = create_database(postgres, "test_auth_migrations")
    role = prepare_schema(owner, "auth", ROLE_PASSWORD)
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute(find_migrations("og_auth")[0].statements.encode())
        with psycopg.connect(role, autocommit=True) as connection:
            before = write_as_of_0001(connection, "01")
        # What was applied by hand counts as applied.
        admin.execute(
            "CREATE TABLE auth.schema_migrations (name text PRIMARY KEY, digest text NOT NULL,"
            " apply_time timestamptz NOT NULL DEFAULT now())"
        )
        first = find_migrations("og_auth")[0]
        admin.execute(
            "INSERT INTO auth.schema_migrations (name, digest) VALUES (%s, %s)",
            (first.name, first.digest),
        )
    assert migrate(owner, "og_auth", "auth")
    with psycopg.connect(role, autocommit=True) as connection:
        after = write_as_of_0001(connection, "02")
    async with serve_auth(role, redis_url) as channel:
        world = World(channel)
        for secret, tail in ((before, "01"), (after, "02")):
            assert decision(await world.authorize(by_key(secret))) == "ALLOWED"
            page = by_site(f"site_00000000000000{tail}", PAGE)
            assert outcome(await world.authorize(page)) == ("ALLOWED", "UNKNOWN")
        # Pages were verified by any tag with the site's id, so they count for that alone.
        verified = by_site("site_0000000000000001", PAGE)
        await world.set_policy(verified.site_id, "ANY")
        assert outcome(await world.authorize(verified)) == ("ALLOWED", "VERIFIED")
        with psycopg.connect(owner) as admin:
            ages = admin.execute("SELECT now() - look_time FROM auth.looks").fetchall()
        assert [round(age.total_seconds() / 3600) for (age,) in ages] == [23]
