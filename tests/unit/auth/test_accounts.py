from __future__ import annotations

import pytest

from og_auth import accounts
from og_auth.accounts import Account
from og_auth.errors import InvalidEmailError, InvalidRateLimitError, UnknownPlanError


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("jane@example.com", "jane@example.com"),
        ("  Jane@EXAMPLE.com\n", "Jane@example.com"),
        ("o'neil+tag@mail.example.co.uk", "o'neil+tag@mail.example.co.uk"),
        ("jose\u0301@example.com", "jos\u00e9@example.com"),
    ],
)
def test_an_address_is_kept_in_one_form(text: str, email: str) -> None:
    assert accounts.normalised_email(text) == email


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jane",
        "@example.com",
        "jane@",
        "jane@localhost",
        "jane@example..com",
        "a b@example.com",
        "a@b@example.com",
        "a\x00b@example.com",
        "x" * 65 + "@example.com",
        "jane@" + "x" * 250 + ".com",
    ],
)
def test_what_cannot_be_an_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmailError) as refusal:
        accounts.normalised_email(text)
    assert "jane@example.com" in refusal.value.message


@pytest.mark.parametrize(
    ("plan", "limit", "ai"),
    [
        ("free", 60, False),
        ("starter", 120, True),
        ("pro", 300, True),
        ("business", 600, True),
        ("enterprise", 1_200, True),
    ],
)
def test_the_plan_gives_limit_and_ai(plan: str, limit: int, ai: bool) -> None:  # noqa: FBT001 - a column
    account = Account("acct_0", accounts.checked_plan(plan), None)
    assert (account.rate_limit, account.plan.ai_allowed) == (limit, ai)


def test_an_override_replaces_the_plans_limit() -> None:
    assert Account("acct_0", "free", 7).rate_limit == 7


def test_an_unknown_plan_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownPlanError, match="free, starter, pro, business, enterprise"):
        accounts.checked_plan("gold")


def test_an_override_of_zero_is_none() -> None:
    assert accounts.checked_rate_limit(0) is None
    assert accounts.checked_rate_limit(1_000_000) == 1_000_000


@pytest.mark.parametrize("override", [-1, 1_000_001])
def test_an_override_out_of_range_is_refused(override: int) -> None:
    with pytest.raises(InvalidRateLimitError):
        accounts.checked_rate_limit(override)
