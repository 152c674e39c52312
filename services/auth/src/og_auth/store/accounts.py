"""Accounts and sign-ups in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are column lists of ours

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, LiteralString

from og_auth import identifiers
from og_auth.accounts import (
    SIGN_UPS_MAX,
    SIGN_UPS_WINDOW,
    AccountChanges,
    AccountRecord,
    NewAccount,
)
from og_auth.clients import Client
from og_auth.errors import AccountNotFoundError, TooManySignUpsError
from og_auth.store.database import Connection, Database, lock_account, one, scalar

SWEEP_ROWS: Final = 10_000

# What applies is decided when it is read, by this clock: a plan that came needs no process that
# puts it in place. Shared by all who read accounts.
PLAN_ID: Final = "CASE WHEN next_plan_time <= now() THEN next_plan_id ELSE plan_id END"

ACCOUNT_COLUMNS: Final = f"""
account_id, {PLAN_ID} AS plan_id, rate_limit_override, COALESCE(email, '') AS email,
CASE WHEN next_plan_time > now() THEN next_plan_id END AS next_plan_id,
CASE WHEN next_plan_time > now() THEN next_plan_time END AS next_plan_time,
create_time, suspend_time, suspend_reason, email_verify_time, delete_time
"""
"""Those of an AccountRecord."""

_ADD: Final = f"""
INSERT INTO auth.accounts (account_id, email, plan_id, rate_limit_override)
VALUES (%s, %s, %s, %s) ON CONFLICT (lower(email)) DO NOTHING RETURNING {ACCOUNT_COLUMNS}
"""

_GET: Final = f"SELECT {ACCOUNT_COLUMNS} FROM auth.accounts WHERE account_id = %s"

_LIST: Final = f"""
SELECT {ACCOUNT_COLUMNS} FROM auth.accounts
WHERE (create_time, account_id) < (COALESCE(%s, 'infinity'::timestamptz), %s)
ORDER BY accounts.create_time DESC, accounts.account_id DESC LIMIT %s
"""

_SET_PLAN: Final = """
UPDATE auth.accounts SET plan_id = %s, next_plan_id = NULL, next_plan_time = NULL
WHERE account_id = %s
"""

_SET_NEXT_PLAN: Final = f"""
UPDATE auth.accounts SET plan_id = {PLAN_ID}, next_plan_id = %s, next_plan_time = %s
WHERE account_id = %s
"""

_SET_LIMIT: Final = "UPDATE auth.accounts SET rate_limit_override = %s WHERE account_id = %s"

# An advisory lock of two numbers is never one of one number, which migrations take.
_SIGN_UPS_LOCK: Final = 0x7375
_LOCK_ADDRESS: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s))"

# The time of the sign-up that has to leave the window before the next one may come. By the clock
# itself: this transaction may have begun long before it got the lock.
_FULL_SINCE: Final = """
SELECT create_time + %s - clock_timestamp() FROM auth.sign_ups
WHERE address_digest = %s AND create_time > clock_timestamp() - %s
ORDER BY create_time DESC OFFSET %s LIMIT 1
"""

_COUNT_SIGN_UP: Final = """
INSERT INTO auth.sign_ups (account_id, address_digest, create_time)
VALUES (%s, %s, clock_timestamp())
"""

# Its sites' ids stay, so that an audit knows whose they were. Mail goes before tokens, as in
# store/links.py.
_DELETE: Final = (
    "DELETE FROM auth.mails WHERE account_id = %s",
    "DELETE FROM auth.mailed_tokens WHERE account_id = %s",
    "DELETE FROM auth.passwords WHERE account_id = %s",
    "DELETE FROM auth.sessions WHERE account_id = %s",
    "DELETE FROM auth.api_keys WHERE account_id = %s",
    """
    WITH deleted AS (DELETE FROM auth.sites WHERE account_id = %s RETURNING *)
    INSERT INTO auth.deleted_sites (site_id, account_id) SELECT site_id, account_id FROM deleted
    """,
    """
    UPDATE auth.accounts SET email = NULL, email_verify_time = NULL, delete_time = now()
    WHERE account_id = %s
    """,
)

_SWEEP: Final = """
DELETE FROM auth.sign_ups WHERE account_id IN (
  SELECT account_id FROM auth.sign_ups WHERE create_time <= now() - %s LIMIT %s)
"""


class PostgresAccounts:
    """Implements registry.AccountStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_account(self, account: NewAccount, client: Client | None) -> AccountRecord | None:
        """See registry.AccountStore."""
        async with self._database.transaction() as connection:
            return await add_account(connection, account, client)

    async def get_account(self, account_id: str) -> AccountRecord | None:
        """See registry.AccountStore."""
        return await self._database.one(AccountRecord, _GET, account_id)

    async def get_account_by_email(self, email: str) -> AccountRecord | None:
        """See registry.AccountStore."""
        query = f"SELECT {ACCOUNT_COLUMNS} FROM auth.accounts WHERE lower(email) = lower(%s)"
        return await self._database.one(AccountRecord, query, email)

    async def list_accounts(
        self, count: int, after: AccountRecord | None = None
    ) -> list[AccountRecord]:
        """See registry.AccountStore."""
        position = (after.create_time, after.account_id) if after else (None, "")
        return await self._database.all(AccountRecord, _LIST, *position, count)

    async def update_account(
        self, account_id: str, changes: AccountChanges
    ) -> AccountRecord | None:
        """See registry.AccountStore."""
        async with self._database.transaction() as connection:
            for statement, *values in _statements(changes):
                await connection.execute(statement, (*values, account_id))
            return await one(connection, AccountRecord, _GET, account_id)

    async def delete_account(self, account_id: str) -> None:
        """See registry.AccountStore."""
        try:
            async with self._database.transaction() as connection:
                await lock_account(connection, account_id)
                for statement in _DELETE:
                    await connection.execute(statement, (account_id,))
        except AccountNotFoundError:
            return

    async def delete_old_sign_ups(self) -> int:
        """Delete up to SWEEP_ROWS sign-ups that count no more, and tell how many."""
        async with self._database.connection() as connection:
            return (await connection.execute(_SWEEP, (SIGN_UPS_WINDOW, SWEEP_ROWS))).rowcount


async def add_account(
    connection: Connection, account: NewAccount, client: Client | None
) -> AccountRecord | None:
    """Add an account within a transaction; see registry.AccountStore."""
    new_id = identifiers.new_id(identifiers.ACCOUNT)
    values = (new_id, account.email, account.plan_id, account.rate_limit_override)
    if client:
        await _lock_sign_ups(connection, client)
    added = await one(connection, AccountRecord, _ADD, *values)
    if client and added:
        await connection.execute(_COUNT_SIGN_UP, (new_id, client.digest))
    return added


def _statements(changes: AccountChanges) -> Iterator[tuple[LiteralString, *tuple[object, ...]]]:
    if "plan" in changes:
        plan = changes["plan"]
        if plan.time is None:
            yield _SET_PLAN, plan.plan_id
        else:
            yield _SET_NEXT_PLAN, *plan
    if "rate_limit_override" in changes:
        yield _SET_LIMIT, changes["rate_limit_override"]


async def _lock_sign_ups(connection: Connection, client: Client) -> None:
    """Let nobody else sign up from the address meanwhile, or raise TooManySignUpsError."""
    await connection.execute(_LOCK_ADDRESS, (_SIGN_UPS_LOCK, client.digest))
    values = (SIGN_UPS_WINDOW, client.digest, SIGN_UPS_WINDOW, SIGN_UPS_MAX - 1)
    wait: timedelta | None = await scalar(connection, _FULL_SINCE, *values)
    if wait is not None:
        raise TooManySignUpsError(wait.total_seconds())
