from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from og_extract.ai.outcome import AiOutcome
from og_extract.ai.reader import AiReader
from og_extract.allowance import Allowance, ByteBudget
from og_extract.errors import AiNotConfiguredError, UrlNotAllowedError
from og_extract.fetch.addresses import NOWHERE, Addresses
from og_extract.fetch.fetcher import Fetcher
from og_extract.gate import Gate
from og_extract.images import Image, ImageFetcher, ImageWish, within
from og_extract.inspection.inspector import Inspector
from og_extract.inspection.outcomes import Inspection
from og_extract.limits import Limits
from og_extract.metrics import STEP_SECONDS
from og_extract.pages import Pages, PageWish
from og_extract.read.choosing.page import Field, Page
from og_extract.reading_pool import ReadingPool
from og_urls import PageUrl, parse_page_url
from og_urls import UrlNotAllowedError as UrlTextError


@dataclass(frozen=True, slots=True)
class Extraction:
    """A page and the pictures wished for with it, in the order of the wishes."""

    page: Page
    images: list[Image]
    ai_outcome: AiOutcome | None = None
    """How a language model did, where it was asked."""
    was_fetched_before: bool = False
    """Whether the page was fetched for an earlier call."""
    is_partial: bool = False
    """Whether the page broke off before its end."""


class Extractor:
    """Fetches and reads pages and pictures within a caller's time."""

    def __init__(
        self,
        fetcher: Fetcher,
        pool: ReadingPool,
        gate: Gate,
        limits: Limits,
        loopback_targets: frozenset[str],
        ai: AiReader | None = None,
    ) -> None:
        self._ai = ai
        self._gate = gate
        self._limits = limits
        self._loopback_targets = loopback_targets
        self._budget = ByteBudget(limits.held_bytes)
        self._pages = Pages(fetcher, pool, self._budget, limits, loopback_targets)
        self._images = ImageFetcher(fetcher, limits, loopback_targets)
        self._inspector = Inspector(fetcher, pool, limits, loopback_targets)

    @property
    def has_ai(self) -> bool:
        """Whether a language model can be asked."""
        return self._ai is not None

    async def extract(
        self,
        url: str,
        wishes: Sequence[ImageWish],
        time_left_s: float,
        ignored: Addresses = NOWHERE,
        *,
        fresh: bool = False,
        by_ai: bool = False,
    ) -> Extraction:
        """Read the page at url, by a language model too where asked, and fetch the pictures.

        No picture that the page names is taken from an ignored address. The model is asked while
        the pictures are on their way. Where fresh, the page's server and the model are asked even
        if what they said is kept.

        Raises UrlNotAllowedError, PageUnreachableError, PageNotHtmlError,
        PageWithoutContentError, AiNotConfiguredError, ExtractQueueFullError.
        """
        if by_ai and self._ai is None:
            raise AiNotConfiguredError
        target = self._parsed(url)
        async with (
            self._allowed(time_left_s) as allowance,
            _started(self._given(wishes, allowance)) as given,
        ):
            wish = PageWish(target, fresh=fresh, with_digest=by_ai, sought_addresses=ignored.urls)
            fetch_end = self._fetch_end(wishes, allowance.end)
            read = await self._pages.page(wish, allowance, fetch_end)
            page = read.page
            images, (fields, outcome) = await asyncio.gather(
                self._pictures(wishes, page, allowance, ignored, given),
                self._by_ai(page, allowance.end, fresh=fresh),
            )
        page = replace(page, fields={**page.fields, **fields})
        return Extraction(page, images, outcome, read.was_fetched_before, read.is_partial)

    async def _by_ai(
        self, page: Page, end: float, *, fresh: bool
    ) -> tuple[Mapping[str, Field], AiOutcome | None]:
        """Have a model read a page that was reduced for one."""
        if self._ai is None or page.digest is None:
            return {}, None
        return await self._ai.read(page, end, fresh=fresh)

    async def _pictures(
        self,
        wishes: Sequence[ImageWish],
        page: Page,
        allowance: Allowance,
        ignored: Addresses,
        given: Sequence[asyncio.Task[Image]],
    ) -> list[Image]:
        named_end = _now() + self._limits.images_s
        with STEP_SECONDS.labels("pictures").time():
            named = await self._named(wishes, page, allowance.until(named_end), ignored)
        images = {image.field_name: image for image in [*await asyncio.gather(*given), *named]}
        in_order = [images[wish.field_name] for wish in wishes]
        return within(in_order, self._limits.images_bytes)

    async def explain(self, url: str, time_left_s: float) -> Page:
        """Read the page at url as it is now, and tell what became of all that it offers.

        Raises as extract does.
        """
        target = self._parsed(url)
        async with self._allowed(time_left_s) as allowance:
            fetch_end = self._fetch_end((), allowance.end)
            wish = PageWish(target, fresh=True, explain=True)
            return (await self._pages.page(wish, allowance, fetch_end)).page

    async def inspect(self, url: str, user_agent: str, time_left_s: float) -> Inspection:
        """Look at the page at url as a link preview with that user agent does, "" for our own.

        Raises UrlNotAllowedError, ExtractQueueFullError.
        """
        target = self._parsed(url)
        async with self._allowed(time_left_s) as allowance:
            fetch_end = _now() + (allowance.end - _now()) * self._limits.page_share
            return await self._inspector.inspect(target, user_agent, allowance, fetch_end)

    async def fetch_images(self, wishes: Sequence[ImageWish], time_left_s: float) -> list[Image]:
        """Fetch pictures by their own URLs. Raises ExtractQueueFullError."""
        async with (
            self._allowed(time_left_s) as allowance,
            _started(self._given(wishes, allowance)) as given,
        ):
            images = await asyncio.gather(*given)
        return within(images, self._limits.images_bytes)

    @asynccontextmanager
    async def _allowed(self, time_left_s: float) -> AsyncIterator[Allowance]:
        usable_s = max(min(time_left_s - self._limits.answer_margin_s, self._limits.call_s), 0)
        end = _now() + usable_s
        async with self._gate.entered(usable_s):
            with self._budget.holding() as held:
                yield Allowance(end, held)

    def _fetch_end(self, wishes: Sequence[ImageWish], end: float) -> float:
        share = self._limits.page_share if wishes else self._limits.lone_page_share
        return _now() + (end - _now()) * share

    def _given(
        self, wishes: Sequence[ImageWish], allowance: Allowance
    ) -> list[asyncio.Task[Image]]:
        return [
            asyncio.create_task(self._images.fetch(wish, allowance)) for wish in wishes if wish.url
        ]

    async def _named(
        self,
        wishes: Sequence[ImageWish],
        page: Page,
        allowance: Allowance,
        ignored: Addresses,
    ) -> list[Image]:
        return await asyncio.gather(
            *(
                self._images.fetch_named(wish, page, allowance, ignored)
                for wish in wishes
                if not wish.url
            )
        )

    def _parsed(self, url: str) -> PageUrl:
        try:
            return parse_page_url(url, loopback_targets=self._loopback_targets)
        except UrlTextError as error:
            raise UrlNotAllowedError(str(error)) from None


@asynccontextmanager
async def _started(tasks: list[asyncio.Task[Image]]) -> AsyncIterator[list[asyncio.Task[Image]]]:
    """Leave no task behind where the page fails."""
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _now() -> float:
    return asyncio.get_running_loop().time()
