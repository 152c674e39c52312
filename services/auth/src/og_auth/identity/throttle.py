"""How often passwords are tried.

Each try is counted before it is looked at, so that many at once cannot pass together. One that was
right raises the limit for as long as it counts itself: what is limited are failures.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from og_auth.clients import Client
from og_auth.rate_limits import Draw, RateLimiter, Window

ATTEMPTS_WINDOW_S: Final = 900
FAILURES_MAX_PER_ADDRESS: Final = 10
"""Of one e-mail address, or of the account that has it."""
FAILURES_MAX_PER_CLIENT: Final = 50
SUCCESSES_MAX: Final = 1_000
"""Beyond so many in a window, successes count as failures."""
MIN_RETRY_AFTER_S: Final = 1.0


class Subject(NamedTuple):
    """Whose tries are counted together, and how many may fail."""

    key: str
    failures_max: int


def of_client(client: Client) -> Subject:
    """Count what comes from one client."""
    return Subject(f"client:{{{client.digest}}}", FAILURES_MAX_PER_CLIENT)


def of_account(account_id: str) -> Subject:
    """Count what is tried of one account, by whatever spelling of its address."""
    return Subject(f"account:{{{account_id}}}", FAILURES_MAX_PER_ADDRESS)


def of_owner(account_id: str) -> Subject:
    """Count what is tried by who is signed in, whom strangers' guesses do not keep from theirs."""
    return Subject(f"owner:{{{account_id}}}", FAILURES_MAX_PER_ADDRESS)


def of_nobodys(email: str) -> Subject:
    """Count what is tried of an address that nobody has."""
    digest = hashlib.sha256(email.casefold().encode()).hexdigest()
    return Subject(f"email:{{{digest[:32]}}}", FAILURES_MAX_PER_ADDRESS)


class Throttle:
    """Counts tries; the limiter's windows are ATTEMPTS_WINDOW_S long."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    async def admit(self, subjects: Sequence[Subject]) -> float:
        """Count a try of each subject; give 0, or the seconds after which there may be another."""
        looks = [Draw(_successes(subject), counts=False) for subject in subjects]
        before = await self._limiter.decide(looks)
        tries = [
            Draw(_tries(subject, SUCCESSES_MAX - reading.remaining))
            for subject, reading in zip(subjects, before, strict=True)
        ]
        readings = await self._limiter.decide(tries)
        return max(
            (_wait_s(reading.reset_us) for reading in readings if not reading.admitted), default=0
        )

    async def forgive(self, subjects: Sequence[Subject]) -> None:
        """Say that a try of each subject was right."""
        await self._limiter.decide([Draw(_successes(subject)) for subject in subjects])


def _successes(subject: Subject) -> Window:
    return Window(f"auth:password_successes:{subject.key}", SUCCESSES_MAX)


def _tries(subject: Subject, successes: int) -> Window:
    return Window(f"auth:password_tries:{subject.key}", subject.failures_max + successes)


def _wait_s(reset_us: int) -> float:
    return max(MIN_RETRY_AFTER_S, reset_us / 1e6 - time.time())
