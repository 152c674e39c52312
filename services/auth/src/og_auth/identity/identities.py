"""Signing up, in and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from og_auth.accounts import NewAccount, normalised_email
from og_auth.errors import EmailTakenError, InvalidEmailError, TooManySignUpsError
from og_auth.identity import throttle
from og_auth.identity.errors import (
    SessionNotValidError,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from og_auth.identity.hashing import PasswordHashes
from og_auth.identity.mail_kinds import MailKind, NewMail
from og_auth.identity.mailbox import Mailbox
from og_auth.identity.passwords import typed_password
from og_auth.identity.sessions import (
    Browser,
    NewSession,
    Session,
    SignedIn,
    new_session,
)
from og_auth.identity.throttle import Subject, Throttle
from og_auth.identity.tokens import Token, TokenKind, read_token

SIGN_UP_PLAN: Final = "free"


@dataclass(frozen=True, slots=True)
class Login:
    """An account and the hash of its password, if it has one; `choose_time` is when it was set."""

    account_id: str
    email: str
    hash: str | None
    choose_time: datetime | None


class LoginStore(Protocol):
    """Where passwords and sessions are kept. All raise StoreUnavailableError."""

    async def sign_up(
        self,
        account: NewAccount,
        password_hash: str,
        session: NewSession,
        mails: Sequence[NewMail],
    ) -> Session | None:
        """Add an account, its password and a session, with mail that is to be sent.

        None where the e-mail address is taken; TooManySignUpsError as registry.AccountStore.
        """

    async def find_login(self, email: str) -> Login | None:
        """Find by e-mail address, without regard to case."""

    async def find_login_by_id(self, account_id: str) -> Login | None:
        """Find by account."""

    async def begin_session(self, login: Login, session: NewSession) -> Session | None:
        """Add a session; None where the password has changed since it was found."""

    async def replace_hash(self, login: Login, password_hash: str) -> None:
        """Put another hash of the same password in the place of the one that was found."""


class SessionStore(Protocol):
    """Where it is kept who is signed in. All raise StoreUnavailableError."""

    async def get_session(self, token: Token) -> Session | None:
        """Get the session that is good by a token, and note that it was used."""

    async def end_session(self, token: Token) -> None:
        """End the session of a token, if there is one."""


class PasswordChecks:
    """Tells whether a password is an account's, as often as may be tried."""

    def __init__(self, store: LoginStore, hashes: PasswordHashes, tries: Throttle) -> None:
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
        subjects = [throttle.of_account(account_id), throttle.of_client(browser.client)]
        return await self.check(login, password, subjects)


class Identities:
    """Signs people up, in and out."""

    def __init__(
        self,
        logins: LoginStore,
        sessions: SessionStore,
        hashes: PasswordHashes,
        tries: Throttle,
        mailbox: Mailbox,
    ) -> None:
        self._logins = logins
        self._sessions = sessions
        self._hashes = hashes
        self._tries = tries
        self._mailbox = mailbox
        self._checks = PasswordChecks(logins, hashes, tries)

    async def sign_up(self, email: str, password: str, browser: Browser) -> SignedIn:
        """Create an account and sign its owner in.

        Raises InvalidEmailError, WeakPasswordError, EmailTakenError, TooManySignUpsError,
        PasswordQueueFullError.
        """
        address, typed = normalised_email(email), typed_password(password)
        subjects = [throttle.of_client(browser.client)]
        if wait_s := await self._tries.admit(subjects):
            raise TooManySignUpsError(wait_s)
        password_hash = await self._hashes.hash_new(typed, address)
        begun = new_session(browser)
        session = await self._logins.sign_up(
            NewAccount(address, SIGN_UP_PLAN, rate_limit_override=None),
            password_hash,
            begun,
            self._mailbox.of(NewMail(MailKind.VERIFY_EMAIL, address)),
        )
        if session is None:
            raise EmailTakenError
        await self._tries.forgive(subjects)
        return SignedIn(session, begun.token)

    async def sign_in(self, email: str, password: str, browser: Browser) -> SignedIn:
        """Sign somebody in; raises as PasswordChecks.check."""
        typed, by = typed_password(password), throttle.of_client(browser.client)
        login = await self._find(email)
        of = throttle.of_account(login.account_id) if login else throttle.of_nobodys(email)
        login = await self._checks.check(login, typed, [of, by])
        begun = new_session(browser)
        session = await self._logins.begin_session(login, begun)
        if session is None:
            raise WrongCredentialsError
        return SignedIn(session, begun.token)

    async def session(self, token_text: str) -> Session:
        """Tell who is signed in, or raise SessionNotValidError."""
        token = read_token(TokenKind.SESSION, token_text)
        session = await self._sessions.get_session(token) if token else None
        if session is None:
            raise SessionNotValidError
        return session

    async def sign_out(self, token_text: str) -> None:
        """End a session, if it is one."""
        if token := read_token(TokenKind.SESSION, token_text):
            await self._sessions.end_session(token)

    async def _find(self, email: str) -> Login | None:
        try:
            return await self._logins.find_login(normalised_email(email))
        except InvalidEmailError:
            return None
