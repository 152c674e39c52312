"""Answering with a card: from the store, or made once for all who ask, each charged exactly."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import Final

from og_edge import daily_limits
from og_edge.ask import Answer, Ask, Landed
from og_edge.billing import Payer
from og_edge.card_index import CardIndex
from og_edge.card_request import CardRequest
from og_edge.cards import TOUCH_INTERVAL, Card, CardName, Sought
from og_edge.cashier import Cashier
from og_edge.chores import Chores
from og_edge.errors import OverloadedError
from og_edge.flights import Flights
from og_edge.landing import Lander
from og_edge.leases import Leases, Standing
from og_edge.pictures import PictureStore
from og_edge.store import CardStore
from og_edge.templates import Template
from og_edge.turns import OF_WHO_DREW
from og_service.coalescing import Coalescer

TURNS_MAX: Final = 3
"""How often a request waits for a drawing that failed for want of credits or time. Those that met
a limit of a day of another payer are not counted: one key that is spent fails no others."""
LOOK_KEYS_MAX: Final = 500
LOOK_TIMEOUT_S: Final = 2.0
DELETIONS_MAX: Final = 3


@dataclass(frozen=True)
class _Refused:
    """How a flight ended that says little of who draws next."""

    payer: Payer | None
    error: Exception

    def holds_for(self, payer: Payer | None) -> bool:
        """Whether it is the same for who comes through payer."""
        return isinstance(self.error, daily_limits.OF_ONE_PAYER) and payer == self.payer


class CardService:
    """Gives cards.

    A new card is reserved for, drawn, stored, published, captured, and only then sent. Whoever
    asks while it is being drawn, at whichever edge, pays the cached price.
    """

    def __init__(
        self,
        store: CardStore,
        index: CardIndex,
        pictures: PictureStore,
        cashier: Cashier,
        lander: Lander,
        leases: Leases,
        chores: Chores,
    ) -> None:
        self._store = store
        self._index = index
        self._pictures = pictures
        self._cashier = cashier
        self._lander = lander
        self._chores = chores
        self._flights: Flights[Landed | _Refused] = Flights("new_cards")
        self._looks: Coalescer[str, Standing] = Coalescer(
            leases.standings, LOOK_KEYS_MAX, timeout_s=LOOK_TIMEOUT_S
        )

    async def seek(
        self, account_id: str, request: CardRequest, template: Template, name: CardName
    ) -> Sought:
        """Find what is kept of an account's card, which request asks for and name names."""
        key = name.key(account_id)
        return Sought(request, template, key, await self._index.find(key))

    async def would_be_new(self, key: str) -> bool:
        """Tell whether a card is neither being made, nor kept by now, due or not."""
        return not self._flights.is_under_way((key, None)) and await self._index.find(key) is None

    async def answer(self, ask: Ask, card: Card | None) -> Answer:
        """Answer with card if its bytes are there, else with a new one.

        Raises ApiError, RemoteError and TimeoutError; then nothing was charged, or the outcome
        is unknown and the next request for the card settles it.
        """
        seen_epoch = None
        if ask.request.refresh:
            [standing] = await self._looks.ask([ask.key])
            seen_epoch = standing.epoch
        elif card is not None and (answer := await self._kept(ask, card)):
            return answer
        if ask.drawing_refusal:
            raise ask.drawing_refusal
        landed, leading = await self._join(ask, seen_epoch)
        if leading:
            return _as_answer(landed)
        if ask.needs_only_headers(landed.card):
            return _headers_of(landed.card)
        return await self._sold(ask, landed.card, landed.data)

    async def picture(self, key: str) -> tuple[Card, bytes] | None:
        """Give the card kept under key for its owner to look at, free of charge; None: it is gone.

        Of one that is replaced meanwhile the bytes may be gone already.
        """
        card = await self._index.find(key)
        data = await self._pictures.get(card.object_name, card.size_bytes) if card else None
        return (card, data) if card and data is not None else None

    async def delete(self, account_id: str, key: str) -> None:
        """Forget an account's card, if there is one, on every edge.

        What is being drawn under the key is begun again from the page as it is then. Its bytes go
        within seconds (retention.keep_collecting). Raises RemoteError where a card that was not
        paid for yet cannot be settled now.
        """
        for _ in range(DELETIONS_MAX):
            if await self._store.delete(account_id, key):
                return
            card = await self._store.find(key)
            if card is None or card.account_id != account_id:
                return
            await self._cashier.settle(card)
        raise OverloadedError("The card changes too often. Try again.")

    async def finish(self) -> None:
        """Wait for what is under way."""
        await self._flights.finish()
        await self._chores.finish()

    async def _kept(self, ask: Ask, card: Card) -> Answer | None:
        """Answer with a card that exists, or the one that took its place; None: its bytes are lost.

        A picture that was replaced is gone a moment after the index was read.
        """
        while not ask.needs_only_headers(card):
            if (data := await self._pictures.get(card.object_name, card.size_bytes)) is not None:
                return await self._sold(ask, card, data)
            now = await self._index.find(card.key)
            if now is None or now.object_name == card.object_name:
                return None
            card = now
        self.note_use(card)
        return _headers_of(card)

    async def _join(self, ask: Ask, seen_epoch: int | None) -> tuple[Landed, bool]:
        """Bring the card home, or wait for who does so already; tell whether ask led.

        Requests that the same drawings satisfy share a flight.
        """

        async def led() -> Landed | _Refused:
            try:
                return await self._lander.land(ask, seen_epoch)
            except OF_WHO_DREW as error:
                return _Refused(ask.payer, error)

        came_s, turns = time.monotonic(), 0
        while True:
            landed, leading = await self._flights.join((ask.key, seen_epoch), led, ask.deadline)
            if isinstance(landed, Landed):
                if leading or landed.since_monotonic_s >= came_s:
                    return landed, leading
                continue  # what it brought may have been deleted before ask came
            if leading or landed.holds_for(ask.payer):
                raise landed.error
            if not isinstance(landed.error, daily_limits.OF_ONE_PAYER):
                turns += 1
            if turns == TURNS_MAX:
                raise landed.error

    async def _sold(self, ask: Ask, card: Card, data: bytes) -> Answer:
        """Charge for a card that exists."""
        await self._cashier.settle(card)
        receipt = await self._cashier.charge(ask, card)
        self.note_use(card)
        return _as_answer(Landed(card, data, hit=True, receipt=receipt))

    def note_use(self, card: Card) -> None:
        """Note that card was sent, where that is worth a write."""
        if card.use_time is not None and card.use_time < _now() - TOUCH_INTERVAL:
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
