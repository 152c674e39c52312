from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import structlog

from og_extract.allowance import Allowance
from og_extract.encodings import ACCEPT_ENCODING, DecodingError, decode
from og_extract.errors import ExtractQueueFullError
from og_extract.fetch.addresses import Addresses
from og_extract.fetch.answers import Fetched
from og_extract.fetch.fetcher import Fetcher
from og_extract.fetch.image_kinds import is_image
from og_extract.fetch.wanted import FetchError, IgnoredAddressError, TooLargeError, Wanted
from og_extract.limits import Limits
from og_extract.read.choosing.page import Page
from og_urls import PageUrl, UrlNotAllowedError, parse_page_url, resolve_url

log = structlog.get_logger()

ACCEPT_IMAGES = (
    "image/avif,image/webp,image/png,image/jpeg,image/gif;q=0.9,image/svg+xml;q=0.8,*/*;q=0.5"
)
MAX_CANDIDATES_TRIED = 3
WELL_KNOWN_ICON = "/favicon.ico"
FAVICON = "favicon"


class Outcome(Enum):
    """How fetching a picture went."""

    FETCHED = "fetched"
    NOT_NAMED = "not named"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImageWish:
    """A picture to fetch: the one at url, or where that is empty what the page names."""

    field_name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that was wished for, as served."""

    field_name: str
    outcome: Outcome
    source_url: str = ""
    data: bytes = b""


class ImageFetcher:
    """Fetches pictures; one that cannot be had is an outcome, never an error."""

    def __init__(self, fetcher: Fetcher, limits: Limits, loopback_targets: frozenset[str]) -> None:
        self._fetcher = fetcher
        self._limits = limits
        self._loopback_targets = loopback_targets
        self._wanted = Wanted(
            accept=ACCEPT_IMAGES,
            accept_encoding=ACCEPT_ENCODING,
            max_bytes=limits.image_bytes,
            may_be_cut=False,
        )

    async def fetch(self, wish: ImageWish, allowance: Allowance) -> Image:
        """Fetch the picture at the wish's own URL."""
        return await self._first_of(wish.field_name, [wish.url], allowance, self._wanted)

    async def fetch_named(
        self,
        wish: ImageWish,
        page: Page,
        allowance: Allowance,
        ignored: Addresses,
    ) -> Image:
        """Fetch the best picture that the page names for the wish's field.

        A URL that its own text forbids names none, nor does an ignored one: no later try could
        have it.
        """
        wanted = replace(self._wanted, ignored=ignored)
        candidates = page.image_candidates.get(wish.field_name, ())
        named = [url for url in candidates if self._is_fit(url, ignored)]
        if named:
            return await self._first_of(wish.field_name, named, allowance, wanted)
        if wish.field_name == FAVICON:
            return await self._well_known_icon(page.final_url, allowance, wanted)
        return Image(wish.field_name, Outcome.NOT_NAMED)

    def _is_fit(self, url: str, ignored: Addresses) -> bool:
        try:
            return not ignored.hold(self._target(url).href)
        except FetchError:
            return False

    async def _first_of(
        self, field_name: str, urls: Sequence[str], allowance: Allowance, wanted: Wanted
    ) -> Image:
        not_had = Image(field_name, Outcome.NOT_NAMED)
        for url in urls[:MAX_CANDIDATES_TRIED]:
            try:
                data = await self._data(url, allowance, wanted)
            except IgnoredAddressError:
                continue
            except (FetchError, ExtractQueueFullError) as error:
                log.info("picture not had", field=field_name, cause=str(error))
                not_had = Image(field_name, Outcome.FAILED, urls[0])
            else:
                return Image(field_name, Outcome.FETCHED, url, data)
        return not_had

    async def _well_known_icon(self, page: str, allowance: Allowance, wanted: Wanted) -> Image:
        """Look where browsers look; a server that answers without a picture simply has none."""
        url = resolve_url(WELL_KNOWN_ICON, page) or ""
        try:
            data = await self._data(url, allowance, wanted)
            return Image(FAVICON, Outcome.FETCHED, url, data)
        except (_NotAnImageError, IgnoredAddressError):
            return Image(FAVICON, Outcome.NOT_NAMED)
        except FetchError as error:
            answered = error.status is not None
            return Image(FAVICON, Outcome.NOT_NAMED if answered else Outcome.FAILED)
        except ExtractQueueFullError:
            return Image(FAVICON, Outcome.FAILED)

    def _target(self, url: str) -> PageUrl:
        try:
            return parse_page_url(url, loopback_targets=self._loopback_targets)
        except UrlNotAllowedError as error:
            raise FetchError(str(error)) from None

    async def _data(self, url: str, allowance: Allowance, wanted: Wanted) -> bytes:
        fetched = await self._fetcher.fetch(self._target(url), wanted, allowance)
        try:
            data = await decoded(fetched, self._limits.image_bytes)
            if not is_image(data):
                raise _NotAnImageError("not a picture")
        finally:
            allowance.held.give_back(len(fetched.body))
        allowance.held.take(len(data))
        return data


class _NotAnImageError(FetchError):
    """A server answered with something else."""


async def decoded(fetched: Fetched, max_bytes: int) -> bytes:
    """Decode a picture's bytes. Raises FetchError."""
    if not fetched.content_encoding:
        return fetched.body
    try:
        data = await asyncio.to_thread(
            decode, fetched.body, fetched.content_encoding, max_bytes + 1
        )
    except DecodingError as error:
        raise FetchError(str(error)) from None
    if len(data) > max_bytes:
        raise TooLargeError
    return data


def within(images: Sequence[Image], max_bytes: int) -> list[Image]:
    """Keep an answer within max_bytes: a picture that does not fit any more counts as failed."""
    kept: list[Image] = []
    for image in images:
        fits = len(image.data) <= max_bytes
        max_bytes -= len(image.data) if fits else 0
        kept.append(image if fits else replace(image, outcome=Outcome.FAILED, data=b""))
    return kept
