"""People: whose account it is, and who is signed in from where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Owner:
    """An account as its owner sees it; times are of UTC.

    `rate_limit` counts requests in 60 seconds. No credits come before the address is verified
    where `needs_email_verification`.
    """

    account_id: str
    email: str
    plan_id: str
    next_plan_id: str
    next_plan_time: dt.datetime | None
    create_time: dt.datetime
    rate_limit: int
    ai_allowed: bool
    email_verified: bool
    needs_email_verification: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in; `session_id` is no secret."""

    session_id: str
    owner: Owner
    create_time: dt.datetime
    last_use_time: dt.datetime
    expire_time: dt.datetime
    user_agent: str
    client_address: str


class SignedIn(NamedTuple):
    """A session that begins, and its secret."""

    session: Session
    token: str


class Browser(NamedTuple):
    """Where a person sits: the client's address, and the browser as it names itself."""

    client_address: str
    user_agent: str


class EmailChange(NamedTuple):
    """The account, and whether a mailed link must be followed before its address changes."""

    owner: Owner
    needs_verification: bool


class Sessions(Protocol):
    """Knows who is signed in."""

    async def session(self, token: str, timeout_s: float) -> Session | None:
        """Tell who is signed in by a token; None: nobody."""


class Identities(Sessions, Protocol):
    """Knows people by their passwords, and writes them mail.

    All raise RemoteError with the reasons of og.auth.v1.IdentityService.
    """

    async def sign_up(self, email: str, password: str, browser: Browser) -> SignedIn:
        """Create an account on the free plan and sign its owner in."""

    async def sign_in(self, email: str, password: str, browser: Browser) -> SignedIn:
        """Sign somebody in."""

    async def sign_out(self, token: str) -> None:
        """End a session."""

    async def sessions(self, account_id: str) -> Sequence[Session]:
        """List the good sessions of an account, last used first."""

    async def end_session(self, account_id: str, session_id: str) -> None:
        """End one session of an account."""

    async def end_other_sessions(self, account_id: str, session_id: str) -> None:
        """End all sessions of an account but one."""

    async def send_verification(self, account_id: str) -> None:
        """Mail the link that verifies an address anew."""

    async def verify_email(self, token: str) -> Owner:
        """Verify the address that a token was mailed to."""

    async def request_password_reset(self, email: str, browser: Browser) -> None:
        """Mail a link with which a new password can be set, if there is such an account."""

    async def reset_password(self, token: str, password: str, browser: Browser) -> SignedIn:
        """Set a new password by a mailed token and sign in."""

    async def change_password(
        self, token: str, old_password: str, new_password: str, browser: Browser
    ) -> SignedIn:
        """Set a new password, end all sessions and begin a new one."""

    async def change_email(
        self, token: str, password: str, email: str, browser: Browser
    ) -> EmailChange:
        """Begin to change the address, or change it where mail is not set up."""

    async def check_password(self, token: str, password: str, browser: Browser) -> None:
        """Raise where the password is not the signed-in person's."""

    async def delete_account(self, account_id: str) -> None:
        """Forget a person and all that auth keeps of the account."""
