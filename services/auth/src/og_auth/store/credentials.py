"""Credentials and good verifications in PostgreSQL: what every request asks."""

# ruff: noqa: S608 - what is put into statements are expressions of ours

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import structlog
from psycopg.rows import tuple_row

from og_auth.accounts import Account
from og_auth.api_keys import Scope
from og_auth.coalescing import Coalescer
from og_auth.credentials import Credential, Lookup
from og_auth.deadlines import within
from og_auth.errors import StoreUnavailableError
from og_auth.sites import Page
from og_auth.store.accounts import PLAN_ID
from og_auth.store.api_keys import read_scopes
from og_auth.store.database import Database

log = structlog.get_logger()

VERIFIED_HOURS: Final = 24
MAX_VERIFICATIONS_PER_SITE: Final = 100_000
SWEEP_ROWS: Final = 10_000
MAX_LOOKUPS: Final = 1_000
LOOKUP_TIMEOUT_S: Final = 3.0

# A site's id is public: it gets cards and manages nothing.
_SITE_SCOPES: Final = frozenset({Scope.GENERATE})

# The verification is joined to q by both columns: joined to s by one of them, the planner may
# read all of a large site's rows.
_FIND: Final = f"""
SELECT q.position, a.account_id, {PLAN_ID}, a.rate_limit_override,
       COALESCE(a.suspend_time, k.suspend_time, s.suspend_time) IS NOT NULL,
       COALESCE(k.api_key_id, s.site_id), k.scopes,
       COALESCE(k.daily_credits_max, s.daily_credits_max), s.daily_generations_max,
       s.domain, v.site_id IS NOT NULL
FROM unnest(%s::bytea[], %s::text[], %s::bytea[])
     WITH ORDINALITY AS q (key_digest, site_id, page_digest, position)
LEFT JOIN auth.api_keys k ON k.secret_digest = q.key_digest AND k.revoke_time IS NULL
                         AND COALESCE(k.expire_time > now(), true)
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


class PostgresCredentials:
    """Implements credentials.CredentialStore."""

    def __init__(
        self, database: Database, max_verifications_per_site: int = MAX_VERIFICATIONS_PER_SITE
    ) -> None:
        self._database = database
        self._max_verifications_per_site = max_verifications_per_site
        self._lookups = Coalescer(self._find_in_time, MAX_LOOKUPS)

    async def find_credentials(self, lookups: Sequence[Lookup]) -> dict[Lookup, Credential]:
        """See credentials.CredentialStore."""
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
        async with self._database.connection() as connection:
            cursor = connection.cursor(row_factory=tuple_row)
            await cursor.execute(_FIND, columns)
            for position, *row in await cursor.fetchall():
                found[position - 1] = _credential(row)
        return found

    async def add_verification(self, page: Page) -> None:
        """See credentials.CredentialStore."""
        values = {
            "site_id": page.site_id,
            "digest": page.digest,
            "hours": VERIFIED_HOURS,
            "cap": self._max_verifications_per_site,
        }
        async with self._database.connection() as connection:
            await connection.execute(_ADD_VERIFICATION, values)

    async def delete_expired(self) -> int:
        """Delete up to SWEEP_ROWS verifications and tell how many."""
        async with self._database.connection() as connection:
            return (await connection.execute(_SWEEP, (SWEEP_ROWS,))).rowcount


def _credential(row: Sequence[Any]) -> Credential:
    *account, suspended, payer_id, scopes, credits_max, generations_max, domain, verified = row
    return Credential(
        account=Account(*account),
        is_suspended=suspended,
        payer_id=payer_id,
        scopes=_SITE_SCOPES if scopes is None else read_scopes(scopes),
        daily_credits_max=credits_max,
        daily_generations_max=generations_max,
        domain=domain,
        is_verified=verified,
    )
