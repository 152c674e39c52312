"""Accounts in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are column lists of ours

from __future__ import annotations

from typing import Final

from og_auth import identifiers
from og_auth.accounts import AccountRecord, NewAccount
from og_auth.store.database import Database

# What applies is decided when it is read, by this clock: a plan that came needs no process that
# puts it in place. Shared by all who read accounts.
PLAN_ID: Final = "CASE WHEN next_plan_time <= now() THEN next_plan_id ELSE plan_id END"

_COLUMNS: Final = f"""
account_id, {PLAN_ID} AS plan_id, rate_limit_override, email,
CASE WHEN next_plan_time > now() THEN next_plan_id END AS next_plan_id,
CASE WHEN next_plan_time > now() THEN next_plan_time END AS next_plan_time,
create_time, suspend_time, suspend_reason
"""


class PostgresAccounts:
    """Implements registry.AccountStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_account(self, account: NewAccount) -> AccountRecord | None:
        """See registry.AccountStore."""
        query = (
            "INSERT INTO auth.accounts (account_id, email, plan_id, rate_limit_override)"
            f" VALUES (%s, %s, %s, %s) ON CONFLICT (lower(email)) DO NOTHING RETURNING {_COLUMNS}"
        )
        new_id = identifiers.new_id(identifiers.ACCOUNT)
        values = (new_id, account.email, account.plan_id, account.rate_limit_override)
        return await self._database.one(AccountRecord, query, *values)

    async def get_account(self, account_id: str) -> AccountRecord | None:
        """See registry.AccountStore."""
        query = f"SELECT {_COLUMNS} FROM auth.accounts WHERE account_id = %s"
        return await self._database.one(AccountRecord, query, account_id)

    async def get_account_by_email(self, email: str) -> AccountRecord | None:
        """See registry.AccountStore."""
        query = f"SELECT {_COLUMNS} FROM auth.accounts WHERE lower(email) = lower(%s)"
        return await self._database.one(AccountRecord, query, email)
