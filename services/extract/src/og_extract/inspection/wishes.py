"""Which pictures of a page link previews take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from og_extract.inspection.tags import PageTag, TaggedPage
from og_extract.limits import MAX_IMAGES
from og_urls import resolve_url

_CARDS: Final = (
    ("og:image:secure_url", "og:image:url", "og:image"),
    ("twitter:image", "twitter:image:src"),
    ("image_src",),
)
"""Names of tags that are read one for another."""
_CARDS_A_KIND: Final = 2
"""Where a page names several, the first is what all platforms show, and few a second."""
_ICONS: Final = (("apple-touch-icon", "apple-touch-icon-precomposed"), ("icon",))


def wished_pictures(page: TaggedPage) -> list[str]:
    """Give the URLs of the pictures to look at, absolute, at most MAX_IMAGES.

    Those that cards may show come first, and one icon after them.
    """
    cards = [url for names in _CARDS for url in _urls(page, names)[:_CARDS_A_KIND]]
    icons = [url for names in _ICONS for url in _urls(page, names)]
    wished = list(dict.fromkeys(cards))[: MAX_IMAGES - 1]
    wished += [url for url in icons if url not in wished][:1]
    return wished


def _urls(page: TaggedPage, names: Sequence[str]) -> list[str]:
    tags = (tag for tag in page.tags if tag.name in names)
    return list(dict.fromkeys(_resolved(tags, page.base_url)))


def _resolved(tags: Iterator[PageTag], base: str) -> Iterator[str]:
    for tag in tags:
        url = resolve_url(tag.value, base) if tag.value else None
        if url is not None and url.startswith(("http://", "https://")):
            yield url
