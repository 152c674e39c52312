"""API keys in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are column lists of ours

from __future__ import annotations

from typing import Final

from og_auth import identifiers
from og_auth.api_keys import MAX_API_KEYS, ApiKey
from og_auth.errors import TooManyApiKeysError
from og_auth.store.database import Connection, Database, added, lock_account, scalar

_COLUMNS: Final = "api_key_id, account_id, display_name, secret_suffix, create_time, revoke_time"

# Revoked keys make room for new ones, so that the list stays bounded and rotation does not end.
_FORGET_REVOKED: Final = """
DELETE FROM auth.api_keys WHERE api_key_id IN (
  SELECT api_key_id FROM auth.api_keys WHERE account_id = %s AND revoke_time IS NOT NULL
  ORDER BY create_time LIMIT 1)
"""


class PostgresApiKeys:
    """Implements registry.ApiKeyStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_api_key(
        self, account_id: str, display_name: str, secret_digest: bytes, secret_suffix: str
    ) -> ApiKey:
        """See registry.ApiKeyStore."""
        async with self._database.transaction() as connection:
            await lock_account(connection, account_id)
            await _make_room(connection, account_id)
            return await added(
                connection,
                ApiKey,
                "INSERT INTO auth.api_keys"
                " (api_key_id, account_id, display_name, secret_digest, secret_suffix)"
                f" VALUES (%s, %s, %s, %s, %s) RETURNING {_COLUMNS}",
                identifiers.new_id(identifiers.API_KEY),
                *(account_id, display_name, secret_digest, secret_suffix),
            )

    async def revoke_api_key(self, api_key_id: str) -> ApiKey | None:
        """See registry.ApiKeyStore."""
        query = (
            "UPDATE auth.api_keys SET revoke_time = COALESCE(revoke_time, now())"
            f" WHERE api_key_id = %s RETURNING {_COLUMNS}"
        )
        return await self._database.one(ApiKey, query, api_key_id)

    async def list_api_keys(self, account_id: str) -> list[ApiKey]:
        """See registry.ApiKeyStore."""
        query = (
            f"SELECT {_COLUMNS} FROM auth.api_keys WHERE account_id = %s"
            " ORDER BY create_time DESC, api_key_id"
        )
        return await self._database.all(ApiKey, query, account_id)


async def _make_room(connection: Connection, account_id: str) -> None:
    count = "SELECT count(*) FROM auth.api_keys WHERE account_id = %s"
    if await scalar(connection, count, account_id) < MAX_API_KEYS:
        return
    if (await connection.execute(_FORGET_REVOKED, (account_id,))).rowcount == 0:
        raise TooManyApiKeysError(MAX_API_KEYS)
