"""Whether a page says that its site's cards are ours to draw."""

from __future__ import annotations

from typing import Final, Protocol
from urllib.parse import unquote

from og_edge.authorization import Authorization
from og_edge.card_path import options_in_path
from og_edge.card_request import CardRequest
from og_edge.deadline import Deadline
from og_edge.drawing import Drawer, images_wanted
from og_edge.errors import (
    NO_PAGE,
    ApiError,
    InvalidParameterError,
    UrlNotAllowedError,
)
from og_edge.flights import Flights
from og_edge.page import Page
from og_edge.query import split_query
from og_edge.templates import Template

COMPLETE_TIMEOUT_S: Final = 2.0


class Verifications(Protocol):
    """Remembers what pages showed."""

    async def complete_verification(
        self,
        site_id: str,
        page_url: str,
        page: Page | None,
        *,
        tag_found: bool,
        client_address: str,
        timeout_s: float,
    ) -> Authorization:
        """Tell what the page showed (None: unreachable) and get the final decision."""


def points_back(tag_url: str, public_base_url: str, site_id: str) -> bool:
    """Whether a tag's URL is one of ours that names the site, in the form of a file or not."""
    address, _, query = tag_url.partition("?")
    path = address.removeprefix(public_base_url)
    if path == address or options_in_path(unquote(path)) is None:
        return False
    try:
        return split_query(query.partition("#")[0].encode()).get("site") == site_id
    except InvalidParameterError:
        return False


class Verifier:
    """Looks at a page once for all who ask at the same time, and has the outcome remembered."""

    def __init__(self, drawer: Drawer, verifications: Verifications, public_base_url: str) -> None:
        self._drawer = drawer
        self._verifications = verifications
        self._public_base_url = public_base_url
        self._flights: Flights[Page] = Flights()

    async def verify(
        self,
        request: CardRequest,
        template: Template,
        client_address: str,
        deadline: Deadline,
        *,
        pictures: bool,
    ) -> tuple[Authorization, Page | ApiError]:
        """Give the decision, and the page (with its pictures) or why it could not be read."""
        page = await self._look(request, template, deadline, pictures=pictures)
        seen = page if isinstance(page, Page) else None
        authorization = await self._verifications.complete_verification(
            request.site_id,
            request.url.href,
            seen,
            tag_found=seen is not None and self._carries_tag(seen, request.site_id),
            client_address=client_address,
            timeout_s=deadline.remaining_s(COMPLETE_TIMEOUT_S),
        )
        return authorization, page

    async def finish(self) -> None:
        """Wait for what is under way."""
        await self._flights.finish()

    async def _look(
        self, request: CardRequest, template: Template, deadline: Deadline, *, pictures: bool
    ) -> Page | ApiError:
        # The pictures come along, so that a new card needs no second look.
        wanted = images_wanted(request, template) if pictures else {}
        key = (request.url.href, tuple(sorted(wanted.items())))
        try:
            page, _ = await self._flights.join(
                key,
                lambda: self._drawer.read(request, template, deadline, pictures=pictures),
                deadline,
            )
        except (*NO_PAGE, UrlNotAllowedError) as error:
            return error
        return page

    def _carries_tag(self, page: Page, site_id: str) -> bool:
        return any(points_back(tag, self._public_base_url, site_id) for tag in page.card_tags)
