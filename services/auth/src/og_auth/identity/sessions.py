"""Sessions: who is signed in, from where, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from og_auth.accounts import AccountRecord
from og_auth.clients import Client
from og_auth.identity.tokens import Token, TokenKind, new_token

SESSION_LIFE: Final = timedelta(days=30)
"""From its beginning, however it is used."""
SESSION_IDLE_LIFE: Final = timedelta(days=14)
"""From its last use."""
MAX_SESSIONS: Final = 100
"""Of an account; a further one takes the oldest one's place."""
MAX_USER_AGENT_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a person sits: `address` is the client's in normal text form."""

    client: Client
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that is to begin."""

    token: Token
    browser: Browser


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is good; `last_use_time` is to a minute."""

    session_id: str
    account: AccountRecord
    begin_time: datetime
    last_use_time: datetime
    user_agent: str
    client_address: str

    @property
    def expire_time(self) -> datetime:
        """When it ends, unless it is used."""
        return min(self.begin_time + SESSION_LIFE, self.last_use_time + SESSION_IDLE_LIFE)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun, with its secret."""

    session: Session
    token: Token


def new_session(browser: Browser) -> NewSession:
    """Make a session for somebody who is who they say."""
    return NewSession(new_token(TokenKind.SESSION), browser)


def checked_user_agent(text: str) -> str:
    """Give what a browser calls itself, cut, and without what does not print."""
    return "".join(filter(str.isprintable, text[: 2 * MAX_USER_AGENT_CHARS]))[:MAX_USER_AGENT_CHARS]
