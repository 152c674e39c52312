"""Setting another password: by the old one, or by a mailed link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from og_auth.accounts import normalised_email
from og_auth.identity.checks import Login, PasswordChecks
from og_auth.identity.errors import TokenNotValidError, WrongCredentialsError
from og_auth.identity.hashing import PasswordHashes
from og_auth.identity.mail_kinds import MailKind, NewMail
from og_auth.identity.mail_limits import MailLimits
from og_auth.identity.mailbox import Mailbox
from og_auth.identity.own_sessions import Sessions
from og_auth.identity.passwords import typed_password
from og_auth.identity.sessions import Browser, NewSession, Session, SignedIn, new_session
from og_auth.identity.tokens import Token, TokenKind, read_token
from og_auth.registry.accounts import Accounts


class PasswordChangeStore(Protocol):
    """Where passwords are changed. All raise StoreUnavailableError."""

    async def change_password(
        self, login: Login, password_hash: str, session: NewSession, mails: Sequence[NewMail]
    ) -> Session | None:
        """Set a password, end all sessions and links that were mailed, and begin a session.

        But for those that verify the account's own address.
        None where the password has changed since it was found.
        """

    async def set_password(
        self, account_id: str, password_hash: str, mails: Sequence[NewMail]
    ) -> None:
        """Do as change_password, without a session; AccountNotFoundError."""

    async def ask_for_reset(self, email: str) -> None:
        """Have a link mailed to whose address this is, if it is anybody's; takes as long if not."""

    async def find_reset(self, token: Token) -> Login | None:
        """Find whose password a mailed token may set; None where it is none that is good."""

    async def reset_password(
        self, token: Token, password_hash: str, session: NewSession, mails: Sequence[NewMail]
    ) -> Session | None:
        """Do as change_password by a token, and verify the address; None as find_reset."""


class PasswordChanges:
    """Changes passwords."""

    def __init__(
        self,
        store: PasswordChangeStore,
        accounts: Accounts,
        sessions: Sessions,
        checks: PasswordChecks,
        hashes: PasswordHashes,
        mailbox: Mailbox,
        limits: MailLimits,
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._sessions = sessions
        self._checks = checks
        self._hashes = hashes
        self._mailbox = mailbox
        self._limits = limits

    async def check(self, session_token: str, password: str, browser: Browser) -> None:
        """Tell whether a password is the signed-in person's.

        Raises SessionNotValidError, WrongCredentialsError, TooManyAttemptsError,
        PasswordQueueFullError.
        """
        session = await self._sessions.get(session_token)
        await self._checks.check_own(session, typed_password(password), browser)

    async def change(self, session_token: str, old: str, new: str, browser: Browser) -> SignedIn:
        """Set a new password by the old one; raises as check, and WeakPasswordError."""
        session = await self._sessions.get(session_token)
        typed_new = typed_password(new, "new_password")
        login = await self._checks.check_own(session, typed_password(old, "old_password"), browser)
        password_hash = await self._hashes.hash_new(typed_new, login.email)
        begun = new_session(browser)
        mails = self._mailbox.of(NewMail(MailKind.PASSWORD_CHANGED, login.email))
        changed = await self._store.change_password(login, password_hash, begun, mails)
        if changed is None:
            raise WrongCredentialsError
        return SignedIn(changed, begun.token)

    async def set_by_operator(self, account_id: str, password: str) -> None:
        """Set a password, also of who has none, and end all sessions.

        Raises AccountNotFoundError, WeakPasswordError, PasswordQueueFullError.
        """
        typed = typed_password(password)
        account = await self._accounts.get(account_id)
        password_hash = await self._hashes.hash_new(typed, account.email)
        mails = self._mailbox.of(NewMail(MailKind.PASSWORD_CHANGED, account.email))
        await self._store.set_password(account_id, password_hash, mails)

    async def ask_for_reset(self, email: str, browser: Browser) -> None:
        """Have a link mailed to an address, if it is somebody's, which nobody is told.

        Raises InvalidEmailError, TooManyMailsError, MailNotSetUpError.
        """
        self._mailbox.demand()
        address = normalised_email(email)
        await self._limits.demand_for_client(browser.client)
        if await self._limits.admits_address(address):
            await self._store.ask_for_reset(address)

    async def reset(self, token_text: str, password: str, browser: Browser) -> SignedIn:
        """Set a new password by a mailed token, which stays good where the password is not.

        Raises TokenNotValidError, WeakPasswordError, PasswordQueueFullError.
        """
        typed = typed_password(password)
        token = read_token(TokenKind.RESET_PASSWORD, token_text)
        login = await self._store.find_reset(token) if token else None
        if token is None or login is None:
            raise TokenNotValidError
        password_hash = await self._hashes.hash_new(typed, login.email)
        begun = new_session(browser)
        mails = self._mailbox.of(NewMail(MailKind.PASSWORD_CHANGED, login.email))
        session = await self._store.reset_password(token, password_hash, begun, mails)
        if session is None:
            raise TokenNotValidError
        return SignedIn(session, begun.token)
