"""Which passwords are good enough, and how they are written before they are hashed."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from zxcvbn import zxcvbn

from og_auth.identity.errors import WeakPasswordError
from og_service.errors import InvalidRequestError

MIN_PASSWORD_CHARS: Final = 10
MAX_PASSWORD_CHARS: Final = 256
MAX_TYPED_CHARS: Final = 4 * MAX_PASSWORD_CHARS
"""More is not even normalised."""
MIN_GUESSES: Final = 10**6
"""What an attacker needs who knows how people choose; at 10 tries in 15 minutes, two years."""
RATED_CHARS: Final = 72
"""A password's guesses are counted by so much of it: the estimate takes time by the square."""

_WORD: Final = re.compile(r"\w+")


def typed_password(text: str, field: str = "password") -> str:
    """Give a password as it is compared, in NFC (RFC 8265, section 4.2.2), or InvalidRequestError.

    The same letters come decomposed from one keyboard and composed from another.
    """
    if not text or len(text) > MAX_TYPED_CHARS:
        raise InvalidRequestError(field, f"Send a password of at most {MAX_PASSWORD_CHARS}.")
    return unicodedata.normalize("NFC", text)


def checked_password(password: str, email: str) -> None:
    """Raise WeakPasswordError for what is too short, too long or soon guessed.

    Guesses are estimated by zxcvbn, which knows some 30,000 leaked passwords, names and words, and
    sees keyboard rows, dates, repetitions, sequences and usual replacements; the words of the
    e-mail address count as known. Takes 3 ms of computing, 20 at worst.
    """
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise WeakPasswordError(f"Use {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters.")
    known = [email, *email.split("@"), *_WORD.findall(email)]
    rated = zxcvbn(password[:RATED_CHARS], user_inputs=known, max_length=RATED_CHARS)
    if rated["guesses"] < MIN_GUESSES:
        raise WeakPasswordError(
            "This password is among the first that are guessed; use several words that have "
            "nothing to do with each other, or let a password manager make one."
        )
