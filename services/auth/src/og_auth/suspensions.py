"""Suspension: what is denied from the next call on, and keeps all that it has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from og_auth import identifiers
from og_auth.errors import InvalidReasonError

MAX_REASON_CHARS: Final = 200


class Kind(Enum):
    """What can be suspended; the value is the prefix of its ids."""

    ACCOUNT = identifiers.ACCOUNT
    API_KEY = identifiers.API_KEY
    SITE = identifiers.SITE


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that can be suspended."""

    kind: Kind
    id: str


def checked_reason(text: str) -> str:
    """Trim a reason for operators, or raise InvalidReasonError."""
    reason = text.strip()
    if not 1 <= len(reason) <= MAX_REASON_CHARS or not reason.isprintable():
        raise InvalidReasonError(MAX_REASON_CHARS)
    return reason
