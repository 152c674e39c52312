from __future__ import annotations

import pytest

from og_auth import sites
from og_auth.errors import InvalidDailyLimitError
from og_auth.sites import SiteChanges, TagPolicy

NONE: frozenset[str] = frozenset()
CARD = b"c" * 32


def test_one_page_has_one_digest() -> None:
    spellings = ("https://Example.com", "https://example.com/#top", "HTTPS://EXAMPLE.COM:443/")
    pages = [sites.parse_page(text, NONE) for text in spellings]
    assert len({sites.page_digest(page) for page in pages if page}) == 1
    other = sites.parse_page("https://example.com/?a=1", NONE)
    assert other
    assert pages[0]
    assert sites.page_digest(other) != sites.page_digest(pages[0])


def test_a_claim_names_the_card_only_where_the_policy_asks_for_it() -> None:
    page = sites.parse_page("https://example.com/", NONE)
    assert page
    assert sites.claim("site", TagPolicy.SAME_CARD, page, CARD).card_digest == CARD
    assert sites.claim("site", TagPolicy.ANY, page, CARD).card_digest == b""
    unnamed = [sites.claim("site", policy, page, b"") for policy in TagPolicy]
    assert unnamed[0] != unnamed[1]


@pytest.mark.parametrize(
    ("url", "other", "expected"),
    [
        ("https://example.com/a?b=1", "https://example.com/a", True),
        ("https://example.com/a", "https://example.com/a?b=1", True),
        ("https://example.com/a?b=1", "https://example.com/a?b=2", True),
        ("https://example.com/a?", "https://example.com/a", True),
        ("https://example.com/a", "https://EXAMPLE.com:443/a", False),
        ("https://example.com/a?b", "https://example.com/./a?b#c", False),
        ("https://example.com/a?b", "https://example.com/a/", False),
        ("https://example.com/a?b", "http://example.com/a", False),
        ("https://example.com/a?b", "https://www.example.com/a", False),
        ("https://example.com/a?b", "https://example.com/A", False),
        ("https://example.com/a%3Fb", "https://example.com/a", False),
    ],
)
def test_urls_that_differ_in_their_query_only(
    url: str,
    other: str,
    expected: bool,  # noqa: FBT001 - a column
) -> None:
    one, two = sites.parse_page(url, NONE), sites.parse_page(other, NONE)
    assert one
    assert two
    assert sites.differ_in_query_only(one, two) == expected


@pytest.mark.parametrize(
    "changes",
    [
        SiteChanges(daily_generations_max=-1),
        SiteChanges(daily_generations_max=1_000_001),
        SiteChanges(daily_credits_max=-1),
        SiteChanges(daily_credits_max=1_000_000_001),
    ],
)
def test_daily_limits_have_bounds(changes: SiteChanges) -> None:
    with pytest.raises(InvalidDailyLimitError):
        sites.checked_limits(changes)
    sites.checked_limits(SiteChanges(daily_generations_max=1_000_000, daily_credits_max=0))
