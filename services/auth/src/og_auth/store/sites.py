"""Sites in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are column lists of ours

from __future__ import annotations

from typing import Final

from og_auth import identifiers
from og_auth.errors import TooManySitesError
from og_auth.sites import MAX_SITES, Site
from og_auth.store.database import Database, added, lock_account, one, scalar

_COLUMNS: Final = "site_id, account_id, domain, create_time"


class PostgresSites:
    """Implements registry.SiteStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_site(self, account_id: str, domain: str) -> Site:
        """See registry.SiteStore."""
        there = f"SELECT {_COLUMNS} FROM auth.sites WHERE account_id = %s AND domain = %s"
        count = "SELECT count(*) FROM auth.sites WHERE account_id = %s"
        async with self._database.transaction() as connection:
            await lock_account(connection, account_id)
            if site := await one(connection, Site, there, account_id, domain):
                return site
            if await scalar(connection, count, account_id) >= MAX_SITES:
                raise TooManySitesError(MAX_SITES)
            return await added(
                connection,
                Site,
                "INSERT INTO auth.sites (site_id, account_id, domain) VALUES (%s, %s, %s)"
                f" RETURNING {_COLUMNS}",
                *(identifiers.new_id(identifiers.SITE), account_id, domain),
            )

    async def list_sites(self, account_id: str) -> list[Site]:
        """See registry.SiteStore."""
        query = (
            f"SELECT {_COLUMNS} FROM auth.sites WHERE account_id = %s"
            " ORDER BY create_time DESC, site_id"
        )
        return await self._database.all(Site, query, account_id)
