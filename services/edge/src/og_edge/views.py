"""What is seen for a request: at its page, or at the one that it says it is."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final, TypeAlias

import og_urls.page_url as urls
from og_edge.ai import reading_mode
from og_edge.card_request import CardRequest
from og_edge.cards import Sought
from og_edge.deadline import Deadline
from og_edge.errors import ApiError, PageUnreachableError
from og_edge.judging import Judge, Judgement, canonical_request
from og_edge.looks import PageLook
from og_edge.options import Mode
from og_edge.page import Page
from og_edge.sights import ALWAYS, Sight, Sights
from og_edge.templates import Template

MAX_URLS_KEPT: Final = 1_000
"""Of at most MAX_URL_CHARS each, so a few MB."""
_BROKE_OFF: Final = (
    "The page broke off before its end, and the tag of this card was not in what came. Try again."
)

Seek: TypeAlias = Callable[[CardRequest], Awaitable[Sought]]
"""Finds what is kept of the card of a request."""


@dataclass(frozen=True)
class View:
    """What was seen for a request: where its card is looked for then, and what the tags say.

    `page` is what a new card is to be drawn from, or why there is nothing to draw from.
    """

    sought: Sought
    page: Page | ApiError
    look: PageLook
    judgement: Judgement
    since_monotonic_s: float
    has_pictures: bool = False
    """Whether the page's pictures came along, so that a new card can be drawn from it."""


class Viewer:
    """Looks at pages and judges what was seen."""

    def __init__(self, sights: Sights, judge: Judge, loopback_targets: frozenset[str]) -> None:
        self._sights = sights
        self._judge = judge
        self._loopback_targets = loopback_targets
        # All of a crowd ask for one page, and parsing its URL takes 40 µs.
        self._parsed = lru_cache(MAX_URLS_KEPT)(
            partial(urls.parse_page_url, loopback_targets=loopback_targets)
        )

    async def view(
        self,
        sought: Sought,
        seek: Seek,
        deadline: Deadline,
        *,
        not_before_monotonic_s: float = ALWAYS,
    ) -> View:
        """Look at the page of a request, or at the one that it says it is.

        Raises as Sights.look does.
        """

        async def look_for(wanted: Sought) -> Sight:
            return await self._sights.look(
                wanted.request,
                wanted.template,
                deadline,
                pictures=_is_drawn_from(wanted),
                not_before_monotonic_s=not_before_monotonic_s,
            )

        sight = await look_for(sought)
        page_url, canonical_url, since = sought.request.url.href, "", sight.since_monotonic_s
        canonical = self._canonical(sought.request, sight.page)
        if canonical is not None:
            sought, canonical_url = await seek(canonical), canonical.url.href
            if not _shows(sight, sought):
                sight = await look_for(sought)
                since = min(since, sight.since_monotonic_s)
        page = sight.page
        look = _look(page_url, canonical_url, page)
        judgement = self._judged(look, sought)
        if judgement.evidence.may_deny and isinstance(page, Page) and page.is_partial:
            page = PageUnreachableError(_BROKE_OFF)
            look = _look(page_url, canonical_url, page)
            judgement = self._judged(look, sought)
        return View(sought, page, look, judgement, since, sight.has_pictures)

    def of_error(self, sought: Sought, error: ApiError) -> View:
        """Give what is seen of a page that could not be read."""
        look = _look(sought.request.url.href, "", error)
        return View(sought, error, look, self._judged(look, sought), time.monotonic())

    def judge(self, look: PageLook, request: CardRequest, template: Template) -> Judgement:
        """Judge an earlier look at a request's page for that request."""
        return self._judge.judge(look, self.at(request, look.canonical_url), template)

    def at(self, request: CardRequest, href: str) -> CardRequest:
        """Give the same request for another URL, where one is given."""
        if not href:
            return request
        return replace(request, url=self._parsed(href))

    def _judged(self, look: PageLook, sought: Sought) -> Judgement:
        return self._judge.judge(look, sought.request, sought.template)

    def _canonical(self, request: CardRequest, page: Page | ApiError) -> CardRequest | None:
        if isinstance(page, ApiError):
            return None
        return canonical_request(request, page.canonical_url, self._loopback_targets)


def _is_drawn_from(sought: Sought) -> bool:
    """Whether the page, as it reads in standard mode, is to become a new card.

    What a language model is to read is read once more, and drawn from that.
    """
    mode = reading_mode(sought.request, sought.template)
    return not sought.is_served_as_it_is and mode is Mode.STANDARD


def _shows(sight: Sight, sought: Sought) -> bool:
    """Whether a look, made for another URL, led to the page that is sought, and all it needs."""
    if isinstance(sight.page, ApiError) or sight.page.final_url != sought.request.url.href:
        return False
    return sight.has_pictures or not _is_drawn_from(sought)


def _look(page_url: str, canonical_url: str, page: Page | ApiError) -> PageLook:
    if isinstance(page, ApiError):
        return PageLook(page_url, canonical_url=canonical_url, problem=page.message)
    return PageLook(page_url, page.final_url, canonical_url, page.card_tags, page.scripts_name_us)
