from __future__ import annotations

from typing import Protocol

from og_auth import api_keys, identifiers
from og_auth.api_keys import ApiKey
from og_auth.errors import ApiKeyNotFoundError
from og_auth.registry.accounts import Accounts, checked_account_id


class ApiKeyStore(Protocol):
    """Where API keys are kept. All raise StoreUnavailableError."""

    async def add_api_key(
        self, account_id: str, display_name: str, secret_digest: bytes, secret_suffix: str
    ) -> ApiKey:
        """Add a key; AccountNotFoundError, TooManyApiKeysError."""

    async def revoke_api_key(self, api_key_id: str) -> ApiKey | None:
        """Set the time of revocation where none is set; None where there is no such key."""

    async def list_api_keys(self, account_id: str) -> list[ApiKey]:
        """List an account's keys, newest first."""


class ApiKeys:
    """Manages accounts' API keys."""

    def __init__(self, store: ApiKeyStore, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    async def create(self, account_id: str, display_name: str) -> tuple[ApiKey, str]:
        """Give what is kept of the new key, and its secret.

        Raises AccountNotFoundError, InvalidDisplayNameError, TooManyApiKeysError.
        """
        name = api_keys.checked_display_name(display_name)
        checked_account_id(account_id)
        secret = api_keys.new_secret()
        suffix = secret[-api_keys.SUFFIX_CHARS :]
        kept = await self._store.add_api_key(account_id, name, api_keys.digest(secret), suffix)
        return kept, secret

    async def revoke(self, api_key_id: str) -> ApiKey:
        """Revoke a key, once and for all, or raise ApiKeyNotFoundError."""
        known = identifiers.is_id(identifiers.API_KEY, api_key_id)
        api_key = await self._store.revoke_api_key(api_key_id) if known else None
        if api_key is None:
            raise ApiKeyNotFoundError
        return api_key

    async def list(self, account_id: str) -> list[ApiKey]:
        """List keys, newest first, or raise AccountNotFoundError."""
        await self._accounts.get(account_id)
        return await self._store.list_api_keys(account_id)
