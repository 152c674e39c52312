from __future__ import annotations

from typing import Protocol

from og_auth import accounts, identifiers
from og_auth.accounts import AccountRecord, NewAccount
from og_auth.errors import AccountNotFoundError, EmailTakenError, InvalidEmailError


class AccountStore(Protocol):
    """Where accounts are kept. All raise StoreUnavailableError."""

    async def add_account(self, account: NewAccount) -> AccountRecord | None:
        """Add an account; None where its e-mail address is taken, without regard to case."""

    async def get_account(self, account_id: str) -> AccountRecord | None:
        """Get by id."""

    async def get_account_by_email(self, email: str) -> AccountRecord | None:
        """Get by e-mail address, without regard to case."""


class Accounts:
    """Manages accounts."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    async def create(self, email: str, plan_id: str, rate_limit_override: int) -> AccountRecord:
        """Create an account; 0 is no override.

        Raises InvalidEmailError, UnknownPlanError, InvalidRateLimitError, EmailTakenError.
        """
        new = NewAccount(
            email=accounts.normalised_email(email),
            plan_id=accounts.checked_plan(plan_id),
            rate_limit_override=accounts.checked_rate_limit(rate_limit_override),
        )
        account = await self._store.add_account(new)
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


def checked_account_id(account_id: str) -> str:
    """Give what may be an account's id, or raise AccountNotFoundError."""
    if not identifiers.is_id(identifiers.ACCOUNT, account_id):
        raise AccountNotFoundError
    return account_id
