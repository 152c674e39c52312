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
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from og_auth.errors import InvalidDisplayNameError

PREFIX: Final = "og_live_"
RANDOM_BITS: Final = 160
RANDOM_CHARS: Final = 27  # the least n with 62**n >= 2**160
CHECKSUM_CHARS: Final = 6  # the least n with 62**n >= 2**32
SUFFIX_CHARS: Final = 4
MAX_API_KEYS: Final = 100
MAX_DISPLAY_NAME_CHARS: Final = 100

_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
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


def new_secret() -> str:
    """Make a key."""
    body = PREFIX + _base62(secrets.randbits(RANDOM_BITS), RANDOM_CHARS)
    return body + _checksum(body)


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


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), CHECKSUM_CHARS)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
