"""Whether a page's scripts name an address, however they write it."""

from __future__ import annotations

import pytest

from og_extract.read.reader import read_page
from og_extract.read.source import PageSource

ADDRESSES = ("https://instantog.com/api/og", "http://127.0.0.1:8000/api/og")


def named(html: str, *addresses: str) -> bool:
    source = PageSource(
        "https://www.meadow-post.com/", html.encode(), "text/html", sought_addresses=addresses
    )
    page = read_page(source)
    assert page is not None
    return page.scripts_name_sought_address


@pytest.mark.parametrize(
    "script",
    [
        "<script>tag.content = 'https://instantog.com/api/og?site=' + id</script>",
        "<script>tag.content = `//InstantOG.com/api/og/v1/generic/standard.png`</script>",
        '<script type="application/json">"https:\\/\\/instantog.com\\/api\\/og?a"</script>',
        '<script id="__NEXT_DATA__">"\\u002F\\u002Finstantog.com\\u002fapi\\u002Fog"</script>',
        "<script>x = '\\x2f\\x2Finstantog.com\\x2Fapi\\x2fog'</script>",
        "<body><p>Later<script>x = 'http://127.0.0.1:8000/api/og?site=1'</script>",
        "<script>let a = 1</script><script>x = 'instantog.com/api/og'</script>",
    ],
)
def test_a_script_that_names_the_address_is_noticed(script: str) -> None:
    assert named(f"<!doctype html><title>Bees</title>{script}", *ADDRESSES)


@pytest.mark.parametrize(
    "html",
    [
        "<p>https://instantog.com/api/og is where cards come from.",
        '<meta property="og:image" content="https://instantog.com/api/og?site=site_1">',
        "<script>x = 'https://instantog.com/pricing'</script>",
        "<script>x = 'https://example.com/api/og'</script>",
        "<script src='https://instantog.com/api/og'></script>",
        "<script>x = 'https://instantog.com' + '/api/og'</script>",
        "<style>/* https://instantog.com/api/og */</style>",
        "<script></script>",
    ],
)
def test_what_is_no_script_or_names_another_address_is_not(html: str) -> None:
    assert not named(f"<!doctype html><title>Bees</title>{html}", *ADDRESSES)


def test_nothing_is_noticed_where_nothing_is_sought() -> None:
    assert not named("<title>Bees</title><script>'https://instantog.com/api/og'</script>")


def test_scripts_of_escaped_slashes_are_gone_through_in_time() -> None:
    """Two megabytes of what begins like the address, and is not: one pass each, not one a place."""
    text = "instantog.com\\/api\\/o" * 90_000
    assert not named(f"<title>Bees</title><script>'{text}'</script>", *ADDRESSES)
    scripts = "<script>'instantog.com\\u002Fapi'</script>" * 40_000
    assert not named(f"<title>Bees</title>{scripts}", *ADDRESSES)
