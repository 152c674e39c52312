"""Looking at pages, once for all who ask at the same time, and since when what is seen holds."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final

from og_edge.card_request import CardRequest
from og_edge.deadline import Deadline
from og_edge.drawing import Drawer, images_wanted
from og_edge.errors import NO_PAGE, ApiError, UrlNotAllowedError
from og_edge.flights import Flights
from og_edge.page import Page
from og_edge.templates import Template

ALWAYS: Final = -math.inf
_NEEDED: Final = "With a site id the page must be readable, since its tag is looked for there."


@dataclass(frozen=True)
class Sight:
    """A page, or why it could not be read.

    `since_monotonic_s` is when its server was asked, or ALWAYS where it was for an earlier call.
    """

    page: Page | ApiError
    since_monotonic_s: float
    has_pictures: bool = False
    """Whether the pictures of the card came along."""


class Sights:
    """Looks at pages."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer
        self._flights: Flights[Sight] = Flights("pages")

    async def look(
        self,
        request: CardRequest,
        template: Template,
        deadline: Deadline,
        *,
        pictures: bool,
        not_before_monotonic_s: float = ALWAYS,
    ) -> Sight:
        """Look at a request's page, with the pictures of its card where wanted.

        What is seen was asked for no earlier than not_before, however many look at the same time.
        Raises TimeoutError at the deadline, OverloadedError, RemoteError.
        """
        fresh = not_before_monotonic_s > ALWAYS
        # The pictures come along, so that a new card needs no second look.
        wanted = images_wanted(request, template) if pictures else {}
        key = (request.url.href, tuple(sorted(wanted.items())), fresh)

        async def work() -> Sight:
            return await self._look(request, template, deadline, pictures=pictures, fresh=fresh)

        while True:  # twice at most: what is begun after the first one ended began late enough
            sight, _ = await self._flights.join(key, work, deadline)
            if isinstance(sight.page, ApiError):  # which tells nothing of what the page says
                return sight
            if sight.since_monotonic_s >= not_before_monotonic_s:
                return sight

    async def finish(self) -> None:
        """Wait for what is under way."""
        await self._flights.finish()

    async def _look(
        self,
        request: CardRequest,
        template: Template,
        deadline: Deadline,
        *,
        pictures: bool,
        fresh: bool,
    ) -> Sight:
        since = time.monotonic()
        try:
            page = await self._drawer.read(
                request, template, deadline, pictures=pictures, fresh=fresh
            )
        except NO_PAGE as error:
            return Sight(
                type(error)(f"{error.message} {_NEEDED}", retry_after_s=error.retry_after_s), since
            )
        except UrlNotAllowedError as error:
            return Sight(error, since)
        return Sight(page, ALWAYS if page.was_fetched_before else since, pictures)
