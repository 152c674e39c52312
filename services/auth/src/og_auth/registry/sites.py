from __future__ import annotations

from typing import Protocol

from og_auth import identifiers, sites
from og_auth.card_defaults import checked_card_defaults
from og_auth.errors import SiteNotFoundError
from og_auth.host_policy import canonical_domain, canonical_further_hosts
from og_auth.registry.accounts import Accounts, checked_account_id
from og_auth.sites import DeletedSite, Site, SiteChanges


class SiteStore(Protocol):
    """Where sites are kept. All raise StoreUnavailableError."""

    async def add_site(self, account_id: str, domain: str) -> Site:
        """Add a site or give the one there; AccountNotFoundError, TooManySitesError."""

    async def get_site(self, site_id: str, owner_id: str) -> Site | None:
        """Get by id; None where there is none, or none of the owner's (empty: anybody's)."""

    async def update_site(self, site_id: str, owner_id: str, changes: SiteChanges) -> Site | None:
        """Change a site; None as get_site."""

    async def delete_site(self, site_id: str, owner_id: str) -> bool:
        """Delete a site, and remember whose it was; false where get_site gives None."""

    async def list_sites(self, account_id: str) -> list[Site]:
        """List an account's sites, newest first."""

    async def list_deleted_sites(self, account_id: str) -> list[DeletedSite]:
        """List an account's deleted sites, last deleted first; at most MAX_DELETED_SITES."""


class Sites:
    """Manages accounts' sites."""

    def __init__(
        self, store: SiteStore, accounts: Accounts, loopback_targets: frozenset[str]
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._loopback_targets = loopback_targets

    async def create(self, account_id: str, domain: str) -> Site:
        """Register a domain, or give the account's site that has it.

        Raises AccountNotFoundError, InvalidDomainError, TooManySitesError.
        """
        canonical = canonical_domain(domain, self._loopback_targets)
        return await self._store.add_site(checked_account_id(account_id), canonical)

    async def get(self, site_id: str, owner_id: str = "") -> Site:
        """Get by id, or raise SiteNotFoundError, also where it is another's than the owner's."""
        return _there(await self._store.get_site(_checked_id(site_id), owner_id))

    async def update(self, site_id: str, owner_id: str, changes: SiteChanges) -> Site:
        """Change a site, its further hosts as they come.

        Raises SiteNotFoundError, InvalidDomainError, TooManyHostsError, InvalidDailyLimitError,
        InvalidCardDefaultsError.
        """
        sites.checked_limits(changes)
        site = await self.get(site_id, owner_id)
        if "card_defaults" in changes:
            changes["card_defaults"] = checked_card_defaults(
                changes["card_defaults"], self._loopback_targets
            )
        if "further_hosts" in changes:
            changes["further_hosts"] = canonical_further_hosts(
                changes["further_hosts"], site.hosts.domain, self._loopback_targets
            )
        return _there(await self._store.update_site(site_id, owner_id, changes))

    async def delete(self, site_id: str, owner_id: str) -> None:
        """Delete a site, or raise SiteNotFoundError."""
        if not await self._store.delete_site(_checked_id(site_id), owner_id):
            raise SiteNotFoundError

    async def deleted(self, account_id: str) -> list[DeletedSite]:
        """List deleted sites that are remembered, last deleted first."""
        return await self._store.list_deleted_sites(account_id)

    async def list(self, account_id: str) -> list[Site]:
        """List sites, newest first, or raise AccountNotFoundError."""
        await self._accounts.get(account_id)
        return await self._store.list_sites(account_id)


def _checked_id(site_id: str) -> str:
    if not identifiers.is_id(identifiers.SITE, site_id):
        raise SiteNotFoundError
    return site_id


def _there(site: Site | None) -> Site:
    if site is None:
        raise SiteNotFoundError
    return site
