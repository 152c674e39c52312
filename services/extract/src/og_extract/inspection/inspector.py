"""A page and its pictures, fetched once more as a link preview would fetch them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

import structlog

from og_extract.allowance import Allowance
from og_extract.encodings import DecodingError, decode
from og_extract.errors import ExtractQueueFullError
from og_extract.fetch.answers import Fetched
from og_extract.fetch.fetcher import Fetcher
from og_extract.fetch.image_kinds import image_format
from og_extract.fetch.trail import Trail
from og_extract.fetch.wanted import (
    FetchError,
    PausedError,
    TooLargeError,
    TooManyRedirectsError,
    UnwantedTypeError,
    Wanted,
)
from og_extract.gate import RETRY_AFTER_S
from og_extract.images import decoded
from og_extract.inspection.outcomes import (
    InspectedPage,
    InspectedPicture,
    Inspection,
    PageOutcome,
    PictureOutcome,
    RobotsTxt,
)
from og_extract.inspection.tags import TaggedPage
from og_extract.inspection.wishes import wished_pictures
from og_extract.limits import KIB, Limits
from og_extract.read.markup.media_types import is_page_type
from og_extract.read.source import PageSource
from og_extract.reading_pool import ReadersBusyError, ReadingError, ReadingPool
from og_urls import PageUrl, UrlNotAllowedError, parse_page_url, resolve_url

log = structlog.get_logger()

MAX_ROBOTS_BYTES: Final = 64 * KIB
"""Crawlers read at least 500 KiB (RFC 9309, 2.5); few files have more than a few."""
ACCEPT_ENCODING: Final = "gzip, deflate"
"""What the least able of the crawlers understands."""
_UNREADABLE: Final = frozenset({"svg"})
"""Formats that no decoder of ours draws."""


class Inspector:
    """Looks at pages for those who want to know what previews make of them."""

    def __init__(
        self,
        fetcher: Fetcher,
        pool: ReadingPool,
        limits: Limits,
        loopback_targets: frozenset[str],
    ) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._limits = limits
        self._loopback_targets = loopback_targets

    async def inspect(
        self, url: PageUrl, user_agent: str, allowance: Allowance, fetch_end: float
    ) -> Inspection:
        """Inspect a page, fetched by fetch_end. Raises ExtractQueueFullError."""
        trail, begin = Trail(), _now()
        try:
            fetched = await self._fetcher.fetch(
                url, self._page(user_agent), allowance.until(fetch_end), trail=trail
            )
        except FetchError as error:
            log.info("page not had", host=url.host, cause=str(error), status=error.status)
            return Inspection(_page_outcome(error), trail.hops)
        latency_s = _now() - begin
        try:
            tagged = await self._pool.read_tags(self._source(url, fetched), allowance.end)
        except ReadersBusyError:
            raise ExtractQueueFullError(RETRY_AFTER_S) from None
        except ReadingError:
            return Inspection(PageOutcome.TOO_COMPLEX, trail.hops)
        if tagged is None:
            return Inspection(PageOutcome.NOT_HTML, trail.hops)
        page = InspectedPage(tagged, len(fetched.body), self._is_cut(fetched, tagged), latency_s)
        end = _now() + self._limits.images_s
        robots, pictures = await asyncio.gather(
            self._robots(fetched.url, user_agent, allowance.until(end)),
            asyncio.gather(
                *(
                    self._picture(wished, user_agent, allowance.until(end))
                    for wished in wished_pictures(tagged)
                )
            ),
        )
        return Inspection(PageOutcome.FETCHED, trail.hops, page, pictures, robots)

    def _page(self, user_agent: str) -> Wanted:
        return Wanted(
            accept="text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
            accept_encoding=ACCEPT_ENCODING,
            max_bytes=self._limits.page_bytes,
            may_be_cut=True,
            is_wanted_type=is_page_type,
            user_agent=user_agent,
        )

    def _source(self, url: PageUrl, fetched: Fetched) -> PageSource:
        return PageSource(
            url=fetched.url.href,
            body=fetched.body,
            content_type=fetched.content_type,
            content_encoding=fetched.content_encoding,
            is_partial=fetched.is_partial,
            max_bytes=self._limits.page_bytes,
            requested_url=url.href,
        )

    def _is_cut(self, fetched: Fetched, tagged: TaggedPage) -> bool:
        longest = max(len(fetched.body), tagged.html_bytes)
        return fetched.is_partial or longest >= self._limits.page_bytes

    async def _robots(self, page: PageUrl, user_agent: str, allowance: Allowance) -> RobotsTxt:
        wanted = Wanted(
            accept="text/plain,*/*;q=0.1",
            accept_encoding=ACCEPT_ENCODING,
            max_bytes=MAX_ROBOTS_BYTES,
            may_be_cut=True,
            user_agent=user_agent,
        )
        try:
            url = self._parsed(resolve_url("/robots.txt", page.href) or "")
            fetched = await self._fetcher.fetch(url, wanted, allowance)
            text = decode(fetched.body, fetched.content_encoding, MAX_ROBOTS_BYTES)
        except FetchError as error:
            return RobotsTxt(error.status or 0)
        except (DecodingError, ExtractQueueFullError):
            return RobotsTxt()
        return RobotsTxt(fetched.status, text.decode("utf-8-sig", "replace"))

    async def _picture(self, url: str, user_agent: str, allowance: Allowance) -> InspectedPicture:
        wanted = Wanted(
            accept="image/*,*/*;q=0.5",
            accept_encoding=ACCEPT_ENCODING,
            max_bytes=self._limits.image_bytes,
            may_be_cut=False,
            user_agent=user_agent,
        )
        trail, begin = Trail(), _now()
        picture = InspectedPicture(url, PictureOutcome.URL_NOT_ALLOWED)
        try:
            fetched = await self._fetcher.fetch(self._parsed(url), wanted, allowance, trail=trail)
            picture = replace(
                picture, size_bytes=len(fetched.body), latency_s=_now() - begin, hops=trail.hops
            )
            data = await decoded(fetched, self._limits.image_bytes)
        except UrlNotAllowedError:
            return picture
        except ExtractQueueFullError:
            return replace(picture, outcome=PictureOutcome.SKIPPED, hops=trail.hops)
        except FetchError as error:
            log.info("picture not had", cause=str(error))
            size_bytes = (
                error.size_bytes if isinstance(error, TooLargeError) else picture.size_bytes
            )
            outcome = _picture_outcome(error)
            return replace(picture, outcome=outcome, hops=trail.hops, size_bytes=size_bytes)
        return await self._seen(picture, data, fetched.url.host, allowance.end)

    async def _seen(
        self, picture: InspectedPicture, data: bytes, host: str, end: float
    ) -> InspectedPicture:
        name = image_format(data)
        if not name:
            return replace(picture, outcome=PictureOutcome.NOT_A_PICTURE)
        picture = replace(picture, outcome=PictureOutcome.FETCHED, format=name)
        if name in _UNREADABLE:
            return picture
        try:
            size, preview = await self._pool.look_at(data, host, end)
        except (ReadersBusyError, ReadingError, ExtractQueueFullError):
            return picture
        if size is None:
            return replace(picture, outcome=PictureOutcome.BROKEN)
        return replace(
            picture, width_px=size.width_px, height_px=size.height_px, preview_webp=preview
        )

    def _parsed(self, url: str) -> PageUrl:
        return parse_page_url(url, loopback_targets=self._loopback_targets)


def _page_outcome(error: FetchError) -> PageOutcome:
    match error:
        case PausedError():
            return PageOutcome.PAUSED
        case TooManyRedirectsError():
            return PageOutcome.TOO_MANY_REDIRECTS
        case UnwantedTypeError():
            return PageOutcome.NOT_HTML
        case _:
            return PageOutcome.UNREACHABLE if error.status is None else PageOutcome.STATUS


def _picture_outcome(error: FetchError) -> PictureOutcome:
    match error:
        case PausedError():
            return PictureOutcome.SKIPPED
        case TooManyRedirectsError():
            return PictureOutcome.TOO_MANY_REDIRECTS
        case TooLargeError():
            return PictureOutcome.TOO_LARGE
        case _:
            return PictureOutcome.UNREACHABLE if error.status is None else PictureOutcome.STATUS


def _now() -> float:
    return asyncio.get_running_loop().time()
