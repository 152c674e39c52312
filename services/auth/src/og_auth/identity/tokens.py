"""Secrets of people: a prefix that says what for, and 256 random bits.

Only the SHA-256 is kept, by which a token is found: so many random bits need no slow hash, and a
lookup by index tells nothing about a token that differs.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Final

RANDOM_BYTES: Final = 32
VERIFICATION_LIFE: Final = timedelta(days=7)
"""How long a mailed token verifies an address."""
RESET_LIFE: Final = timedelta(hours=1)
"""How long one sets a password."""
_BODY: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes in base64url without padding


class TokenKind(Enum):
    """What a token is for; the value is its prefix."""

    SESSION = "og_session_"
    VERIFY_EMAIL = "og_verify_"
    RESET_PASSWORD = "og_reset_"  # noqa: S105 - a prefix


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is told once; it does not show when it is printed by mistake."""

    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        """What is kept of it: 32 bytes."""
        return hashlib.sha256(self.text.encode()).digest()


def new_token(kind: TokenKind) -> Token:
    """Make a token."""
    return Token(kind.value + secrets.token_urlsafe(RANDOM_BYTES))


def read_token(kind: TokenKind, text: str) -> Token | None:
    """Give what has the form of a token of that kind."""
    body = text.removeprefix(kind.value)
    well_formed = body != text and _BODY.fullmatch(body) is not None
    return Token(text) if well_formed else None
