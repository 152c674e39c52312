from __future__ import annotations

import pytest

from og_edge.verification import points_back

BASE = "https://instantog.com"


@pytest.mark.parametrize(
    "tag",
    [
        f"{BASE}/api/og?site=site_1",
        f"{BASE}/api/og?template=generic/standard&site=site_1&url=https://example.com/",
        f"{BASE}/api/og?site=site%5F1",
        f"{BASE}/api/og?site=site_1&title=a+b#part",
        f"{BASE}/api/og/v1/article/blog-post.png?url=https://example.com/&site=site_1",
        f"{BASE}/api/og/v1/article%2Fblog-post.webp?site=site_1",
        f"{BASE}/api/og/v1/generic/standard.jpg?site=site_1#part",
    ],
)
def test_a_tag_of_ours_with_the_site_points_back(tag: str) -> None:
    assert points_back(tag, BASE, "site_1")


@pytest.mark.parametrize(
    "tag",
    [
        "",
        BASE,
        f"{BASE}/api/og",
        f"{BASE}/api/og?site=",
        f"{BASE}/api/og?site=site_2",
        f"{BASE}/api/og?site=site_11",
        f"{BASE}/api/og?site=site_1&site=site_2",
        f"{BASE}/api/og?site=site_2&title=site=site_1",
        f"{BASE}/api/og?title=%26site%3Dsite_1",
        f"{BASE}/api/og?amp;site=site_1",
        f"{BASE}/api/og/?site=site_1",
        f"{BASE}/api/og/v1/generic/standard.png",
        f"{BASE}/api/og/v1/generic/standard.png?site=site_2",
        f"{BASE}/api/og/v1/generic/standard.gif?site=site_1",
        f"{BASE}/api/og/v1/generic/standard?site=site_1",
        f"{BASE}/api/og/v1/../../elsewhere.png?site=site_1",
        f"{BASE}/api/og/v2/generic/standard.png?site=site_1",
        f"{BASE}/api/og/v1/generic/standard.png#?site=site_1",
        f"{BASE}/api/templates?site=site_1",
        f"https://evil.example/{BASE}/api/og/v1/generic/standard.png?site=site_1",
        f"{BASE}/api/ogre?site=site_1",
        f"{BASE}/?next=/api/og?site=site_1",
        f"{BASE}/api/og#?site=site_1",
        "http://instantog.com/api/og?site=site_1",
        "https://instantog.com.evil.example/api/og?site=site_1",
        "https://instantog.com@evil.example/api/og?site=site_1",
        "https://evil.example/https://instantog.com/api/og?site=site_1",
        f"{BASE}:8443/api/og?site=site_1",
        "/api/og?site=site_1",
    ],
)
def test_nothing_else_does(tag: str) -> None:
    assert not points_back(tag, BASE, "site_1")
