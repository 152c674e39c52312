"""Every class of pages there is; tests draw up from it who may have what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from og_edge.web.identity_pages import IdentityPages
from og_edge.web.routing import Page, pages_of

PAGE_CLASSES: Final[tuple[type, ...]] = (IdentityPages,)


def all_pages() -> Iterator[Page]:
    """List every page."""
    for kind in PAGE_CLASSES:
        yield from pages_of(kind)
