"""What looks at pages showed of their tags, for their owners to see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from og_edge.page import CardTag

MAX_LOOKS_PER_SITE: Final = 1_000
"""Of pages without a query that could be read, and as many of all others: strangers can make up
queries, and paths at which nothing is, and must not push out what an owner wants to see."""
LOOKS_KEPT: Final = dt.timedelta(days=30)
MAX_LOOKS_SHOWN: Final = 50
"""Of a site, at once."""
TAGGED_LOOKS_PER_SITE: Final = 5
MAX_TAG_URL_CHARS: Final = 4_096
"""Of a tag's URL; what is longer is no card of ours, or one too long to be asked for."""


@dataclass(frozen=True)
class PageLook:
    """What a look at a page showed of its tags, whatever was asked for.

    `page_url` was to be looked at. `canonical_url` is another URL, by which the page says that it
    is known and at which the tags were found, or "". `problem` says for people why the page could
    not be read; then `final_url` is "" and there are no tags.
    """

    page_url: str
    final_url: str = ""
    canonical_url: str = ""
    tags: Sequence[CardTag] = ()
    scripts_name_us: bool = False
    problem: str = ""
    look_time: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))


class PageLooks(Protocol):
    """The last look at each page, so many of each site and for so long as the bounds say."""

    async def remember(self, site_id: str, account_id: str, look: PageLook) -> None:
        """Keep a look in the place of the one before it at the same page."""

    async def find(self, site_id: str, page_url: str) -> PageLook | None:
        """Give the last look at a page of a site."""

    async def recent(self, account_id: str, site_id: str) -> Sequence[PageLook]:
        """Give the last looks at pages of an account's site, newest first; MAX_LOOKS_SHOWN."""

    async def tagged(
        self, account_id: str, site_ids: Sequence[str]
    ) -> Mapping[str, Sequence[PageLook]]:
        """Give of each site the last looks that found its id in a tag, newest first.

        TAGGED_LOOKS_PER_SITE at most; where there is none, the site is missing.
        """
