from __future__ import annotations

import pytest

from og_edge.link_previews.robots import may_fetch

URL = "https://example.com/a/page.html?q=1"


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: Twitterbot\nDisallow: /", False),
        ("USER-AGENT: twitterBOT # ours\ndisallow : /a", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Twitterbot\nDisallow: /b", True),
        ("User-agent: a\nUser-agent: Twitterbot\nDisallow: /", False),
        ("User-agent: Twitterbot\nDisallow: /\nAllow: /a/", True),
        ("User-agent: Twitterbot\nAllow: /a\nDisallow: /a", True),
        ("User-agent: Twitterbot\nDisallow: /a\nUser-agent: Twitterbot\nAllow: /a/p", True),
        ("User-agent: *\nDisallow: /*.html", False),
        ("User-agent: *\nDisallow: /*.html$", True),
        ("User-agent: *\nDisallow: /*q=1$", False),
        ("User-agent: *\nDisallow: /a/page.html?q=1$", False),
        ("User-agent: *\nDisallow: /a/page.html?q=$", True),
        ("User-agent: *\nDisallow: *1*1$", True),
        ("User-agent: *\nDisallow: *page*", False),
        ("nonsense\nDisallow: /\n\x00", True),
    ],
)
def test_the_longest_pattern_of_the_crawlers_own_group_decides(
    robots: str, *, allowed: bool
) -> None:
    assert may_fetch(robots, "Twitterbot", URL) is allowed


def test_hostile_patterns_take_no_time() -> None:
    robots = "User-agent: *\n" + f"Disallow: /{'a*' * 900}b\n" * 36
    assert may_fetch(robots, "Twitterbot", f"https://example.com/{'a' * 2_000}")
