from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from og_auth import api_keys, identifiers
from og_auth.api_keys import ApiKey, ApiKeyChanges, NewApiKey, Scope, Secret
from og_auth.errors import ApiKeyNotFoundError
from og_auth.registry.accounts import Accounts, checked_account_id


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of a rotation: the key that is new, and the one whose place it takes."""

    new: ApiKey
    replaced: ApiKey


class ApiKeyStore(Protocol):
    """Where API keys are kept. All raise StoreUnavailableError."""

    async def now(self) -> datetime:
        """Tell the time by the clock that decides when a key expires."""

    async def add_api_key(self, key: NewApiKey, secret: Secret) -> ApiKey:
        """Add a key; AccountNotFoundError, TooManyApiKeysError."""

    async def rotate_api_key(
        self,
        api_key_id: str,
        owner_id: str,
        overlap: timedelta,
        expire_time: datetime | None,
        secret: Secret,
    ) -> Rotation:
        """Add a key like another one, which ends after the overlap unless it ends before.

        It must be the owner's; empty: anybody's, as below.

        ApiKeyNotFoundError, ApiKeyNotUsableError, TooManyApiKeysError.
        """

    async def update_api_key(
        self, api_key_id: str, owner_id: str, changes: ApiKeyChanges
    ) -> ApiKey | None:
        """Set what is to be changed, at least one thing; None where there is no such key."""

    async def revoke_api_key(self, api_key_id: str, owner_id: str) -> ApiKey | None:
        """Set the time of revocation where none is set; None where there is no such key."""

    async def list_api_keys(self, account_id: str) -> list[ApiKey]:
        """List an account's keys, newest first."""


class ApiKeys:
    """Manages accounts' API keys."""

    def __init__(self, store: ApiKeyStore, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    async def create(
        self,
        account_id: str,
        display_name: str,
        scopes: Collection[Scope],
        expire_time: datetime | None,
        daily_credits_max: int,
    ) -> tuple[ApiKey, Secret]:
        """Give what is kept of the new key, and its secret; no scopes mean GENERATE.

        Raises AccountNotFoundError, TooManyApiKeysError and kinds of InvalidRequestError.
        """
        key = NewApiKey(
            account_id=checked_account_id(account_id),
            display_name=api_keys.checked_display_name(display_name),
            scopes=frozenset(scopes) or frozenset({Scope.GENERATE}),
            expire_time=await self._checked_expiry(expire_time),
            daily_credits_max=api_keys.checked_daily_credits(daily_credits_max),
        )
        secret = api_keys.new_secret()
        return await self._store.add_api_key(key, secret), secret

    async def rotate(
        self, api_key_id: str, owner_id: str, overlap: timedelta, expire_time: datetime | None
    ) -> tuple[Rotation, Secret]:
        """Put a new key in another's place, and give it with its secret.

        Here and below, another's key than the owner's is not found; empty: anybody's.
        Raises ApiKeyNotFoundError, ApiKeyNotUsableError, TooManyApiKeysError and kinds of
        InvalidRequestError.
        """
        checked = api_keys.checked_overlap(overlap)
        expiry = await self._checked_expiry(expire_time)
        secret, key_id = api_keys.new_secret(), _checked_id(api_key_id)
        return await self._store.rotate_api_key(key_id, owner_id, checked, expiry, secret), secret

    async def update(self, api_key_id: str, owner_id: str, changes: ApiKeyChanges) -> ApiKey:
        """Change a key; raises ApiKeyNotFoundError and kinds of InvalidRequestError."""
        checked = changes.copy()
        if "display_name" in changes:
            checked["display_name"] = api_keys.checked_display_name(changes["display_name"])
        if "expire_time" in changes:
            checked["expire_time"] = await self._checked_expiry(changes["expire_time"])
        if "daily_credits_max" in changes:
            limit = api_keys.checked_daily_credits(changes["daily_credits_max"])
            checked["daily_credits_max"] = limit
        key_id = _checked_id(api_key_id)
        return _found(await self._store.update_api_key(key_id, owner_id, checked))

    async def revoke(self, api_key_id: str, owner_id: str) -> ApiKey:
        """Revoke a key, once and for all, or raise ApiKeyNotFoundError."""
        return _found(await self._store.revoke_api_key(_checked_id(api_key_id), owner_id))

    async def list(self, account_id: str) -> list[ApiKey]:
        """List keys, newest first, or raise AccountNotFoundError."""
        await self._accounts.get(account_id)
        return await self._store.list_api_keys(account_id)

    async def _checked_expiry(self, expire_time: datetime | None) -> datetime | None:
        if expire_time is None:
            return None
        return api_keys.checked_expiry(expire_time, await self._store.now())


def _checked_id(api_key_id: str) -> str:
    if not identifiers.is_id(identifiers.API_KEY, api_key_id):
        raise ApiKeyNotFoundError
    return api_key_id


def _found(api_key: ApiKey | None) -> ApiKey:
    if api_key is None:
        raise ApiKeyNotFoundError
    return api_key
