"""Ids of ours: a prefix that says of what, an underscore and random characters."""

from __future__ import annotations

import re
import secrets
from typing import Final

# Crockford's base 32 in lower case: no letter that reads as a digit. 16 of them are 80 bits.
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
RANDOM_CHARS: Final = 16
_RANDOM_PART: Final = re.compile(rf"[{_ALPHABET}]{{{RANDOM_CHARS}}}")

ACCOUNT: Final = "acct"
API_KEY: Final = "key"
SITE: Final = "site"
SESSION: Final = "sess"
MAIL: Final = "mail"


def new_id(prefix: str) -> str:
    """Make an id such as "site_3k9m2x7q4w8r5t1v"."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(RANDOM_CHARS))}"


def is_id(prefix: str, text: str) -> bool:
    """Tell whether text has the form of an id with this prefix."""
    head, _, tail = text.partition("_")
    return head == prefix and _RANDOM_PART.fullmatch(tail) is not None
