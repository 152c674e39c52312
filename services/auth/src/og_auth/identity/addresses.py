"""Verifying e-mail addresses, and changing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from og_auth.accounts import AccountRecord, normalised_email
from og_auth.errors import EmailTakenError
from og_auth.identity.checks import Login, PasswordChecks, PasswordStore
from og_auth.identity.errors import TokenNotValidError
from og_auth.identity.mail_kinds import MailKind, NewMail
from og_auth.identity.mail_limits import MailLimits
from og_auth.identity.mailbox import Mailbox
from og_auth.identity.own_sessions import Sessions
from og_auth.identity.passwords import typed_password
from og_auth.identity.sessions import Browser
from og_auth.identity.tokens import Token, TokenKind, read_token
from og_auth.registry.accounts import Accounts


@dataclass(frozen=True, slots=True)
class EmailChange:
    """Where a change stands: with `needs_verification` the account has its old address yet."""

    account: AccountRecord
    needs_verification: bool


class AddressStore(Protocol):
    """Where addresses are kept. All raise StoreUnavailableError."""

    async def mail(self, account_id: str, mails: Sequence[NewMail]) -> None:
        """Have something mailed; AccountNotFoundError."""

    async def verify(self, token: Token) -> AccountRecord | None:
        """Verify the address that a token was mailed to, and make it the account's if it is not.

        None where the token is none that is good; EmailTakenError.
        """

    async def await_email(self, account_id: str, email: str, mails: Sequence[NewMail]) -> None:
        """Have something mailed, and forget links to other addresses that the account awaits."""

    async def set_email(
        self, account_id: str, email: str, mails: Sequence[NewMail]
    ) -> AccountRecord:
        """Set an address that is not verified; EmailTakenError, AccountNotFoundError."""


class Addresses:
    """Verifies and changes addresses."""

    def __init__(
        self,
        store: AddressStore,
        passwords: PasswordStore,
        accounts: Accounts,
        sessions: Sessions,
        checks: PasswordChecks,
        mailbox: Mailbox,
        limits: MailLimits,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._accounts = accounts
        self._sessions = sessions
        self._checks = checks
        self._mailbox = mailbox
        self._limits = limits

    async def send_verification(self, account_id: str) -> None:
        """Mail the link again, unless the address is verified or no mail is sent.

        Raises AccountNotFoundError, TooManyMailsError.
        """
        account = await self._accounts.get(account_id)
        mails = self._mailbox.of(NewMail(MailKind.VERIFY_EMAIL, account.email))
        if account.email_verify_time is None and mails:
            await self._limits.demand_for_account(account_id)
            await self._store.mail(account_id, mails)

    async def verify(self, token_text: str) -> AccountRecord:
        """Verify an address by a mailed token; raises TokenNotValidError, EmailTakenError."""
        token = read_token(TokenKind.VERIFY_EMAIL, token_text)
        account = await self._store.verify(token) if token else None
        if account is None:
            raise TokenNotValidError
        return account

    async def change(
        self, session_token: str, password: str, email: str, browser: Browser
    ) -> EmailChange:
        """Change an address, at once where it cannot be verified.

        Raises SessionNotValidError, InvalidEmailError, WrongCredentialsError, EmailTakenError,
        TooManyAttemptsError, TooManyMailsError, PasswordQueueFullError.
        """
        session = await self._sessions.get(session_token)
        address = normalised_email(email)
        login = await self._checks.check_own(session, typed_password(password), browser)
        if address == login.email:
            account = await self._accounts.get(login.account_id)
            return EmailChange(account, needs_verification=False)
        await self._demand_free(address, login)
        warning = NewMail(MailKind.EMAIL_CHANGING, login.email)
        if not self._mailbox.verifies_addresses:
            mails = self._mailbox.of(warning)
            account = await self._store.set_email(login.account_id, address, mails)
            return EmailChange(account, needs_verification=False)
        await self._limits.demand_for_account(login.account_id)
        mails = self._mailbox.of(NewMail(MailKind.VERIFY_EMAIL, address), warning)
        await self._store.await_email(login.account_id, address, mails)
        account = await self._accounts.get(login.account_id)
        return EmailChange(account, needs_verification=True)

    async def _demand_free(self, email: str, login: Login) -> None:
        owner = await self._passwords.find_login(email)
        if owner is not None and owner.account_id != login.account_id:
            raise EmailTakenError
