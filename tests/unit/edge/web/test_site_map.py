"""The table of pages."""

from __future__ import annotations

from collections import Counter

from og_edge.web.routing import Access
from og_edge.web.site_map import all_pages


def test_every_page_stands_once() -> None:
    counted = Counter((page.method, page.path) for page in all_pages())
    assert not [each for each, count in counted.items() if count > 1]


def test_what_is_below_the_dashboard_asks_who_comes() -> None:
    open_pages = [
        page.path
        for page in all_pages()
        if page.path.startswith("/dashboard") and page.access is not Access.SIGNED_IN
    ]
    assert not open_pages
