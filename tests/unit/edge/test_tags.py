"""Tags of pages, read as the requests that they make crawlers send."""

from __future__ import annotations

import pytest

from og_edge.page import CardTag
from og_edge.tags import ReadTag, TagReader

BASE = "https://instantog.com"
WHOLE = "template=generic/standard&url=https://example.com/"


def read(url: str, base: str = BASE) -> ReadTag:
    return TagReader(base, frozenset()).read(CardTag("og:image", url))


@pytest.mark.parametrize(
    "tag",
    [
        f"{BASE}/api/og?{WHOLE}&site=site_1",
        f"{BASE}/api/og?site=site%5F1&{WHOLE}",
        f"{BASE}/api/og?{WHOLE}&site=site_1&title=a+b#part",
        f"{BASE}/api/og/v1/article/blog-post.png?url=https://example.com/&site=site_1",
        f"{BASE}/api/og/v1/article%2Fblog-post.webp?url=https://example.com/&site=site_1",
        f"{BASE}/api/og/v1/generic/standard.jpg?url=https://example.com/&site=site_1#part",
    ],
)
def test_a_tag_of_ours_is_a_request_of_its_site(tag: str) -> None:
    found = read(tag)
    assert found.is_ours
    assert found.site_id == "site_1"
    assert found.request
    assert found.request.site_id == "site_1"
    assert not found.fault


@pytest.mark.parametrize(
    "tag",
    [
        "",
        BASE,
        f"{BASE}/api/og/?site=site_1",
        f"{BASE}/api/og/v1/generic/standard.gif?site=site_1",
        f"{BASE}/api/og/v1/generic/standard?site=site_1",
        f"{BASE}/api/og/v1/../../elsewhere.png?site=site_1",
        f"{BASE}/api/og/v2/generic/standard.png?site=site_1",
        f"{BASE}/api/templates?site=site_1",
        f"https://evil.example/{BASE}/api/og/v1/generic/standard.png?site=site_1",
        f"{BASE}/api/ogre?site=site_1",
        f"{BASE}/?next=/api/og?site=site_1",
        "https://evil.example/https://instantog.com/api/og?site=site_1",
    ],
)
def test_what_is_no_address_of_a_card_is_not_ours(tag: str) -> None:
    found = read(tag)
    assert not found.is_ours
    assert found.site_id == ""


@pytest.mark.parametrize(
    "tag",
    [
        f"http://instantog.com/api/og?{WHOLE}&site=site_1",
        f"https://instantog.com.evil.example/api/og?{WHOLE}&site=site_1",
        f"https://instantog.com@evil.example/api/og?{WHOLE}&site=site_1",
        f"{BASE}:8443/api/og?{WHOLE}&site=site_1",
        f"https://www.meadow-post.com/api/og?{WHOLE}&site=site_1",
        "/api/og?site=site_1",
    ],
)
def test_a_tag_that_would_be_ours_on_our_host_is_not_ours_but_noticed(tag: str) -> None:
    found = read(tag)
    assert not found.is_ours
    assert found.request is None
    assert found.site_id in {"site_1", ""}


@pytest.mark.parametrize(
    ("tag", "site_id", "fault"),
    [
        (f"{BASE}/api/og", "", "url is required"),
        (f"{BASE}/api/og#?{WHOLE}&site=site_1", "", "url is required"),
        (f"{BASE}/api/og?site=site_1", "site_1", "url is required"),
        (f"{BASE}/api/og?site=site_1&url=https://example.com/", "site_1", "template is required"),
        (f"{BASE}/api/og?site=site_1&site=site_2&{WHOLE}", "", "given twice"),
        (f"{BASE}/api/og?amp;site=site_1&{WHOLE}", "", "&amp;"),
        (f"{BASE}/api/og?site=site_1&{WHOLE}&theme=pink", "site_1", "theme is light or dark"),
        (f"{BASE}/api/og?site=site_1&{WHOLE}&accentColor=red", "site_1", "hex colour"),
        (f"{BASE}/api/og?site=site_1&{WHOLE}&refresh=true", "site_1", "refresh=true"),
        (f"{BASE}/api/og?site=site_1&template=t&url=/post", "site_1", "absolute URL"),
        (f"{BASE}/api/og?site=site_1&template=t&url=http://10.0.0.1/", "site_1", "public"),
        (
            f"{BASE}/api/og/v1/generic/standard.png?site=site_1&{WHOLE}&format=webp",
            "site_1",
            "format is another one",
        ),
    ],
)
def test_a_tag_that_asks_for_no_card_says_what_to_change(
    tag: str, site_id: str, fault: str
) -> None:
    found = read(tag)
    assert found.is_ours
    assert found.request is None
    assert found.site_id == site_id
    assert fault in found.fault


@pytest.mark.parametrize(
    ("tag", "site_id"),
    [
        (f"{BASE}/api/og?{WHOLE}", ""),
        (f"{BASE}/api/og?{WHOLE}&site=", ""),
        (f"{BASE}/api/og?{WHOLE}&title=%26site%3Dsite_1", ""),
        (f"{BASE}/api/og?{WHOLE}&site=site_11", "site_11"),
        (f"{BASE}/api/og?site=site_2&{WHOLE}&title=site=site_1", "site_2"),
        (f"{BASE}/api/og/v1/generic/standard.png?url=https://example.com/&site=site_2", "site_2"),
    ],
)
def test_the_site_is_the_one_that_the_query_names(tag: str, site_id: str) -> None:
    assert read(tag).site_id == site_id


def test_an_address_of_ours_may_have_a_path_of_its_own() -> None:
    base = "https://example.com/cards"
    assert read(f"{base}/api/og?{WHOLE}&site=site_1", base).is_ours
    assert not read(f"https://example.com/api/og?{WHOLE}&site=site_1", base).is_ours
