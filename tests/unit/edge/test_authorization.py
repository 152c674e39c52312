from __future__ import annotations

import pytest

from og_edge.authorization import Authorization, Decision, RateLimit, denial
from og_edge.errors import RateLimitExceededError

NOW = 1_000_000.0


def _authorization(decision: Decision, reset_unix_s: int = int(NOW) + 30) -> Authorization:
    return Authorization(decision, RateLimit(limit=60, remaining=0, reset_unix_s=reset_unix_s))


def test_what_is_allowed_is_not_denied() -> None:
    assert denial(_authorization(Decision.ALLOWED), NOW) is None


@pytest.mark.parametrize(
    ("decision", "status", "code"),
    [
        (Decision.MISSING_CREDENTIALS, 401, "missing_credentials"),
        (Decision.INVALID_API_KEY, 401, "invalid_api_key"),
        (Decision.INVALID_SITE, 401, "invalid_site"),
        (Decision.SITE_DOMAIN_MISMATCH, 401, "site_domain_mismatch"),
        (Decision.SITE_NOT_VERIFIED, 401, "site_not_verified"),
        (Decision.SCOPE_MISSING, 401, "insufficient_scope"),
        (Decision.SUSPENDED, 401, "suspended"),
        (Decision.RATE_LIMITED, 429, "rate_limit_exceeded"),
    ],
)
def test_every_denial_has_its_error(decision: Decision, status: int, code: str) -> None:
    error = denial(_authorization(decision), NOW)
    assert error is not None
    assert (error.status, error.code) == (status, code)


@pytest.mark.parametrize(
    ("counts_failures", "says"),
    [
        (False, "Rate limit of 60 requests a minute exceeded. Try again in 30 s."),
        (True, "More than 60 requests a minute failed from this address"),
    ],
)
def test_a_429_says_whose_window_is_full(*, counts_failures: bool, says: str) -> None:
    window = RateLimit(60, 0, int(NOW) + 30, counts_failures)
    error = denial(Authorization(Decision.RATE_LIMITED, window), NOW + 0.1)
    assert error is not None
    assert says in error.message
    assert "in 30 s." in error.message


@pytest.mark.parametrize(
    ("now", "least_s", "most_s"),
    [
        (NOW, 30, 31),
        (NOW + 0.6, 29.4, 31),
        (NOW + 29.5, 0.5, 2),
        (NOW + 90, 1, 1),
        (NOW - 7200, 60, 60),  # our clock is two hours behind auth's
    ],
)
def test_retry_after_reaches_the_reset_and_hardly_more(
    now: float, least_s: float, most_s: float
) -> None:
    error = denial(_authorization(Decision.RATE_LIMITED), now)
    assert isinstance(error, RateLimitExceededError)
    assert error.retry_after_s is not None
    assert least_s <= error.retry_after_s <= most_s
