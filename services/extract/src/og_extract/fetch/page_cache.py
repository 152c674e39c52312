"""One fetch a page: for all who ask at the same time, and for a while after."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from og_extract.allowance import Allowance, ByteBudget, SharedBytes
from og_extract.fetch.answers import Fetched
from og_extract.fetch.fetcher import Fetcher
from og_extract.fetch.wanted import DeadlineError, Wanted
from og_extract.limits import Limits
from og_extract.metrics import CACHE_BYTES, PAGES
from og_service import tracing
from og_service.tracing import Span
from og_urls import PageUrl

ENTRY_BYTES = 8 * 1024
"""What an entry takes beside its body, at most: URLs, headers, objects."""
WORTH_A_FETCH_S = 1.0
"""Who has so much more time than the one who fetched, and ran out of it, fetches again."""


@dataclass(frozen=True, slots=True)
class PageCopy:
    """What came, and whether its server was asked for it before this caller came."""

    fetched: Fetched
    was_fetched_before: bool


class PageCache:
    """Fetches pages, and keeps what came, as sent.

    For `page_fresh_s`, or less where its server says so, it stands for the page; until
    `page_kept_s` the server is asked whether it still does. Errors are not kept, nor is what its
    server wants kept by nobody or what did not come to its end: that is for those who waited.
    """

    def __init__(
        self, fetcher: Fetcher, wanted: Wanted, budget: ByteBudget, limits: Limits
    ) -> None:
        self._fetcher = fetcher
        self._wanted = wanted
        self._budget = budget
        self._limits = limits
        self._flights: dict[str, _Flight] = {}
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        """The longest unused first."""
        self._entries_bytes = 0
        CACHE_BYTES.set_function(lambda: self._entries_bytes)

    @asynccontextmanager
    async def page(
        self, url: PageUrl, allowance: Allowance, *, fresh: bool
    ) -> AsyncIterator[PageCopy]:
        """Give a page; where fresh, its server is asked in any case.

        Its bytes count as held, once for all who have them, for the length of the context.
        Raises FetchError and its kinds, ExtractQueueFullError.
        """
        asked = _now()
        entry = self._entries.get(url.href)
        if entry is None or fresh or entry.fresh_end <= asked:
            copy = await self._fetched(url, allowance, fresh=fresh)
        else:
            self._entries.move_to_end(url.href)
            PAGES.labels("kept").inc()
            copy = entry.copy
        with copy.bytes.used():
            yield PageCopy(copy.fetched, was_fetched_before=copy.begin < asked)

    async def _fetched(self, url: PageUrl, allowance: Allowance, *, fresh: bool) -> _Copy:
        """Fetch a page, or wait for somebody who does. A fresh one is fetched anew."""
        flight = None if fresh else self._flights.get(url.href)
        while flight is not None and flight.waiting:
            has_time = allowance.end >= flight.end + WORTH_A_FETCH_S
            try:
                with tracing.awaited("wait for who asked first", flight.leader):
                    copy = await flight.wait(allowance.end)
            except DeadlineError:
                if not has_time:
                    raise
            else:
                if not (copy.fetched.is_partial and has_time):
                    PAGES.labels("shared").inc()
                    return copy
            flight = self._flights.get(url.href)
        PAGES.labels("fetched").inc()
        return await self._begin(url, allowance.end).wait(allowance.end)

    def _begin(self, url: PageUrl, end: float) -> _Flight:
        flight = _Flight(asyncio.create_task(self._fly(url, end)), end, tracing.current())
        self._flights[url.href] = flight
        flight.task.add_done_callback(lambda _: self._end(url, flight))
        return flight

    def _end(self, url: PageUrl, flight: _Flight) -> None:
        if self._flights.get(url.href) is flight:
            del self._flights[url.href]

    async def _fly(self, url: PageUrl, end: float) -> _Copy:
        begin = _now()
        entry = self._entries.get(url.href)
        with self._budget.holding() as held:
            allowance = Allowance(end, held)
            if entry is None:
                fetched = await self._fetcher.fetch(url, self._wanted, allowance)
            else:
                with entry.copy.bytes.used():
                    known = entry.copy.fetched
                    fetched = await self._fetcher.fetch(url, self._wanted, allowance, known)
        shared = SharedBytes(self._budget, len(fetched.body))
        if entry is not None and fetched.body is entry.copy.fetched.body:
            shared = entry.copy.bytes
        copy = _Copy(fetched, shared, begin)
        self._note(url, copy)
        return copy

    def _note(self, url: PageUrl, copy: _Copy) -> None:
        """Keep a copy in the place of one that was asked for before it."""
        present = self._entries.get(url.href)
        begin = copy.begin
        if present is not None and present.copy.begin > begin:
            return
        self._drop(url.href)
        if copy.fetched.may_be_kept:
            fresh_end = begin + min(self._limits.page_fresh_s, copy.fetched.max_age_s)
            kept_end = begin + self._limits.page_kept_s
            end = asyncio.get_running_loop().call_at(kept_end, self._drop, url.href)
            entry = _Entry(copy, fresh_end, end)
            self._entries[url.href] = entry
            self._entries_bytes += entry.size_bytes
        while self._entries_bytes > self._limits.cache_bytes:
            self._drop(next(iter(self._entries)))

    def _drop(self, href: str) -> None:
        entry = self._entries.pop(href, None)
        if entry is not None:
            entry.end.cancel()
            self._entries_bytes -= entry.size_bytes


@dataclass(frozen=True, slots=True)
class _Copy:
    fetched: Fetched
    bytes: SharedBytes
    begin: float
    """When its server was asked, by the loop's time."""


@dataclass(frozen=True, slots=True)
class _Entry:
    copy: _Copy
    fresh_end: float
    end: asyncio.TimerHandle
    """Drops it."""

    @property
    def size_bytes(self) -> int:
        return ENTRY_BYTES + len(self.copy.fetched.body)


@dataclass(slots=True)
class _Flight:
    """A fetch under way, in the time of whoever began it; it ends early when all have left."""

    task: asyncio.Task[_Copy]
    end: float
    leader: Span | None
    """The span of who began it."""
    waiting: int = 0

    async def wait(self, end: float) -> _Copy:
        """Wait for the fetch until end; a fetch that ends before that ends by itself."""
        self.waiting += 1
        try:
            async with asyncio.timeout_at(end if end < self.end else None):
                return await asyncio.shield(self.task)
        except TimeoutError:
            raise DeadlineError from None
        finally:
            self.waiting -= 1
            if not self.waiting:
                self.task.cancel()


def _now() -> float:
    return asyncio.get_running_loop().time()
