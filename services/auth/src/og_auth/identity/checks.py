"""Whether a password is somebody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from og_auth.identity import throttle
from og_auth.identity.errors import TooManyAttemptsError, WrongCredentialsError
from og_auth.identity.hashing import PasswordHashes
from og_auth.identity.sessions import Browser, Session
from og_auth.identity.throttle import Subject, Throttle


@dataclass(frozen=True, slots=True)
class Login:
    """An account and the hash of its password, if it has one; `choose_time` is when it was set."""

    account_id: str
    email: str
    hash: str | None
    choose_time: datetime | None


class PasswordStore(Protocol):
    """Where passwords are kept. All raise StoreUnavailableError."""

    async def find_login(self, email: str) -> Login | None:
        """Find by e-mail address, without regard to case."""

    async def find_login_by_id(self, account_id: str) -> Login | None:
        """Find by account."""

    async def replace_hash(self, login: Login, password_hash: str) -> None:
        """Put another hash of the same password in the place of the one that was found."""


class PasswordChecks:
    """Tells whether a password is an account's, as often as may be tried."""

    def __init__(self, store: PasswordStore, hashes: PasswordHashes, tries: Throttle) -> None:
        self._store = store
        self._hashes = hashes
        self._tries = tries

    async def check(self, login: Login | None, password: str, subjects: Sequence[Subject]) -> Login:
        """Give the login if the password is its own; the work is the same where there is none.

        Raises WrongCredentialsError, TooManyAttemptsError, PasswordQueueFullError.
        """
        if wait_s := await self._tries.admit(subjects):
            raise TooManyAttemptsError(wait_s)
        match = await self._hashes.verify(password, login.hash if login else None)
        if login is None or not match.is_right:
            raise WrongCredentialsError
        await self._tries.forgive(subjects)
        if match.is_outdated:
            await self._store.replace_hash(login, await self._hashes.hash_again(password))
        return login

    async def check_own(self, session: Session, password: str, browser: Browser) -> Login:
        """Check the password of somebody who is signed in; raises as check."""
        account_id = session.account.account_id
        login = await self._store.find_login_by_id(account_id)
        subjects = [throttle.of_owner(account_id), throttle.of_client(browser.client)]
        return await self.check(login, password, subjects)
