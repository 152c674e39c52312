"""A page as the batch command answers it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from og_extract.read.choosing.page import Page

KEYS = (
    *("title", "description", "siteName", "author", "publishedAt", "image", "logo", "lang"),
    *("price", "currency", "rating", "ratingCount", "url", "brand", "availability"),
)
_TEXTS = ("title", "description", "siteName", "author", "brand", "availability")


def result_of(page: Page | None) -> dict[str, Any]:
    """Give a value for each of KEYS, None where the page has none; all None without a page."""
    found: dict[str, Any] = dict.fromkeys(KEYS)
    if page is None:
        return found
    fields = page.fields
    found.update({name: fields[name].text for name in _TEXTS if name in fields})
    found |= {
        "image": _first(page, "image"),
        "logo": _first(page, "favicon") or urljoin(page.final_url, "/favicon.ico"),
        "lang": page.language or None,
        "url": page.canonical_url,
    }
    if (field := fields.get("publishedAt")) and field.day:
        found["publishedAt"] = "{:04}-{:02}-{:02}".format(*field.day)
    if (field := fields.get("price")) and field.price:
        found |= {"price": field.price.amount, "currency": field.price.currency or None}
    if (field := fields.get("rating")) and field.rating:
        found |= {"rating": field.rating.value, "ratingCount": field.rating.count or None}
    return found


def _first(page: Page, name: str) -> str | None:
    return next(iter(page.image_candidates.get(name, ())), None)
