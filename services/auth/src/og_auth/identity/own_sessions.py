"""Who is signed in, and ending that."""

from __future__ import annotations

from typing import Protocol

from og_auth import identifiers
from og_auth.identity.errors import SessionNotFoundError, SessionNotValidError
from og_auth.identity.sessions import Session
from og_auth.identity.tokens import Token, TokenKind, read_token
from og_auth.registry.accounts import Accounts


class SessionStore(Protocol):
    """Where it is kept who is signed in. All raise StoreUnavailableError."""

    async def get_session(self, token: Token) -> Session | None:
        """Get the session that is good by a token, and note that it was used."""

    async def end_session(self, token: Token) -> None:
        """End the session of a token, if there is one."""

    async def list_sessions(self, account_id: str) -> list[Session]:
        """List an account's sessions that are good, last used first."""

    async def end_sessions(self, account_id: str, session_id: str, *, others: bool) -> bool:
        """End a session of an account, or all others of it; false where it has no such session."""


class Sessions:
    """Tells who is signed in, and signs people out."""

    def __init__(self, store: SessionStore, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    async def get(self, token_text: str) -> Session:
        """Tell who is signed in, or raise SessionNotValidError."""
        token = read_token(TokenKind.SESSION, token_text)
        session = await self._store.get_session(token) if token else None
        if session is None:
            raise SessionNotValidError
        return session

    async def sign_out(self, token_text: str) -> None:
        """End a session, if it is one."""
        if token := read_token(TokenKind.SESSION, token_text):
            await self._store.end_session(token)

    async def list(self, account_id: str) -> list[Session]:
        """List an account's sessions, last used first, or raise AccountNotFoundError."""
        await self._accounts.get(account_id)
        return await self._store.list_sessions(account_id)

    async def end(self, account_id: str, session_id: str, *, others: bool) -> None:
        """End a session of an account, or all others of it, or raise SessionNotFoundError."""
        known = identifiers.is_id(identifiers.SESSION, session_id)
        if not (known and await self._store.end_sessions(account_id, session_id, others=others)):
            raise SessionNotFoundError
