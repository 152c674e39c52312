from __future__ import annotations

from typing import Final, Protocol

import structlog

from og_auth import identifiers
from og_auth.errors import (
    AccountNotFoundError,
    ApiKeyNotFoundError,
    SiteNotFoundError,
)
from og_auth.suspensions import Kind, Target, checked_reason

log = structlog.get_logger()

_NOT_FOUND: Final[
    dict[Kind, type[AccountNotFoundError | ApiKeyNotFoundError | SiteNotFoundError]]
] = {
    Kind.ACCOUNT: AccountNotFoundError,
    Kind.API_KEY: ApiKeyNotFoundError,
    Kind.SITE: SiteNotFoundError,
}


class SuspensionStore(Protocol):
    """Where it is kept who is suspended. All raise StoreUnavailableError."""

    async def set_suspension(self, target: Target, reason: str) -> bool:
        """Suspend for a reason, or end it for none; false where there is no such thing."""


class Suspensions:
    """Suspends accounts, API keys and sites, and ends that."""

    def __init__(self, store: SuspensionStore) -> None:
        self._store = store

    async def suspend(self, target: Target, reason: str) -> None:
        """Suspend; what is suspended already only gets the new reason.

        Raises InvalidReasonError, AccountNotFoundError, ApiKeyNotFoundError, SiteNotFoundError.
        """
        await self._set(target, checked_reason(reason))
        log.info("suspended", target=target.id)

    async def resume(self, target: Target) -> None:
        """End a suspension, if there is one; raises as suspend."""
        await self._set(target, "")
        log.info("resumed", target=target.id)

    async def _set(self, target: Target, reason: str) -> None:
        known = identifiers.is_id(target.kind.value, target.id)
        if not (known and await self._store.set_suspension(target, reason)):
            raise _NOT_FOUND[target.kind]
