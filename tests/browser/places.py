"""Every page that a person can open, from the table of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from og_edge.web.routing import Access, Page
from og_edge.web.site_map import all_pages

PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
NO_PAGES: Final = re.compile(r"\.(png|ico|txt|xml|md|json|csv)$|/card$")
"""Paths that give files."""
EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "slug": ("quickstart",),
    "category": ("article",),
    "name": ("blog-post",),
}
"""What stands for the parameters of public pages."""


@dataclass(frozen=True)
class Place:
    """A page as it is opened: its path may still have parameters that name an owner's objects."""

    path: str
    signed_in: bool

    def path_with(self, objects: Mapping[str, str]) -> str:
        """Fill in the path; an object that is missing is asked for."""
        return filled(self.path, objects)

    @property
    def name(self) -> str:
        """A name for files and tests."""
        return re.sub(r"[^a-z0-9]+", "-", self.path.lower()).strip("-") or "home"


def filled(path: str, objects: Mapping[str, str]) -> str:
    """Put ids in the place of a path's parameters."""
    known = {**{name: values[0] for name, values in EXAMPLES.items()}, **objects}
    missing = [name for name in PARAMETER.findall(path) if name not in known]
    assert not missing, f"{path}: have World.objects name a {missing[0]} of the owner's"
    return PARAMETER.sub(lambda found: known[found[1]], path)


def name_of(page: Page) -> str:
    """Name a page as this package's lists do."""
    return f"{page.method} {page.path}"


def places() -> Iterator[Place]:
    """List the pages that people look at."""
    for page in all_pages():
        is_looked_at = page.method == "GET" and page.access is not Access.MACHINE
        if is_looked_at and not NO_PAGES.search(page.path):
            yield Place(page.path, page.access is Access.SIGNED_IN)
