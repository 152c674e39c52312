"""Cards in the place of errors, for sites that want that (decision 47)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from typing import Final, NamedTuple, Protocol

import structlog

from og_edge import errors
from og_edge.authorization import Authorization, Decision
from og_edge.brand_cards import BrandCards
from og_edge.brands import BrandName
from og_edge.card_index import CardIndex
from og_edge.card_request import CardRequest
from og_edge.cards import Card, CardName
from og_edge.deadline import Deadline
from og_edge.errors import ApiError
from og_edge.options import CardSize, ImageFormat
from og_edge.pictures import PictureStore
from og_edge.stand_ins import StandIn, StandInCard
from og_edge.templates import Template
from og_edge.views import Viewer

log = structlog.get_logger()

MAX_LOOKUPS: Final = 64
"""At the same time, for cards that were; beyond, there is the brand's."""
LOOKUP_TIMEOUT_S: Final = 1.0
TIMEOUT_S: Final = 3.0
AFTER_BUDGET_S: Final = 0.4
"""For what was cut off when the request's own time was up: nobody waits for 8 s."""


class Means(Enum):
    """What may stand in."""

    LAST_CARD = auto()
    """The last good card, else the brand's."""
    BRAND_CARD = auto()
    """The brand's only: a card that somebody pays for must not be had for nothing."""


MEANS: Final[Mapping[type[ApiError], Means]] = {
    errors.PageUnreachableError: Means.LAST_CARD,
    errors.PageWithoutContentError: Means.LAST_CARD,
    errors.OverloadedError: Means.LAST_CARD,
    errors.InternalError: Means.LAST_CARD,
    errors.AiNotConfiguredError: Means.LAST_CARD,
    errors.InsufficientCreditsError: Means.BRAND_CARD,
    errors.SpendingLimitReachedError: Means.BRAND_CARD,
    errors.DailyCardsReachedError: Means.BRAND_CARD,
}
"""All other errors are the request's own, or the site's, and are told as ever."""


class NewestCards(Protocol):
    """Knows which cards of a page there are."""

    async def newest_of(
        self, account_id: str, page_url: str, size: CardSize, image_format: ImageFormat
    ) -> Card | None:
        """Give the card of a page, whatever its options, that was drawn last and is still kept."""


class _Failed(NamedTuple):
    """A request that failed: whose, and for which card, by each URL that its page has."""

    account_id: str
    requests: Sequence[CardRequest]
    template: Template | ApiError


class Fallback:
    """Answers requests that failed; costs those that do not fail nothing."""

    def __init__(
        self,
        index: CardIndex,
        newest: NewestCards,
        pictures: PictureStore,
        brands: BrandCards,
        viewer: Viewer,
    ) -> None:
        self._index = index
        self._newest = newest
        self._pictures = pictures
        self._brands = brands
        self._viewer = viewer
        self._lookups = 0

    def of(
        self, request: CardRequest, template: Template | ApiError, authorization: Authorization
    ) -> StandIn | None:
        """Say what answers a request should it fail; None where an error does."""
        account = authorization.account
        is_allowed = authorization.decision is Decision.ALLOWED
        if not (authorization.serves_fallback and is_allowed and account):
            return None
        requests = [request]
        if authorization.canonical_url:
            requests.insert(0, self._viewer.at(request, authorization.canonical_url))
        return partial(self._answer, _Failed(account.account_id, requests, template))

    def prepare(self, account_id: str, request: CardRequest) -> None:
        """See to it that the brand's card is at hand for the day on which something fails."""
        self._brands.prepare(_brand(account_id, request))

    async def _answer(
        self, failed: _Failed, error: ApiError, asked: Deadline
    ) -> StandInCard | None:
        means = MEANS.get(type(error))
        if means is None:
            return None
        left_s = max(asked.left_s, 0) + AFTER_BUDGET_S
        deadline = Deadline.after(min(TIMEOUT_S, left_s))
        card = None
        if means is Means.LAST_CARD and self._lookups < MAX_LOOKUPS:
            card = await self._looked_up(failed, min(LOOKUP_TIMEOUT_S, left_s / 2))
        if card is None:
            with suppress(ApiError, TimeoutError):  # too many wait for it, or too long
                card = await self._brands.find(
                    _brand(failed.account_id, failed.requests[0]), deadline
                )
        return card

    async def _looked_up(self, failed: _Failed, timeout_s: float) -> StandInCard | None:
        self._lookups += 1
        try:
            async with asyncio.timeout(timeout_s):
                return await self._last_card(failed)
        except Exception as fault:  # noqa: BLE001 - whatever is away by now, the brand's may do
            log.info("last card not to be had", cause=repr(fault))
            return None
        finally:
            self._lookups -= 1

    async def _last_card(self, failed: _Failed) -> StandInCard | None:
        """Give the card that was asked for, if it is kept, else the newest one of its page."""
        for request in failed.requests:
            if isinstance(failed.template, Template):
                key = CardName.of(request, failed.template).key(failed.account_id)
                if found := await self._read(await self._index.find(key), request):
                    return found
        for request in failed.requests:
            newest = await self._newest.newest_of(
                failed.account_id, request.url.href, request.size, request.format
            )
            if found := await self._read(newest, request):
                return found
        return None

    async def _read(self, card: Card | None, request: CardRequest) -> StandInCard | None:
        """Read a card that was paid for; what is not settled yet might be given for nothing."""
        if card is None or not card.settled:
            return None
        data = await self._pictures.get(card.object_name, card.size_bytes)
        return StandInCard(data, card.digest, request.format) if data is not None else None


def _brand(account_id: str, request: CardRequest) -> BrandName:
    """Say which brand card may stand in for a request's."""
    return BrandName(account_id, request.site_id, request.size, request.format)
