"""Small pages, and what is read of them."""

from __future__ import annotations

import json
from typing import Any

from og_extract.read.choosing.page import Page
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource

URL = "https://www.meadow-post.com/news/bees"


def read(html: str, url: str = URL) -> Page:
    page = read_page(PageSource(url, html.encode(), "text/html"))
    assert page is not None
    return page


def meta(**tags: str) -> str:
    return "".join(
        f'<meta property="{name.replace("__", ":")}" content="{content}">'
        for name, content in tags.items()
    )


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def article(**more: Any) -> str:
    return ld({"@type": "NewsArticle", "headline": "Bees", **more})


def product(**more: Any) -> str:
    return ld({"@type": "Product", "name": "Jar", **more})


def text(page: Page, name: str) -> str | None:
    field = page.fields.get(name)
    return field.text if field else None


def day(page: Page) -> tuple[int, int, int] | None:
    field = page.fields.get("publishedAt")
    return field.day if field else None
