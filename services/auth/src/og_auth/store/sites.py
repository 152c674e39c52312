"""Sites in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are column lists of ours

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, LiteralString

from psycopg import sql
from psycopg.types.json import Jsonb

from og_auth import identifiers
from og_auth.card_defaults import CardDefaults
from og_auth.errors import TooManySitesError
from og_auth.host_policy import HostPolicy
from og_auth.sites import MAX_DELETED_SITES, MAX_SITES, DeletedSite, Site, SiteChanges, TagPolicy
from og_auth.store.accounts import PLAN_ID
from og_auth.store.database import (
    IS_OWN,
    Database,
    added,
    lock_account,
    one,
    scalar,
    update_query,
)

_ADD: Final = "INSERT INTO auth.sites (site_id, account_id, domain) VALUES (%s, %s, %s) RETURNING *"

_DELETE: Final = f"""
WITH deleted AS (DELETE FROM auth.sites WHERE site_id = %s AND {IS_OWN} RETURNING *)
INSERT INTO auth.deleted_sites (site_id, account_id) SELECT site_id, account_id FROM deleted
RETURNING account_id
"""

_FORGET_DELETED: Final = """
DELETE FROM auth.deleted_sites WHERE site_id IN (
  SELECT site_id FROM auth.deleted_sites WHERE account_id = %s ORDER BY delete_time DESC OFFSET %s)
"""


class PostgresSites:
    """Implements registry.SiteStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_site(self, account_id: str, domain: str) -> Site:
        """See registry.SiteStore."""
        there = _select("auth.sites", "WHERE account_id = %s AND domain = %s")
        count = "SELECT count(*) FROM auth.sites WHERE account_id = %s"
        async with self._database.transaction() as connection:
            await lock_account(connection, account_id)
            if site := await one(connection, _site, there, account_id, domain):
                return site
            if await scalar(connection, count, account_id) >= MAX_SITES:
                raise TooManySitesError(MAX_SITES)
            values = (identifiers.new_id(identifiers.SITE), account_id, domain)
            query = f"WITH made AS ({_ADD}) {_select('made')}"
            return await added(connection, _site, query, *values)

    async def get_site(self, site_id: str, owner_id: str) -> Site | None:
        """See registry.SiteStore."""
        query = _select("auth.sites", f"WHERE site_id = %s AND {IS_OWN}")
        return await self._database.one(_site, query, site_id, owner_id)

    async def update_site(self, site_id: str, owner_id: str, changes: SiteChanges) -> Site | None:
        """See registry.SiteStore."""
        values = _columns(changes)
        changed = update_query("sites", "site_id", values, "*")
        query = sql.SQL("WITH changed AS ({}) {}").format(changed, sql.SQL(_select("changed")))
        return await self._database.one(_site, query, *values.values(), site_id, owner_id)

    async def delete_site(self, site_id: str, owner_id: str) -> bool:
        """See registry.SiteStore."""
        async with self._database.transaction() as connection:
            account_id = await scalar(connection, _DELETE, site_id, owner_id)
            await connection.execute(_FORGET_DELETED, (account_id, MAX_DELETED_SITES))
            return account_id is not None

    async def list_sites(self, account_id: str) -> list[Site]:
        """See registry.SiteStore."""
        query = _select("auth.sites", "WHERE account_id = %s ORDER BY s.create_time DESC, site_id")
        return await self._database.all(_site, query, account_id)

    async def list_deleted_sites(self, account_id: str) -> list[DeletedSite]:
        """See registry.SiteStore."""
        query = (
            "SELECT site_id, delete_time FROM auth.deleted_sites WHERE account_id = %s"
            " ORDER BY delete_time DESC, site_id LIMIT %s"
        )
        return await self._database.all(DeletedSite, query, account_id, MAX_DELETED_SITES)


def _select(source: LiteralString, rest: LiteralString = "") -> LiteralString:
    return f"""
SELECT site_id, account_id, domain, further_hosts, includes_subdomains, tag_policy,
       daily_generations_max AS daily_generations_override, daily_credits_max,
       {PLAN_ID} AS plan_id, s.create_time, s.suspend_time, s.suspend_reason, s.card_defaults,
       s.serves_fallback
FROM {source} AS s JOIN auth.accounts AS a USING (account_id)
{rest}
"""


def _columns(changes: SiteChanges) -> dict[str, object]:
    columns: dict[str, object] = {**changes}
    if "further_hosts" in changes:
        columns["further_hosts"] = list(changes["further_hosts"])
    if "tag_policy" in changes:
        columns["tag_policy"] = changes["tag_policy"].value
    if "daily_generations_max" in changes:
        columns["daily_generations_max"] = changes["daily_generations_max"] or None
    if "card_defaults" in changes:
        columns["card_defaults"] = Jsonb(asdict(changes["card_defaults"]))
    return columns


def _site(
    *,
    domain: str,
    further_hosts: list[str],
    includes_subdomains: bool,
    tag_policy: str,
    card_defaults: dict[str, str],
    **columns: Any,
) -> Site:
    return Site(
        hosts=HostPolicy(domain, tuple(further_hosts), includes_subdomains),
        tag_policy=TagPolicy(tag_policy),
        card_defaults=CardDefaults(**card_defaults),
        **columns,
    )
