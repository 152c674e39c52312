"""Signing up and in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from og_auth.accounts import NewAccount, normalised_email
from og_auth.errors import EmailTakenError, InvalidEmailError, TooManySignUpsError
from og_auth.identity import throttle
from og_auth.identity.checks import Login, PasswordChecks, PasswordStore
from og_auth.identity.errors import WrongCredentialsError
from og_auth.identity.hashing import PasswordHashes
from og_auth.identity.mail_kinds import MailKind, NewMail
from og_auth.identity.mailbox import Mailbox
from og_auth.identity.passwords import typed_password
from og_auth.identity.sessions import Browser, NewSession, Session, SignedIn, new_session
from og_auth.identity.throttle import Throttle

SIGN_UP_PLAN: Final = "free"


class LoginStore(PasswordStore, Protocol):
    """Where it is kept who may sign in. All raise StoreUnavailableError."""

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

    async def begin_session(self, login: Login, session: NewSession) -> Session | None:
        """Add a session; None where the password has changed since it was found."""


class Identities:
    """Signs people up and in."""

    def __init__(
        self,
        store: LoginStore,
        checks: PasswordChecks,
        hashes: PasswordHashes,
        tries: Throttle,
        mailbox: Mailbox,
    ) -> None:
        self._store = store
        self._checks = checks
        self._hashes = hashes
        self._tries = tries
        self._mailbox = mailbox

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
        session = await self._store.sign_up(
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
        session = await self._store.begin_session(login, begun)
        if session is None:
            raise WrongCredentialsError
        return SignedIn(session, begun.token)

    async def _find(self, email: str) -> Login | None:
        try:
            return await self._store.find_login(normalised_email(email))
        except InvalidEmailError:
            return None
