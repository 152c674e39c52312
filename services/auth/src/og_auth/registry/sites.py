from __future__ import annotations

from typing import Protocol

from og_auth import sites
from og_auth.registry.accounts import Accounts, checked_account_id
from og_auth.sites import Site


class SiteStore(Protocol):
    """Where sites are kept. All raise StoreUnavailableError."""

    async def add_site(self, account_id: str, domain: str) -> Site:
        """Add a site or give the one there; AccountNotFoundError, TooManySitesError."""

    async def list_sites(self, account_id: str) -> list[Site]:
        """List an account's sites, newest first."""


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
        canonical = sites.canonical_domain(domain, self._loopback_targets)
        return await self._store.add_site(checked_account_id(account_id), canonical)

    async def list(self, account_id: str) -> list[Site]:
        """List sites, newest first, or raise AccountNotFoundError."""
        await self._accounts.get(account_id)
        return await self._store.list_sites(account_id)
