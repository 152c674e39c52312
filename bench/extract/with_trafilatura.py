"""Trafilatura as an entrant: its metadata, without the main text that it is better known for."""

from __future__ import annotations

from typing import Any

import trafilatura

from bench.extract.protocol import Page, serve

# Our names and its; it has no icon, language of the document, price or rating.
NAMES = {
    "title": "title",
    "description": "description",
    "siteName": "sitename",
    "author": "author",
    "publishedAt": "date",
    "image": "image",
    "url": "url",
}


def read(page: Page) -> Any:
    """Read a page."""
    return trafilatura.extract_metadata(page.html, default_url=page.url)


def values(found: Any) -> dict[str, Any]:
    """Give our names to what it found."""
    return {ours: getattr(found, its, None) for ours, its in NAMES.items()}


if __name__ == "__main__":
    serve(read, values)
