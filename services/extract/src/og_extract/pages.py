from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from og_extract.allowance import Allowance, ByteBudget
from og_extract.encodings import ACCEPT_ENCODING
from og_extract.errors import (
    REDIRECTS_TEXT,
    ExtractQueueFullError,
    PageNotHtmlError,
    PageUnreachableError,
    PageWithoutContentError,
)
from og_extract.fetch.answers import Fetched
from og_extract.fetch.fetcher import Fetcher
from og_extract.fetch.file_kinds import kind_of_body, kind_of_type
from og_extract.fetch.page_cache import PageCache, PageCopy
from og_extract.fetch.wanted import (
    FetchError,
    PausedError,
    TooManyRedirectsError,
    UnwantedTypeError,
    Wanted,
)
from og_extract.gate import RETRY_AFTER_S
from og_extract.limits import MAX_REDIRECTS, Limits
from og_extract.metrics import STEP_SECONDS
from og_extract.read.choosing.page import Page
from og_extract.read.kinds.page_kind import WALLS, PageKind
from og_extract.read.markup.media_types import is_page_type
from og_extract.read.source import PageSource
from og_extract.reading_pool import ReadersBusyError, ReadingError, ReadingPool
from og_urls import PageUrl, UrlNotAllowedError, parse_page_url

log = structlog.get_logger()

ACCEPT_PAGES = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
TOO_MUCH_TEXT = "The page is too complex to be read."


@dataclass(frozen=True, slots=True)
class PageWish:
    """A page to read."""

    url: PageUrl
    fresh: bool = False
    """Whether its server is asked even if the page was fetched moments ago."""
    explain: bool = False
    """Whether to tell what became of all that it offers, whatever kind of page it is."""
    with_digest: bool = False
    """Whether a language model is to be shown it."""
    sought_addresses: tuple[str, ...] = ()
    """Addresses that its scripts may name."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as read, whether it was fetched before this caller came, and whether it broke off."""

    page: Page
    was_fetched_before: bool
    is_partial: bool


class Pages:
    """Fetches and reads pages."""

    def __init__(
        self,
        fetcher: Fetcher,
        pool: ReadingPool,
        budget: ByteBudget,
        limits: Limits,
        loopback_targets: frozenset[str],
    ) -> None:
        wanted = Wanted(
            accept=ACCEPT_PAGES,
            accept_encoding=ACCEPT_ENCODING,
            max_bytes=limits.page_bytes,
            may_be_cut=True,
            refusal_bytes=limits.refusal_bytes,
            refusal_s=limits.refusal_s,
            is_wanted_type=is_page_type,
        )
        self._cache = PageCache(fetcher, wanted, budget, limits)
        self._pool = pool
        self._limits = limits
        self._loopback_targets = loopback_targets

    async def page(self, wish: PageWish, allowance: Allowance, fetch_end: float) -> ReadPage:
        """Read a page, or the one that it has nothing but a refresh to.

        All that is fetched is fetched by fetch_end.

        Raises PageUnreachableError, PageNotHtmlError, PageWithoutContentError,
        ExtractQueueFullError.
        """
        url, hops, was_fetched_before = wish.url, 0, False
        while True:
            async with self._fetched(url, allowance.until(fetch_end), fresh=wish.fresh) as copy:
                fetched = copy.fetched
                was_fetched_before = was_fetched_before or copy.was_fetched_before
                hops = _counted(hops + fetched.redirects)
                page = await self._read(fetched, wish, allowance.end)
            if not page.refresh_url or page.kind in WALLS:
                break
            hops = _counted(hops + 1)
            url = self._target(page.refresh_url)
        if not wish.explain:
            _check(page, is_partial=fetched.is_partial)
        return ReadPage(page, was_fetched_before, fetched.is_partial)

    @asynccontextmanager
    async def _fetched(
        self, url: PageUrl, allowance: Allowance, *, fresh: bool
    ) -> AsyncIterator[PageCopy]:
        try:
            async with AsyncExitStack() as held:
                with STEP_SECONDS.labels("fetch").time():
                    page = self._cache.page(url, allowance, fresh=fresh)
                    copy = await held.enter_async_context(page)
                yield copy
        except UnwantedTypeError as error:
            raise PageNotHtmlError(kind_of_type(error.content_type).value) from None
        except PausedError as error:
            wait_s = math.ceil(error.left_s)
            raise PageUnreachableError(
                f"The page's server asked us to wait; try again in {wait_s} s.",
                retry_after_s=wait_s,
            ) from None
        except TooManyRedirectsError:
            raise PageUnreachableError(REDIRECTS_TEXT) from None
        except FetchError as error:
            log.info("page not had", host=url.host, cause=str(error), status=error.status)
            if error.status is None:
                raise PageUnreachableError from None
            raise PageUnreachableError(_status_text(error.status)) from None

    async def _read(self, fetched: Fetched, wish: PageWish, end: float) -> Page:
        """Read a page, or the wall that stands before it."""
        source = PageSource(
            url=fetched.url.href,
            body=fetched.body,
            content_type=fetched.content_type,
            content_encoding=fetched.content_encoding,
            is_partial=fetched.is_partial,
            max_bytes=self._limits.page_bytes,
            explain=wish.explain,
            with_digest=wish.with_digest,
            requested_url=wish.url.href,
            sought_addresses=wish.sought_addresses,
        )
        try:
            with STEP_SECONDS.labels("read").time():
                page = await self._pool.read(source, end)
        except ReadersBusyError:
            raise ExtractQueueFullError(RETRY_AFTER_S) from None
        except ReadingError:
            raise PageUnreachableError(TOO_MUCH_TEXT) from None
        if fetched.is_refusal and (page is None or page.kind not in WALLS):
            raise PageUnreachableError(_status_text(fetched.status))
        if page is None:
            raise PageNotHtmlError(kind_of_body(fetched.body, fetched.content_encoding).value)
        return page

    def _target(self, refresh_url: str) -> PageUrl:
        """Check a refresh as the next hop of a redirect is."""
        try:
            return parse_page_url(refresh_url, loopback_targets=self._loopback_targets)
        except UrlNotAllowedError:
            raise PageUnreachableError from None


def _counted(hops: int) -> int:
    """Give the hops made so far; a refresh is one as a redirect is."""
    if hops > MAX_REDIRECTS:
        raise PageUnreachableError(REDIRECTS_TEXT)
    return hops


def _check(page: Page, *, is_partial: bool) -> None:
    if page.kind is not PageKind.CONTENT:
        log.info(
            "no content",
            host=urlsplit(page.final_url).hostname,
            kind=page.kind,
            cause=page.kind_reason,
        )
        raise PageWithoutContentError(page.kind)
    if is_partial and "title" not in page.fields:
        raise PageUnreachableError  # too little came to be what the page says


def _status_text(status: int) -> str:
    return f"The page answered with status {status}."
