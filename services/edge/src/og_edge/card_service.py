"""Answering with a card: from the store, or drawn once for all who ask, each charged exactly."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import structlog

from og_edge.billing import Receipt, ReservationReleasedError
from og_edge.card_request import CardRequest
from og_edge.cards import TOUCH_INTERVAL, Card, Generation, card_options, object_name
from og_edge.deadline import Deadline
from og_edge.drawing import Drawer, Drawing
from og_edge.errors import ApiError
from og_edge.flights import Flights
from og_edge.page import Page
from og_edge.pictures import PictureStore
from og_edge.store import CardStore
from og_edge.templates import Template
from og_plans import PRICES

log = structlog.get_logger()

CHARGE_TIMEOUT_S: Final = 2.5
HOLD_S: Final = 60
"""How long a new card's price is set aside: longer than any request, so that one whose capture
was cut off can still be captured by the next request for the card."""
RELEASE_TIMEOUT_S: Final = 2.5
REDRAW_AFTER: Final = dt.timedelta(minutes=15)
REDRAW_RETRY_AFTER: Final = dt.timedelta(minutes=1)


class Ledger(Protocol):
    """Counts credits. A charge id is a UUID; repeating it charges once."""

    async def charge(
        self, charge_id: str, account_id: str, reference: str, timeout_s: float
    ) -> Receipt:
        """Charge for a card that exists."""

    async def reserve(
        self, charge_id: str, account_id: str, reference: str, hold_s: int, timeout_s: float
    ) -> None:
        """Set aside the price of a new card."""

    async def capture(self, charge_id: str, timeout_s: float) -> Receipt:
        """Take what was reserved; raises ReservationReleasedError when it is gone."""

    async def release(self, charge_id: str, timeout_s: float) -> None:
        """Give back what was reserved."""


@dataclass(frozen=True)
class Ask:
    """One request for one card, by somebody who may have it.

    `request_id` is minted by us and names the request's one charge. `page` is the page, if it
    was read already. `known_digests` are the digests the client has ("*": any).
    """

    request_id: str
    account_id: str
    key: str
    request: CardRequest
    template: Template
    deadline: Deadline
    page: Page | None = None
    head: bool = False
    known_digests: frozenset[str] = frozenset()

    def knows(self, digest: str) -> bool:
        """Whether the client has these bytes already."""
        return bool(self.known_digests & {digest, "*"})


@dataclass(frozen=True)
class Answer:
    """A card to send: `data` is None where the headers are enough and nothing was charged."""

    card: Card
    data: bytes | None
    hit: bool
    charged_credits: int
    balance_credits: int | None


@dataclass(frozen=True)
class _Landed:
    """What a flight brings home: the card, its bytes, and how its leader was charged."""

    card: Card
    data: bytes
    hit: bool
    receipt: Receipt


class CardService:
    """Gives cards.

    A new card is reserved for, drawn, stored, published, captured, and only then sent. Whoever
    asks while it is being drawn pays the cached price.
    """

    def __init__(
        self, store: CardStore, pictures: PictureStore, ledger: Ledger, drawer: Drawer
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._ledger = ledger
        self._drawer = drawer
        self._flights: Flights[_Landed] = Flights()
        self._chores: set[asyncio.Task[None]] = set()

    async def find(self, key: str) -> Card | None:
        """Give the card kept under key, unless it is time to draw it again."""
        card = await self._store.find(key)
        return None if card is None or card.due(_now()) else card

    async def answer(self, ask: Ask, card: Card | None) -> Answer:
        """Answer with card if its bytes are there, else with a new one.

        Raises ApiError, RemoteError and TimeoutError; then nothing was charged, or the outcome
        is unknown and the next request for the card settles it.
        """
        if ask.request.refresh:
            # A flight of its own: each refresh reads the page anew, and ends if its client goes.
            refreshing = (ask.key, ask.request_id)
            landed, _ = await self._flights.join(
                refreshing, lambda: self._generate(ask), ask.deadline
            )
            return _as_answer(landed)
        if card is not None:
            if ask.head or ask.knows(card.digest):
                self._touch(card)
                return Answer(card, None, hit=True, charged_credits=0, balance_credits=None)
            if (data := await self._pictures.get(card.object_name, card.size_bytes)) is not None:
                return _as_answer(await self._sell(ask, card, data))
        landed, leading = await self._flights.join(ask.key, lambda: self._land(ask), ask.deadline)
        if leading:
            return _as_answer(landed)
        if ask.head or ask.knows(landed.card.digest):
            return Answer(landed.card, None, hit=True, charged_credits=0, balance_credits=None)
        return _as_answer(await self._sell(ask, landed.card, landed.data))

    async def finish(self) -> None:
        """Wait for what is under way."""
        await self._flights.finish()
        await asyncio.gather(*self._chores, return_exceptions=True)

    async def _sell(self, ask: Ask, card: Card, data: bytes) -> _Landed:
        """Charge for a card that exists."""
        await self._settle(card)
        receipt = await self._charge(ask, card)
        self._touch(card)
        return _Landed(card, data, hit=True, receipt=receipt)

    async def _land(self, ask: Ask) -> _Landed:
        """Bring a card home: look again, since a flight may have ended just before this one."""
        card = await self._store.find(ask.key)
        if card is None:
            return await self._generate(ask)
        data = await self._pictures.get(card.object_name, card.size_bytes)
        if data is not None and not card.due(_now()):
            return await self._sell(ask, card, data)
        return await self._redraw(ask, card, data)

    async def _generate(self, ask: Ask) -> _Landed:
        """Draw a card that is paid for as a new one."""
        timeout_s = ask.deadline.remaining_s(CHARGE_TIMEOUT_S)
        try:
            await self._ledger.reserve(ask.request_id, ask.account_id, ask.key, HOLD_S, timeout_s)
        except ApiError:
            raise
        except BaseException:  # the outcome is unknown
            self._release_later(ask)
            raise
        try:
            drawing = await self._drawer.draw(ask.request, ask.template, ask.page, ask.deadline)
            card = await self._store_picture(ask, drawing, ask.request_id, settled=False)
        except ApiError:
            # Told only once the credits are back, so that a second try can be paid for.
            await asyncio.wait({self._release_later(ask)})
            raise
        except BaseException:
            self._release_later(ask)
            raise
        # From here on nothing is given back: should this be cut off, the card may be in the index
        # already, and then the next request for it settles what is reserved.
        await self._publish(card, _history_line(ask, drawing, PRICES.generation_credits))
        receipt = await self._capture(ask.request_id)
        self._later(self._store.settle(card))
        return _Landed(replace(card, settled=True), drawing.image, hit=False, receipt=receipt)

    async def _redraw(self, ask: Ask, old: Card, old_data: bytes | None) -> _Landed:
        """Draw a card again whose bytes got lost or that lacks a picture, at the cached price."""
        await self._settle(old)
        try:
            drawing = await self._drawer.draw(ask.request, ask.template, ask.page, ask.deadline)
        except Exception as error:
            if old_data is None:
                raise
            log.info("card not drawn again", cause=repr(error))
            await self._store.postpone(old, _now() + REDRAW_RETRY_AFTER)
            return _Landed(old, old_data, hit=True, receipt=await self._charge(ask, old))
        card = await self._store_picture(ask, drawing, old.charge_id, settled=True)
        await self._publish(card, _history_line(ask, drawing, PRICES.cached_card_credits))
        return _Landed(card, drawing.image, hit=False, receipt=await self._charge(ask, card))

    async def _store_picture(
        self, ask: Ask, drawing: Drawing, charge_id: str, *, settled: bool
    ) -> Card:
        digest = hashlib.sha256(drawing.image).hexdigest()
        card = Card(
            key=ask.key,
            account_id=ask.account_id,
            object_name=object_name(ask.key, ask.request_id, ask.request.format),
            digest=digest,
            size_bytes=len(drawing.image),
            charge_id=charge_id,
            settled=settled,
            redraw_time=_now() + REDRAW_AFTER if drawing.failed_images else None,
            missing_glyphs=drawing.missing_glyphs,
        )
        await self._pictures.put(card.object_name, drawing.image)
        return card

    async def _publish(self, card: Card, generation: Generation) -> None:
        if replaced := await self._store.publish(card, generation):
            self._later(self._pictures.delete([replaced]))

    async def _charge(self, ask: Ask, card: Card) -> Receipt:
        """Charge for sending card; headers alone are free."""
        if ask.head or ask.knows(card.digest):
            return Receipt(charged_credits=0, balance_credits=None)
        timeout_s = ask.deadline.remaining_s(CHARGE_TIMEOUT_S)
        return await self._ledger.charge(ask.request_id, ask.account_id, ask.key, timeout_s)

    async def _settle(self, card: Card) -> None:
        """Make sure that a card whose drawing was cut off is paid for, before it is sold."""
        if not card.settled:
            await self._capture(card.charge_id)
            await self._store.settle(card)

    async def _capture(self, charge_id: str) -> Receipt:
        try:
            # Whatever the request has left: a card that is published must be paid for.
            return await self._ledger.capture(charge_id, CHARGE_TIMEOUT_S)
        except ReservationReleasedError:
            log.warning("card given free: its reservation was gone", charge_id=charge_id)
            return Receipt(charged_credits=0, balance_credits=None)

    def _touch(self, card: Card) -> None:
        if card.use_time is None or card.use_time < _now() - TOUCH_INTERVAL:
            self._later(self._store.touch(card.key))

    def _release_later(self, ask: Ask) -> asyncio.Task[None]:
        return self._later(self._ledger.release(ask.request_id, RELEASE_TIMEOUT_S))

    def _later(self, chore: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do what no answer has to wait for; a failure is logged and mended by later requests."""
        task = asyncio.create_task(_quietly(chore))
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
        return task


def _as_answer(landed: _Landed) -> Answer:
    receipt = landed.receipt
    return Answer(
        landed.card, landed.data, landed.hit, receipt.charged_credits, receipt.balance_credits
    )


def _history_line(ask: Ask, drawing: Drawing, price: int) -> Generation:
    return Generation(
        generation_id=ask.request_id,
        account_id=ask.account_id,
        card_key=ask.key,
        page_url=ask.request.url.href,
        template_id=ask.template.template_id,
        options=card_options(ask.request, ask.template),
        sources=drawing.sources,
        failed_images=drawing.failed_images,
        price_credits=price,
    )


async def _quietly(chore: Coroutine[Any, Any, None]) -> None:
    try:
        await chore
    except Exception as error:  # noqa: BLE001 - whatever it was, nobody waits for it
        log.warning("chore failed", cause=repr(error))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
