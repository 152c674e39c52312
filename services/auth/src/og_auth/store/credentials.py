"""Credentials, and what is remembered of pages, in PostgreSQL: what every request asks."""

# ruff: noqa: S608 - what is put into statements are expressions of ours

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog
from psycopg import OperationalError

from og_auth.accounts import Account
from og_auth.api_keys import Scope
from og_auth.credentials import Credential, Lookup
from og_auth.errors import StoreUnavailableError
from og_auth.host_policy import HostPolicy
from og_auth.identity.sessions import SESSION_IDLE_LIFE, SESSION_LIFE
from og_auth.sites import SiteRules, TagPolicy
from og_auth.store.accounts import PLAN_ID
from og_auth.store.api_keys import read_scopes
from og_auth.verification import Memory, Verification
from og_service.coalescing import Coalescer
from og_service.fast_connection import Row
from og_service.fast_pool import KEPT_PLANS, UNCHECKED_WHERE_REPEATED_S, FastPool, open_fast_pool
from og_service.postgres import BY_INDEX

log = structlog.get_logger()

MAX_LOOKUPS: Final = 1_000
LOOKUP_TIMEOUT_S: Final = 1.4
"""For a query, and for all that a caller waits for it, those before it included.

Edge waits two seconds for a decision, and Valkey, where it goes away just then, is waited for half
a second (valkey.py): so who asks gets our answer, not their own deadline.
"""
ANSWER_TIMEOUT_S: Final = 0.8
"""For one answer of the server: less than LOOKUP_TIMEOUT_S, so that there is time to ask again."""
SERVER_TIMEOUT_MS: Final = 700
"""Less than we wait, so that the server is done with what we gave up when it is asked again."""
MAX_CONNECTIONS: Final = 2
"""One for the lookups under way, and one for the next where that hangs."""

# One plan is good for all, as long as it reads no table whole, however small that seemed when
# it was made.
_SETTINGS: Final = {
    **KEPT_PLANS,
    **BY_INDEX,
    "enable_bitmapscan": "off",
    "statement_timeout": str(SERVER_TIMEOUT_MS),
}

# A site's id is public: it gets cards and manages nothing.
_SITE_SCOPES: Final = frozenset({Scope.GENERATE})
_ALL_SCOPES: Final = frozenset(Scope)

# LIMIT keeps each look at a table apart, so that there is one way to do it, by the unique index
# that it names whole, whatever is known or not yet known of how large the tables are.
_FIND: Final = f"""
SELECT q.position, a.account_id, {PLAN_ID}, a.rate_limit_override,
       COALESCE(a.suspend_time, k.suspend_time, s.suspend_time) IS NOT NULL,
       COALESCE(k.api_key_id, s.site_id), k.scopes,
       COALESCE(k.daily_credits_max, s.daily_credits_max), s.daily_generations_max,
       s.domain, s.further_hosts, s.includes_subdomains, s.tag_policy, s.serves_fallback,
       l.state, extract(epoch FROM now() - l.look_time)::float8, l.canonical_url
FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::bytea[])
     WITH ORDINALITY AS q (key_digest, site_id, page_digest, card_digest, position)
LEFT JOIN LATERAL (
  SELECT * FROM auth.api_keys
  WHERE secret_digest = q.key_digest AND revoke_time IS NULL
    AND COALESCE(expire_time > now(), true)
  LIMIT 1) AS k ON true
LEFT JOIN LATERAL (SELECT * FROM auth.sites WHERE site_id = q.site_id LIMIT 1) AS s ON true
CROSS JOIN LATERAL (
  SELECT * FROM auth.accounts WHERE account_id = COALESCE(k.account_id, s.account_id) LIMIT 1) AS a
LEFT JOIN LATERAL (
  SELECT * FROM auth.looks
  WHERE site_id = s.site_id AND page_digest = q.page_digest AND tag_policy = s.tag_policy
    AND card_digest = CASE s.tag_policy WHEN 'same_card' THEN q.card_digest ELSE '' END
  LIMIT 1) AS l ON true
"""


_FIND_SESSIONS: Final = f"""
SELECT q.position, a.account_id, {PLAN_ID}, a.rate_limit_override, a.suspend_time IS NOT NULL
FROM unnest($1::bytea[]) WITH ORDINALITY AS q (token_digest, position)
CROSS JOIN LATERAL (
  SELECT * FROM auth.sessions
  WHERE token_digest = q.token_digest
    AND begin_time > now() - make_interval(secs => {SESSION_LIFE.total_seconds()})
    AND last_use_time > now() - make_interval(secs => {SESSION_IDLE_LIFE.total_seconds()})
  LIMIT 1) AS s
CROSS JOIN LATERAL (
  SELECT * FROM auth.accounts WHERE account_id = s.account_id AND delete_time IS NULL LIMIT 1) AS a
"""


class PostgresCredentials:
    """Implements credentials.CredentialStore, on connections that nothing else uses."""

    def __init__(self, pool: FastPool) -> None:
        self._pool = pool
        self._lookups = Coalescer(self._find_in_time, MAX_LOOKUPS, timeout_s=LOOKUP_TIMEOUT_S)

    async def find_credentials(self, lookups: Sequence[Lookup]) -> dict[Lookup, Credential]:
        """See credentials.CredentialStore."""
        try:
            found = await self._lookups.ask(lookups)
        except TimeoutError as error:
            raise StoreUnavailableError from error
        return {key: value for key, value in zip(lookups, found, strict=True) if value}

    async def _find_in_time(self, lookups: Sequence[Lookup]) -> list[Credential | None]:
        """Find, but do not let a connection that hangs hold up those who ask next."""
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_S):
                return await self._find(lookups)
        except (OperationalError, TimeoutError) as error:
            log.warning("lookups failed", cause=repr(error))
            raise StoreUnavailableError from error

    async def _find(self, lookups: Sequence[Lookup]) -> list[Credential | None]:
        found: list[Credential | None] = [None] * len(lookups)
        *columns, sessions = zip(*lookups, strict=True)
        for row in await self._pool.read(_FIND, *columns):
            found[row[0] - 1] = _credential(row)
        if any(sessions):  # few are, so all others are spared a look at one table more
            for row in await self._pool.read(_FIND_SESSIONS, sessions):
                found[row[0] - 1] = _session(row)
        return found


@asynccontextmanager
async def open_credentials(dsn: str) -> AsyncIterator[PostgresCredentials]:
    """Open connections for lookups, and close them after use."""
    async with open_fast_pool(
        dsn,
        max_connections=MAX_CONNECTIONS,
        settings=_SETTINGS,
        answer_timeout_s=ANSWER_TIMEOUT_S,
        unchecked_s=UNCHECKED_WHERE_REPEATED_S,
        name="credentials",
    ) as pool:
        yield PostgresCredentials(pool)


def _credential(row: Row) -> Credential:
    (_, account_id, plan_id, rate_limit, suspended, payer_id, scopes, credits_max) = row[:8]
    generations_max, domain = row[8:10]
    return Credential(
        Account(account_id, plan_id, rate_limit),
        payer_id,
        _SITE_SCOPES if scopes is None else read_scopes(scopes),
        suspended,
        credits_max,
        generations_max,
        _rules(domain, *row[10:14]) if domain else None,
        _memory(*row[14:]) if row[14] else None,
    )


def _session(row: Row) -> Credential:
    _, account_id, plan_id, rate_limit, suspended = row
    account = Account(account_id, plan_id, rate_limit)
    return Credential(account, "", _ALL_SCOPES, suspended, daily_credits_max=0)


def _rules(
    domain: str,
    further_hosts: Sequence[str],
    includes_subdomains: bool,  # noqa: FBT001 - a column
    tag_policy: str,
    serves_fallback: bool,  # noqa: FBT001 - a column
) -> SiteRules:
    hosts = HostPolicy(domain, tuple(further_hosts), includes_subdomains)
    return SiteRules(hosts, TagPolicy(tag_policy), serves_fallback)


def _memory(state: str, age_s: float, canonical_url: str | None) -> Memory:
    return Memory(Verification[state.upper()], age_s, canonical_url or "")
