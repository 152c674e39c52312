from __future__ import annotations

from typing import Protocol

from og_auth import accounts, api_keys, identifiers, sites
from og_auth.accounts import Account
from og_auth.api_keys import ApiKey
from og_auth.errors import (
    AccountNotFoundError,
    ApiKeyNotFoundError,
    EmailTakenError,
    InvalidEmailError,
)
from og_auth.sites import Site


class RegistryStore(Protocol):
    """Where accounts, keys and sites are kept. All raise StoreUnavailableError."""

    async def add_account(self, account: Account) -> bool:
        """Add an account; false where its e-mail address is taken, without regard to case."""

    async def get_account(self, account_id: str) -> Account | None:
        """Get by id."""

    async def get_account_by_email(self, email: str) -> Account | None:
        """Get by e-mail address, without regard to case."""

    async def add_api_key(
        self, account_id: str, display_name: str, secret_digest: bytes, secret_suffix: str
    ) -> ApiKey:
        """Add a key; AccountNotFoundError, TooManyApiKeysError."""

    async def revoke_api_key(self, api_key_id: str) -> ApiKey | None:
        """Set the time of revocation where none is set; None where there is no such key."""

    async def list_api_keys(self, account_id: str) -> list[ApiKey]:
        """List an account's keys, newest first."""

    async def add_site(self, account_id: str, domain: str) -> Site:
        """Add a site or give the one there; AccountNotFoundError, TooManySitesError."""

    async def list_sites(self, account_id: str) -> list[Site]:
        """List an account's sites, newest first."""


class Registry:
    """Manages accounts, their API keys and their sites."""

    def __init__(self, store: RegistryStore, loopback_targets: frozenset[str]) -> None:
        self._store = store
        self._loopback_targets = loopback_targets

    async def create_account(self, email: str, plan_id: str, rate_limit_override: int) -> Account:
        """Create an account; 0 is no override.

        Raises InvalidEmailError, UnknownPlanError, InvalidRateLimitError, EmailTakenError.
        """
        account = accounts.Account(
            account_id=identifiers.new_id(identifiers.ACCOUNT),
            email=accounts.normalised_email(email),
            plan_id=accounts.checked_plan(plan_id),
            rate_limit_override=accounts.checked_rate_limit(rate_limit_override),
        )
        if not await self._store.add_account(account):
            raise EmailTakenError
        return account

    async def get_account(self, account_id: str) -> Account:
        """Get by id, or raise AccountNotFoundError."""
        known = identifiers.is_id(identifiers.ACCOUNT, account_id)
        account = await self._store.get_account(account_id) if known else None
        if account is None:
            raise AccountNotFoundError
        return account

    async def get_account_by_email(self, email: str) -> Account:
        """Get by e-mail address, or raise AccountNotFoundError."""
        try:
            account = await self._store.get_account_by_email(accounts.normalised_email(email))
        except InvalidEmailError:
            account = None
        if account is None:
            raise AccountNotFoundError
        return account

    async def create_api_key(self, account_id: str, display_name: str) -> tuple[ApiKey, str]:
        """Give what is kept of the new key, and its secret.

        Raises AccountNotFoundError, InvalidDisplayNameError, TooManyApiKeysError.
        """
        name = api_keys.checked_display_name(display_name)
        self._check_account_id(account_id)
        secret = api_keys.new_secret()
        suffix = secret[-api_keys.SUFFIX_CHARS :]
        kept = await self._store.add_api_key(account_id, name, api_keys.digest(secret), suffix)
        return kept, secret

    async def revoke_api_key(self, api_key_id: str) -> ApiKey:
        """Revoke a key, once and for all, or raise ApiKeyNotFoundError."""
        known = identifiers.is_id(identifiers.API_KEY, api_key_id)
        api_key = await self._store.revoke_api_key(api_key_id) if known else None
        if api_key is None:
            raise ApiKeyNotFoundError
        return api_key

    async def list_api_keys(self, account_id: str) -> list[ApiKey]:
        """List keys, newest first, or raise AccountNotFoundError."""
        await self.get_account(account_id)
        return await self._store.list_api_keys(account_id)

    async def create_site(self, account_id: str, domain: str) -> Site:
        """Register a domain, or give the account's site that has it.

        Raises AccountNotFoundError, InvalidDomainError, TooManySitesError.
        """
        canonical = sites.canonical_domain(domain, self._loopback_targets)
        self._check_account_id(account_id)
        return await self._store.add_site(account_id, canonical)

    async def list_sites(self, account_id: str) -> list[Site]:
        """List sites, newest first, or raise AccountNotFoundError."""
        await self.get_account(account_id)
        return await self._store.list_sites(account_id)

    def _check_account_id(self, account_id: str) -> None:
        if not identifiers.is_id(identifiers.ACCOUNT, account_id):
            raise AccountNotFoundError
