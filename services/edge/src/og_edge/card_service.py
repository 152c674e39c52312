"""Answering with a card: from the store, or made once for all who ask, each charged exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from og_edge import daily_limits
from og_edge.ask import Answer, Ask, Landed
from og_edge.billing import Payer
from og_edge.card_index import CardIndex
from og_edge.card_request import CardRequest
from og_edge.cards import TOUCH_INTERVAL, Card, CardName, Sought
from og_edge.cashier import Cashier
from og_edge.chores import Chores
from og_edge.errors import ApiError
from og_edge.flights import Flights
from og_edge.making import CardMaker
from og_edge.pictures import PictureStore
from og_edge.store import CardStore
from og_edge.templates import Template


@dataclass(frozen=True)
class _Refused:
    """How a flight ended at a limit of whoever led it, which says nothing of other payers."""

    payer: Payer | None
    error: ApiError


class CardService:
    """Gives cards.

    A new card is reserved for, drawn, stored, published, captured, and only then sent. Whoever
    asks while it is being drawn pays the cached price.
    """

    def __init__(
        self,
        store: CardStore,
        index: CardIndex,
        pictures: PictureStore,
        cashier: Cashier,
        maker: CardMaker,
        chores: Chores,
    ) -> None:
        self._store = store
        self._index = index
        self._pictures = pictures
        self._cashier = cashier
        self._maker = maker
        self._chores = chores
        self._flights: Flights[Landed | _Refused] = Flights()

    async def seek(
        self, account_id: str, request: CardRequest, template: Template, name: CardName
    ) -> Sought:
        """Find what is kept of an account's card, which request asks for and name names."""
        key = name.key(account_id)
        return Sought(request, template, key, await self._index.find(key))

    def would_be_new(self, sought: Sought) -> bool:
        """Tell whether a card is neither kept, due or not, nor being made."""
        return sought.card is None and not self._flights.is_under_way(sought.key)

    async def answer(self, ask: Ask, card: Card | None) -> Answer:
        """Answer with card if its bytes are there, else with a new one.

        Raises ApiError, RemoteError and TimeoutError; then nothing was charged, or the outcome
        is unknown and the next request for the card settles it.
        """
        if ask.request.refresh:
            # A flight of its own: each refresh reads the page anew, and ends if its client goes.
            refreshing = (ask.key, ask.request_id)
            landed, _ = await self._join(refreshing, ask, self._maker.make)
            return _as_answer(landed)
        if card is not None:
            if ask.needs_only_headers(card):
                self._touch(card)
                return _headers_of(card)
            if (data := await self._pictures.get(card.object_name, card.size_bytes)) is not None:
                return _as_answer(await self._sell(ask, card, data))
        if ask.drawing_refusal:
            raise ask.drawing_refusal
        landed, leading = await self._join(ask.key, ask, self._land)
        if leading:
            return _as_answer(landed)
        if ask.needs_only_headers(landed.card):
            return _headers_of(landed.card)
        return _as_answer(await self._sell(ask, landed.card, landed.data))

    async def _join(
        self, flight: Hashable, ask: Ask, work: Callable[[Ask], Awaitable[Landed]]
    ) -> tuple[Landed, bool]:
        """Do work for ask, or wait for who does it already; tell whether ask led."""

        async def led() -> Landed | _Refused:
            try:
                return await work(ask)
            except daily_limits.OF_ONE_PAYER as error:
                return _Refused(ask.payer, error)

        while True:
            landed, leading = await self._flights.join(flight, led, ask.deadline)
            if isinstance(landed, Landed):
                return landed, leading
            if leading or landed.payer == ask.payer:
                raise landed.error

    async def finish(self) -> None:
        """Wait for what is under way."""
        await self._flights.finish()
        await self._chores.finish()

    async def _sell(self, ask: Ask, card: Card, data: bytes) -> Landed:
        """Charge for a card that exists."""
        await self._cashier.settle(card)
        receipt = await self._cashier.charge(ask, card)
        self._touch(card)
        return Landed(card, data, hit=True, receipt=receipt)

    async def _land(self, ask: Ask) -> Landed:
        """Bring a card home: look again, since a flight may have ended just before this one."""
        card = await self._store.find(ask.key)
        if card is None:
            return await self._maker.make(ask)
        data = await self._pictures.get(card.object_name, card.size_bytes)
        if data is None:
            return await self._maker.make_again(ask, card, None)
        if not card.due(_now()):
            return await self._sell(ask, card, data)
        if card.awaits_ai:
            return await self._maker.try_ai_again(ask, card, data)
        return await self._maker.make_again(ask, card, data)

    def _touch(self, card: Card) -> None:
        if card.use_time is None or card.use_time < _now() - TOUCH_INTERVAL:
            self._chores.later(self._store.touch(card.key))


def _as_answer(landed: Landed) -> Answer:
    receipt = landed.receipt
    return Answer(
        landed.card, landed.data, landed.hit, receipt.charged_credits, receipt.balance_credits
    )


def _headers_of(card: Card) -> Answer:
    return Answer(card, None, hit=True, charged_credits=0, balance_credits=None)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
