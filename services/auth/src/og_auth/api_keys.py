"""API keys: "og_live_", 160 random bits and their checksum in base 62.

The checksum (CRC-32, as in GitHub's token format) tells typing errors and guesses from keys
before anything is looked up; the prefix lets scanners find leaked keys. Only the SHA-256 of a
key is kept: 160 random bits need no slow hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, TypedDict

from og_auth.errors import (
    InvalidDailyLimitError,
    InvalidDisplayNameError,
    InvalidExpiryError,
    InvalidOverlapError,
)

PREFIX: Final = "og_live_"
RANDOM_BITS: Final = 160
RANDOM_CHARS: Final = 27  # the least n with 62**n >= 2**160
CHECKSUM_CHARS: Final = 6  # the least n with 62**n >= 2**32
SUFFIX_CHARS: Final = 4
MAX_API_KEYS: Final = 100
MAX_DISPLAY_NAME_CHARS: Final = 100
MAX_DAILY_CREDITS: Final = 1_000_000_000
MAX_OVERLAP: Final = timedelta(days=30)

_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PAIRS: Final = [high + low for high in _ALPHABET for low in _ALPHABET]
_SECRET: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM_CHARS + CHECKSUM_CHARS}}}")


class Scope(Enum):
    """What a key is good for; the value is what is stored."""

    GENERATE = "generate"
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of an API key; never the secret."""

    api_key_id: str
    account_id: str
    display_name: str
    secret_suffix: str
    create_time: datetime
    revoke_time: datetime | None
    scopes: frozenset[Scope]
    expire_time: datetime | None
    last_use_time: datetime | None
    daily_credits_max: int
    suspend_time: datetime | None
    suspend_reason: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A key as it is shown once; it does not show when it is printed by mistake."""

    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        """What is kept of it to look it up."""
        return digest(self.text)

    @property
    def suffix(self) -> str:
        """What is kept of it for people."""
        return self.text[-SUFFIX_CHARS:]


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that is to be added; all of it was checked."""

    account_id: str
    display_name: str
    scopes: frozenset[Scope]
    expire_time: datetime | None
    daily_credits_max: int


class ApiKeyChanges(TypedDict, total=False):
    """What is to be set; all of it was checked."""

    display_name: str
    expire_time: datetime | None
    daily_credits_max: int


def new_secret() -> Secret:
    """Make a key."""
    body = PREFIX + _base62(secrets.randbits(RANDOM_BITS), RANDOM_CHARS)
    return Secret(body + _checksum(body))


def is_well_formed(secret: str) -> bool:
    """Tell whether secret has the form of a key and the checksum that belongs to it."""
    if _SECRET.fullmatch(secret) is None:
        return False
    return _checksum(secret[:-CHECKSUM_CHARS]) == secret[-CHECKSUM_CHARS:]


def digest(secret: str) -> bytes:
    """Give what is stored and looked up instead of a key: its SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


def checked_display_name(text: str) -> str:
    """Trim a key's name for people, or raise InvalidDisplayNameError."""
    name = text.strip()
    if not 1 <= len(name) <= MAX_DISPLAY_NAME_CHARS or not name.isprintable():
        raise InvalidDisplayNameError(MAX_DISPLAY_NAME_CHARS)
    return name


def checked_daily_credits(credits_max: int) -> int:
    """Give the limit, 0 for none, or raise InvalidDailyLimitError."""
    if not 0 <= credits_max <= MAX_DAILY_CREDITS:
        raise InvalidDailyLimitError("daily_credits_max", MAX_DAILY_CREDITS)
    return credits_max


def checked_overlap(overlap: timedelta) -> timedelta:
    """Give how long a replaced key stays good, or raise InvalidOverlapError."""
    if not timedelta(0) <= overlap <= MAX_OVERLAP:
        raise InvalidOverlapError(MAX_OVERLAP.days)
    return overlap


def checked_expiry(expire_time: datetime | None, now: datetime) -> datetime | None:
    """Give when a key is to stop being good, or raise InvalidExpiryError."""
    if expire_time is not None and expire_time <= now:
        raise InvalidExpiryError
    return expire_time


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), CHECKSUM_CHARS)


def _base62(number: int, width: int) -> str:
    """Write a number below 62**width: two digits at a time, since it is done for each request."""
    digits = ""
    while len(digits) < width:
        number, pair = divmod(number, len(_PAIRS))
        digits = _PAIRS[pair] + digits
    return digits[-width:]
