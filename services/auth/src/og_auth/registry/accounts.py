from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from og_auth import accounts, identifiers
from og_auth.accounts import AccountChanges, AccountRecord, NewAccount, PlanChange
from og_auth.clients import Client
from og_auth.errors import AccountNotFoundError, EmailTakenError, InvalidEmailError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Some accounts, newest first, and whether there are older ones."""

    accounts: Sequence[AccountRecord]
    has_more: bool


class AccountStore(Protocol):
    """Where accounts are kept. All raise StoreUnavailableError."""

    async def add_account(self, account: NewAccount, client: Client | None) -> AccountRecord | None:
        """Add an account; None where its e-mail address is taken, without regard to case.

        TooManySignUpsError where too many came from the client; one that was not added counts
        as none, and None is nobody's.
        """

    async def get_account(self, account_id: str) -> AccountRecord | None:
        """Get by id."""

    async def get_account_by_email(self, email: str) -> AccountRecord | None:
        """Get by e-mail address, without regard to case."""

    async def list_accounts(
        self, count: int, after: AccountRecord | None = None
    ) -> list[AccountRecord]:
        """List up to count accounts, newest first, from the one after another on."""

    async def update_account(
        self, account_id: str, changes: AccountChanges
    ) -> AccountRecord | None:
        """Set what is to be changed, at least one thing; None where there is no such account."""

    async def delete_account(self, account_id: str) -> None:
        """Delete all of an account but its id and what it is charged by, unless that is done."""


class Accounts:
    """Manages accounts."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    async def create(
        self, email: str, plan_id: str, rate_limit_override: int, client: Client | None
    ) -> AccountRecord:
        """Create an account; 0 is no override, and without a client it is an operator's.

        Raises InvalidEmailError, UnknownPlanError, InvalidRateLimitError, EmailTakenError,
        TooManySignUpsError.
        """
        new = NewAccount(
            email=accounts.normalised_email(email),
            plan_id=accounts.checked_plan(plan_id),
            rate_limit_override=accounts.checked_rate_limit(rate_limit_override),
        )
        account = await self._store.add_account(new, client)
        if account is None:
            raise EmailTakenError
        return account

    async def get(self, account_id: str) -> AccountRecord:
        """Get by id, or raise AccountNotFoundError."""
        account = await self._store.get_account(checked_account_id(account_id))
        if account is None:
            raise AccountNotFoundError
        return account

    async def get_by_email(self, email: str) -> AccountRecord:
        """Get by e-mail address, or raise AccountNotFoundError."""
        try:
            account = await self._store.get_account_by_email(accounts.normalised_email(email))
        except InvalidEmailError:
            account = None
        if account is None:
            raise AccountNotFoundError
        return account

    async def update(
        self, account_id: str, plan: PlanChange | None, rate_limit_override: int | None
    ) -> AccountRecord:
        """Change the plan, the override (0 is none) or both; None leaves it as it is.

        Raises AccountNotFoundError, UnknownPlanError, InvalidRateLimitError.
        """
        changes = AccountChanges()
        if plan is not None:
            accounts.checked_plan(plan.plan_id)
            changes["plan"] = plan
        if rate_limit_override is not None:
            changes["rate_limit_override"] = accounts.checked_rate_limit(rate_limit_override)
        account = await self._store.update_account(checked_account_id(account_id), changes)
        if account is None:
            raise AccountNotFoundError
        return account

    async def delete(self, account_id: str) -> None:
        """Forget an account; one that is gone, or never was, is no error."""
        await self._store.delete_account(account_id)
        log.info("account deleted", account_id=account_id)

    async def list(self, page_size: int, after_id: str) -> AccountPage:
        """List accounts, newest first, from the one after after_id (empty: the newest) on.

        Raises AccountNotFoundError where there is no after_id.
        """
        after = await self.get(after_id) if after_id else None
        # One more than asked for tells whether there is a next page.
        found = await self._store.list_accounts(page_size + 1, after)
        return AccountPage(found[:page_size], has_more=len(found) > page_size)


def checked_account_id(account_id: str) -> str:
    """Give what may be an account's id, or raise AccountNotFoundError."""
    if not identifiers.is_id(identifiers.ACCOUNT, account_id):
        raise AccountNotFoundError
    return account_id
