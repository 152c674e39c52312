"""API keys as their owners see them; a secret is seen once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol, TypedDict

from og_edge.authorization import Scope
from og_edge.deadline import Deadline

MAX_API_KEYS: Final = 100
"""Of an account with so many, auth forgets one that is good no more for each new one."""
MAX_DISPLAY_NAME_CHARS: Final = 100
DAILY_CREDITS_MAX: Final = 1_000_000_000
MAX_OVERLAP: Final = dt.timedelta(days=30)


class KeyState(Enum):
    """Whether a key is good, and why not; the value is for people."""

    GOOD = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key. `daily_credits_max` 0 is no limit; times that are None never came."""

    api_key_id: str
    account_id: str
    display_name: str
    secret_suffix: str
    create_time: dt.datetime
    scopes: frozenset[Scope]
    daily_credits_max: int
    expire_time: dt.datetime | None
    last_use_time: dt.datetime | None
    revoke_time: dt.datetime | None
    suspend_time: dt.datetime | None

    def state(self, now: dt.datetime) -> KeyState:
        """Tell whether it is good: what lasts longest is told first."""
        if self.revoke_time is not None:
            return KeyState.REVOKED
        if self.expire_time is not None and self.expire_time <= now:
            return KeyState.EXPIRED
        return KeyState.GOOD if self.suspend_time is None else KeyState.SUSPENDED


@dataclass(frozen=True)
class NewApiKey:
    """A key that was just made, and its secret, which is in no other answer."""

    api_key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True)
class KeyTerms:
    """What a key is to be like; `expire_time` None is never, `daily_credits_max` 0 no limit."""

    display_name: str
    scopes: frozenset[Scope] = frozenset({Scope.GENERATE})
    expire_time: dt.datetime | None = None
    daily_credits_max: int = 0


class KeyChanges(TypedDict, total=False):
    """What is to be set of a key, as in KeyTerms."""

    display_name: str
    expire_time: dt.datetime | None
    daily_credits_max: int


class ApiKeys(Protocol):
    """The keys of accounts.

    Every method raises RemoteError: where the account has no such key with the reason
    API_KEY_NOT_FOUND, for what is wrong with a value with field_violations by the names here; and
    TimeoutError at the deadline.
    """

    async def of(self, account_id: str, deadline: Deadline) -> Sequence[ApiKey]:
        """Give an account's keys, newest first; at most MAX_API_KEYS."""

    async def find(self, account_id: str, api_key_id: str, deadline: Deadline) -> ApiKey | None:
        """Give one of the account's, if it has that."""

    async def create(self, account_id: str, terms: KeyTerms, deadline: Deadline) -> NewApiKey:
        """Make a key."""

    async def rotate(
        self,
        account_id: str,
        api_key_id: str,
        overlap: dt.timedelta,
        expire_time: dt.datetime | None,
        deadline: Deadline,
    ) -> NewApiKey:
        """Make a key that takes another's place, which stays good for overlap.

        Raises RemoteError with the reason API_KEY_NOT_USABLE for one that is good no more.
        """

    async def update(
        self, account_id: str, api_key_id: str, changes: KeyChanges, deadline: Deadline
    ) -> ApiKey:
        """Set what changes name, at least one thing; the rest stays."""

    async def revoke(self, account_id: str, api_key_id: str, deadline: Deadline) -> ApiKey:
        """Have requests with a key denied from the next one on, for good."""
