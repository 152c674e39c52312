from __future__ import annotations

import pytest

from og_extract.read.kinds.refresh import refresh_url
from og_extract.read.markup.document import Document

URL = "https://example.com/old/page"


def target(content: str, more: str = "") -> str:
    html = f'<!doctype html><meta http-equiv="Refresh" content="{content}"><title>x</title>{more}'
    return refresh_url(Document(html, URL))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("0; url=/new", "https://example.com/new"),
        ("0;URL='new?a=1'", "https://example.com/old/new?a=1"),
        ("  0 , url = https://example.org/#part", "https://example.org/"),
        ("0 /new", "https://example.com/new"),
        ("5.5;/new", "https://example.com/new"),
        (".5; url=/new", "https://example.com/new"),
        ("10; url=/new", "https://example.com/new"),
        ("0; url=&quot;/new&quot; more", "https://example.com/new"),
        ("11; url=/new", ""),
        ("300", ""),
        ("0", ""),
        ("0;", ""),
        ("0; url=", ""),
        ("0; url=page", ""),
        ("0; url=#part", ""),
        ("0; url=javascript:alert(1)", ""),
        ("0; url=ftp://example.org/", ""),
        ("soon; url=/new", ""),
        ("-1; url=/new", ""),
        ("0; url=/" + "x" * 9_000, ""),
        ("9" * 5_000 + "; url=/new", ""),
    ],
)
def test_a_refresh_is_read_as_browsers_do(content: str, expected: str) -> None:
    assert target(content) == expected


@pytest.mark.parametrize(
    "more",
    [
        '<meta property="og:title" content="A page">',
        '<meta name="twitter:card" content="summary">',
        '<meta name="description" content="A page of its own">',
        '<script type="application/ld+json">{"@type": "Article"}</script>',
    ],
)
def test_a_page_that_has_something_to_offer_is_read_itself(more: str) -> None:
    assert target("0; url=/new", more) == ""


def test_a_page_without_a_refresh_leads_nowhere() -> None:
    assert refresh_url(Document("<title>x</title>", URL)) == ""


def test_what_only_looks_like_one_is_none() -> None:
    html = '<noscript><meta http-equiv="refresh" content="0; url=/no-script"></noscript>'
    assert refresh_url(Document(html + "<p>0; url=/text</p>", URL)) == ""
