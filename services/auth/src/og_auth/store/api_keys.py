"""API keys in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are column lists of ours

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from og_auth import identifiers
from og_auth.api_keys import MAX_API_KEYS, ApiKey, ApiKeyChanges, NewApiKey, Scope, Secret
from og_auth.errors import ApiKeyNotFoundError, ApiKeyNotUsableError, TooManyApiKeysError
from og_auth.registry.api_keys import Rotation
from og_auth.store.database import (
    IS_OWN,
    Connection,
    Database,
    added,
    lock_account,
    one,
    scalar,
    update_query,
)

MAX_KNOWN_SCOPES: Final = 64
"""So many combinations of scopes need not be read again."""

_SCOPES: Final = {scope.value: scope for scope in Scope}

_COLUMNS: Final = """
api_key_id, account_id, display_name, secret_suffix, create_time, revoke_time, scopes, expire_time,
last_use_time, daily_credits_max, suspend_time, suspend_reason
"""

_ADD: Final = f"""
INSERT INTO auth.api_keys (api_key_id, account_id, display_name, secret_digest, secret_suffix,
                           scopes, expire_time, daily_credits_max)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING {_COLUMNS}
"""

# Keys that are good no more make room for new ones, so that the list stays bounded and rotation
# does not end.
_FORGET_ONE: Final = """
DELETE FROM auth.api_keys WHERE api_key_id IN (
  SELECT api_key_id FROM auth.api_keys
  WHERE account_id = %s AND (revoke_time IS NOT NULL OR expire_time <= now())
  ORDER BY create_time LIMIT 1)
"""

# Whether the key is good, by the statement's clock: it has waited for the account's lock, and what
# ended the key meanwhile may have begun later than this transaction.
_END_AFTER: Final = f"""
UPDATE auth.api_keys SET expire_time = LEAST(expire_time, now() + %s)
WHERE api_key_id = %s AND revoke_time IS NULL AND suspend_time IS NULL
  AND COALESCE(expire_time > statement_timestamp(), true)
RETURNING {_COLUMNS}
"""

# A key that is being changed is left for its next minute: nobody waits for anybody here, so
# batches of several processes cannot block each other.
_SET_LAST_USE: Final = """
UPDATE auth.api_keys k SET last_use_time = date_trunc('minute', now())
FROM (SELECT api_key_id FROM auth.api_keys
      WHERE api_key_id = ANY(%s)
        AND COALESCE(last_use_time < date_trunc('minute', now()), true)
      FOR NO KEY UPDATE SKIP LOCKED) AS due
WHERE k.api_key_id = due.api_key_id
"""


class PostgresApiKeys:
    """Implements registry.ApiKeyStore and key_uses.KeyUseStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        """See registry.ApiKeyStore."""
        async with self._database.connection() as connection:
            time: datetime = await scalar(connection, "SELECT now()")
            return time

    async def add_api_key(self, key: NewApiKey, secret: Secret) -> ApiKey:
        """See registry.ApiKeyStore."""
        async with self._database.transaction() as connection:
            await lock_account(connection, key.account_id)
            return await _add(connection, key, secret)

    async def rotate_api_key(
        self,
        api_key_id: str,
        owner_id: str,
        overlap: timedelta,
        expire_time: datetime | None,
        secret: Secret,
    ) -> Rotation:
        """See registry.ApiKeyStore."""
        owner = f"SELECT account_id FROM auth.api_keys WHERE api_key_id = %s AND {IS_OWN}"
        async with self._database.transaction() as connection:
            account_id = await scalar(connection, owner, api_key_id, owner_id)
            if account_id is None:
                raise ApiKeyNotFoundError
            await lock_account(connection, account_id)
            replaced = await one(connection, _api_key, _END_AFTER, overlap, api_key_id)
            if replaced is None:
                raise ApiKeyNotUsableError
            key = NewApiKey(
                account_id=account_id,
                display_name=replaced.display_name,
                scopes=replaced.scopes,
                expire_time=expire_time,
                daily_credits_max=replaced.daily_credits_max,
            )
            return Rotation(await _add(connection, key, secret), replaced)

    async def update_api_key(
        self, api_key_id: str, owner_id: str, changes: ApiKeyChanges
    ) -> ApiKey | None:
        """See registry.ApiKeyStore."""
        query = update_query("api_keys", "api_key_id", changes, _COLUMNS)
        return await self._database.one(_api_key, query, *changes.values(), api_key_id, owner_id)

    async def revoke_api_key(self, api_key_id: str, owner_id: str) -> ApiKey | None:
        """See registry.ApiKeyStore."""
        query = (
            "UPDATE auth.api_keys SET revoke_time = COALESCE(revoke_time, now())"
            f" WHERE api_key_id = %s AND {IS_OWN} RETURNING {_COLUMNS}"
        )
        return await self._database.one(_api_key, query, api_key_id, owner_id)

    async def list_api_keys(self, account_id: str) -> list[ApiKey]:
        """See registry.ApiKeyStore."""
        query = (
            f"SELECT {_COLUMNS} FROM auth.api_keys WHERE account_id = %s"
            " ORDER BY create_time DESC, api_key_id"
        )
        return await self._database.all(_api_key, query, account_id)

    async def set_last_use(self, api_key_ids: Sequence[str]) -> None:
        """See key_uses.KeyUseStore."""
        async with self._database.connection() as connection:
            await connection.execute(_SET_LAST_USE, (list(api_key_ids),))


async def _add(connection: Connection, key: NewApiKey, secret: Secret) -> ApiKey:
    await _make_room(connection, key.account_id)
    return await added(
        connection,
        _api_key,
        _ADD,
        identifiers.new_id(identifiers.API_KEY),
        key.account_id,
        key.display_name,
        secret.digest,
        secret.suffix,
        sorted(scope.value for scope in key.scopes),
        key.expire_time,
        key.daily_credits_max,
    )


async def _make_room(connection: Connection, account_id: str) -> None:
    count = "SELECT count(*) FROM auth.api_keys WHERE account_id = %s"
    if await scalar(connection, count, account_id) < MAX_API_KEYS:
        return
    if (await connection.execute(_FORGET_ONE, (account_id,))).rowcount == 0:
        raise TooManyApiKeysError(MAX_API_KEYS)


def read_scopes(names: Sequence[str]) -> frozenset[Scope]:
    """Read a column of scopes; one that a newer version of this service gave is none here."""
    return _scopes(tuple(names))


@lru_cache(MAX_KNOWN_SCOPES)
def _scopes(names: tuple[str, ...]) -> frozenset[Scope]:
    return frozenset(_SCOPES[name] for name in names if name in _SCOPES)


def _api_key(scopes: list[str], **columns: Any) -> ApiKey:
    return ApiKey(scopes=read_scopes(scopes), **columns)
