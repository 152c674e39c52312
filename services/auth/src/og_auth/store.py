"""Accounts, keys, sites and verifications in PostgreSQL: all of this service's SQL."""

# ruff: noqa: S608 - what is put into statements are column lists and a table of ours

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, TypeVar

import psycopg
import structlog
from psycopg.rows import class_row, scalar_row, tuple_row

from og_auth import identifiers
from og_auth.accounts import Account
from og_auth.api_keys import MAX_API_KEYS, ApiKey
from og_auth.coalescing import Coalescer
from og_auth.deadlines import within
from og_auth.decisions import Credential, Lookup
from og_auth.errors import (
    AccountNotFoundError,
    StoreUnavailableError,
    TooManyApiKeysError,
    TooManySitesError,
)
from og_auth.sites import MAX_SITES, Page, Site
from og_service.postgres import Pool

log = structlog.get_logger()

VERIFIED_HOURS: Final = 24
MAX_VERIFICATIONS_PER_SITE: Final = 100_000
SWEEP_ROWS: Final = 10_000
MAX_LOOKUPS: Final = 1_000
LOOKUP_TIMEOUT_S: Final = 3.0

T = TypeVar("T")

_ACCOUNT: Final = "account_id, email, plan_id, rate_limit_override"
_API_KEY: Final = "api_key_id, account_id, display_name, secret_suffix, create_time, revoke_time"
_SITE: Final = "site_id, account_id, domain, create_time"

# The verification is joined to q by both columns: joined to s by one of them, the planner may
# read all of a large site's rows.
_FIND_CREDENTIALS: Final = """
SELECT q.position, a.account_id, a.email, a.plan_id, a.rate_limit_override, s.domain,
       v.site_id IS NOT NULL
FROM unnest(%s::bytea[], %s::text[], %s::bytea[])
     WITH ORDINALITY AS q (key_digest, site_id, page_digest, position)
LEFT JOIN auth.api_keys k ON k.secret_digest = q.key_digest AND k.revoke_time IS NULL
LEFT JOIN auth.sites s ON s.site_id = q.site_id
JOIN auth.accounts a ON a.account_id = COALESCE(k.account_id, s.account_id)
LEFT JOIN auth.verifications v
  ON v.site_id = q.site_id AND v.page_digest = q.page_digest AND v.expire_time > now()
"""

# A site at its cap keeps what it has; its other pages are looked at anew each time.
_ADD_VERIFICATION: Final = """
INSERT INTO auth.verifications (site_id, page_digest, expire_time)
SELECT %(site_id)s, %(digest)s, now() + make_interval(hours => %(hours)s)
WHERE (SELECT count(*) FROM (
         SELECT FROM auth.verifications WHERE site_id = %(site_id)s LIMIT %(cap)s) AS kept
      ) < %(cap)s
ON CONFLICT (site_id, page_digest) DO UPDATE SET expire_time = excluded.expire_time
"""

_SWEEP: Final = """
DELETE FROM auth.verifications WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM auth.verifications WHERE expire_time <= now()
  LIMIT %s FOR UPDATE SKIP LOCKED))
"""

# Revoked keys make room for new ones, so that the list stays bounded and rotation does not end.
_FORGET_REVOKED: Final = """
DELETE FROM auth.api_keys WHERE api_key_id IN (
  SELECT api_key_id FROM auth.api_keys WHERE account_id = %s AND revoke_time IS NOT NULL
  ORDER BY create_time LIMIT 1)
"""


class PostgresStore:
    """Implements decisions.CredentialStore and registry.RegistryStore."""

    def __init__(
        self, pool: Pool, max_verifications_per_site: int = MAX_VERIFICATIONS_PER_SITE
    ) -> None:
        self._pool = pool
        self._max_verifications_per_site = max_verifications_per_site
        self._lookups = Coalescer(self._find_in_time, MAX_LOOKUPS)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            log.warning("postgres failed", cause=repr(error))
            raise StoreUnavailableError from error

    async def find_credentials(self, lookups: Sequence[Lookup]) -> dict[Lookup, Credential]:
        """See decisions.CredentialStore."""
        found = await self._lookups.ask(lookups)
        return {key: value for key, value in zip(lookups, found, strict=True) if value}

    async def _find_in_time(self, lookups: Sequence[Lookup]) -> list[Credential | None]:
        """Find, but do not let a connection that hangs hold up those who ask next."""
        try:
            return await within(self._find(lookups), LOOKUP_TIMEOUT_S)
        except TimeoutError as error:
            log.warning("postgres hangs", waited_s=LOOKUP_TIMEOUT_S)
            raise StoreUnavailableError from error

    async def _find(self, lookups: Sequence[Lookup]) -> list[Credential | None]:
        columns = (
            [lookup.key_digest for lookup in lookups],
            [lookup.site_id for lookup in lookups],
            [lookup.page_digest for lookup in lookups],
        )
        found: list[Credential | None] = [None] * len(lookups)
        async with self._connection() as connection:
            cursor = connection.cursor(row_factory=tuple_row)
            await cursor.execute(_FIND_CREDENTIALS, columns)
            for position, *account, domain, is_verified in await cursor.fetchall():
                found[position - 1] = Credential(Account(*account), domain, is_verified)
        return found

    async def add_verification(self, page: Page) -> None:
        """See decisions.CredentialStore."""
        values = {
            "site_id": page.site_id,
            "digest": page.digest,
            "hours": VERIFIED_HOURS,
            "cap": self._max_verifications_per_site,
        }
        async with self._connection() as connection:
            await connection.execute(_ADD_VERIFICATION, values)

    async def delete_expired_verifications(self) -> int:
        """Delete up to SWEEP_ROWS rows and tell how many."""
        async with self._connection() as connection:
            return (await connection.execute(_SWEEP, (SWEEP_ROWS,))).rowcount

    async def add_account(self, account: Account) -> bool:
        """See registry.RegistryStore."""
        values = (account.account_id, account.email, account.plan_id, account.rate_limit_override)
        async with self._connection() as connection:
            cursor = await connection.execute(
                f"INSERT INTO auth.accounts ({_ACCOUNT}) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (lower(email)) DO NOTHING",
                values,
            )
            return cursor.rowcount == 1

    async def get_account(self, account_id: str) -> Account | None:
        """See registry.RegistryStore."""
        query = f"SELECT {_ACCOUNT} FROM auth.accounts WHERE account_id = %s"
        async with self._connection() as connection:
            return await _one(connection, Account, query, account_id)

    async def get_account_by_email(self, email: str) -> Account | None:
        """See registry.RegistryStore."""
        query = f"SELECT {_ACCOUNT} FROM auth.accounts WHERE lower(email) = lower(%s)"
        async with self._connection() as connection:
            return await _one(connection, Account, query, email)

    async def add_api_key(
        self, account_id: str, display_name: str, secret_digest: bytes, secret_suffix: str
    ) -> ApiKey:
        """See registry.RegistryStore."""
        async with self._connection() as connection, connection.transaction():
            await _lock_account(connection, account_id)
            await _make_room_for_key(connection, account_id)
            key_id = identifiers.new_id(identifiers.API_KEY)
            row = await _one(
                connection,
                ApiKey,
                "INSERT INTO auth.api_keys"
                " (api_key_id, account_id, display_name, secret_digest, secret_suffix)"
                f" VALUES (%s, %s, %s, %s, %s) RETURNING {_API_KEY}",
                *(key_id, account_id, display_name, secret_digest, secret_suffix),
            )
            return _there(row)

    async def revoke_api_key(self, api_key_id: str) -> ApiKey | None:
        """See registry.RegistryStore."""
        query = (
            "UPDATE auth.api_keys SET revoke_time = COALESCE(revoke_time, now())"
            f" WHERE api_key_id = %s RETURNING {_API_KEY}"
        )
        async with self._connection() as connection:
            return await _one(connection, ApiKey, query, api_key_id)

    async def list_api_keys(self, account_id: str) -> list[ApiKey]:
        """See registry.RegistryStore."""
        query = (
            f"SELECT {_API_KEY} FROM auth.api_keys WHERE account_id = %s"
            " ORDER BY create_time DESC, api_key_id"
        )
        async with self._connection() as connection:
            return await _all(connection, ApiKey, query, account_id)

    async def add_site(self, account_id: str, domain: str) -> Site:
        """See registry.RegistryStore."""
        there = f"SELECT {_SITE} FROM auth.sites WHERE account_id = %s AND domain = %s"
        async with self._connection() as connection, connection.transaction():
            await _lock_account(connection, account_id)
            if site := await _one(connection, Site, there, account_id, domain):
                return site
            if await _count(connection, "auth.sites", account_id) >= MAX_SITES:
                raise TooManySitesError(MAX_SITES)
            row = await _one(
                connection,
                Site,
                "INSERT INTO auth.sites (site_id, account_id, domain) VALUES (%s, %s, %s)"
                f" RETURNING {_SITE}",
                *(identifiers.new_id(identifiers.SITE), account_id, domain),
            )
            return _there(row)

    async def list_sites(self, account_id: str) -> list[Site]:
        """See registry.RegistryStore."""
        query = (
            f"SELECT {_SITE} FROM auth.sites WHERE account_id = %s"
            " ORDER BY create_time DESC, site_id"
        )
        async with self._connection() as connection:
            return await _all(connection, Site, query, account_id)


async def _lock_account(connection: psycopg.AsyncConnection[Any], account_id: str) -> None:
    """Let nobody else add to the account before this transaction ends."""
    cursor = await connection.execute(
        "SELECT FROM auth.accounts WHERE account_id = %s FOR NO KEY UPDATE", (account_id,)
    )
    if cursor.rowcount == 0:
        raise AccountNotFoundError


async def _make_room_for_key(connection: psycopg.AsyncConnection[Any], account_id: str) -> None:
    if await _count(connection, "auth.api_keys", account_id) < MAX_API_KEYS:
        return
    if (await connection.execute(_FORGET_REVOKED, (account_id,))).rowcount == 0:
        raise TooManyApiKeysError(MAX_API_KEYS)


async def _count(
    connection: psycopg.AsyncConnection[Any], table: LiteralString, account_id: str
) -> int:
    cursor = connection.cursor(row_factory=scalar_row)
    await cursor.execute(f"SELECT count(*) FROM {table} WHERE account_id = %s", (account_id,))
    return int(await cursor.fetchone() or 0)


async def _one(
    connection: psycopg.AsyncConnection[Any], kind: type[T], query: LiteralString, *values: object
) -> T | None:
    cursor = connection.cursor(row_factory=class_row(kind))
    return await (await cursor.execute(query, values)).fetchone()


async def _all(
    connection: psycopg.AsyncConnection[Any], kind: type[T], query: LiteralString, *values: object
) -> list[T]:
    cursor = connection.cursor(row_factory=class_row(kind))
    return await (await cursor.execute(query, values)).fetchall()


def _there(row: T | None) -> T:
    assert row is not None  # noqa: S101 - an INSERT that RETURNs gives its row
    return row
