"""Making cards: new ones, and again those that had to do without something."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from og_edge.ai import AiGate, AiStatus
from og_edge.ask import Ask, Landed
from og_edge.billing import ChargeKind, Receipt
from og_edge.cards import Card, Generation, card_options, object_name
from og_edge.cashier import Cashier, Tab
from og_edge.chores import Chores
from og_edge.drawing import Drawer, Drawing
from og_edge.errors import ApiError
from og_edge.leases import Lease, LeaseLostError
from og_edge.options import Mode
from og_edge.pictures import PictureStore
from og_edge.store import CardStore
from og_service.status import RemoteError

log = structlog.get_logger()

REDRAW_AFTER: Final = dt.timedelta(minutes=15)
REDRAW_RETRY_AFTER: Final = dt.timedelta(minutes=1)
MS_PER_S: Final = 1_000


@dataclass(frozen=True)
class Turn:
    """A request whose turn it is to draw its card.

    `page_may_be_old` tells whether the card may be drawn from a page that was read before the
    turn came, since nothing newer was shown to anybody.
    """

    ask: Ask
    tab: Tab
    lease: Lease
    page_may_be_old: bool = False
    begun_monotonic_s: float = field(default_factory=time.monotonic)

    @property
    def took_ms(self) -> int:
        """How long the turn has taken so far."""
        return round((time.monotonic() - self.begun_monotonic_s) * MS_PER_S)

    @property
    def drawing_id(self) -> str:
        """Name what is drawn, apart from all else, the request's other turns included."""
        return f"{self.ask.request_id}-{self.lease.epoch}"


class CardMaker:
    """Draws cards, stores and publishes them, and has each paid for as what it became."""

    def __init__(
        self,
        store: CardStore,
        pictures: PictureStore,
        drawer: Drawer,
        cashier: Cashier,
        gate: AiGate,
        chores: Chores,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._drawer = drawer
        self._cashier = cashier
        self._gate = gate
        self._chores = chores

    async def make(self, turn: Turn) -> Landed:
        """Make a card that is paid for as a new one; raises LeaseLostError."""
        ask = turn.ask
        if ask.request.mode is Mode.AI:
            await self._gate.admit(ask.deadline, ai_allowed=ask.ai_allowed)
        await turn.tab.reserve()
        drawing = await self._draw(turn, ask.mode)
        if ask.mode is not ask.request.mode:
            drawing = replace(drawing, ai_status=AiStatus.UNUSED)
        return await self._deliver(turn, await self._put(turn, drawing, None), drawing)

    async def make_again(self, turn: Turn, old: Card, old_data: bytes | None) -> Landed:
        """Draw a card again, at the cached price: its bytes got lost, or it lacks something.

        A language model reads it again where it was paid for. If that drawing fails, the old card
        is served on.
        """
        await self._cashier.settle(old)
        mode = Mode.AI if old.charge_kind is ChargeKind.AI_GENERATION else Mode.STANDARD
        if old_data is None:
            drawing = await self._draw(turn, mode)
        else:
            better = await self._draw_better(turn, old, mode)
            if better is None:
                return Landed(old, old_data, hit=True, receipt=await turn.tab.pay_cached(old))
            drawing = better
        card = await self._put(turn, drawing, old)
        since = await self._publish(turn, card, drawing, ChargeKind.CACHED_CARD)
        receipt = await turn.tab.pay_cached(card)
        return _made(card, drawing, receipt, since)

    async def try_ai_again(self, turn: Turn, old: Card, old_data: bytes) -> Landed:
        """Make a new card by AI in the place of one for which AI had not delivered.

        Where it does not deliver again, may not be had any more or cannot be paid for, the old
        card is served on at the cached price.
        """
        await self._cashier.settle(old)
        drawing = None
        if await self._reserve_again(turn):
            drawing = await self._draw_better(turn, old, Mode.AI)
        else:
            await self._store.postpone(old, _now() + REDRAW_RETRY_AFTER)
        if drawing is None:
            return Landed(old, old_data, hit=True, receipt=await turn.tab.pay_cached(old))
        return await self._deliver(turn, await self._put(turn, drawing, None), drawing)

    async def _reserve_again(self, turn: Turn) -> bool:
        """Set aside the price of a new card by AI; tell whether it may be had and paid for."""
        ask = turn.ask
        try:
            await self._gate.admit(ask.deadline, ai_allowed=ask.ai_allowed)
        except (ApiError, RemoteError) as error:
            log.info("AI not tried again", cause=repr(error))
            return False
        try:
            await turn.tab.reserve()
        except ApiError as error:
            log.info("AI not tried again", cause=repr(error))
            return False
        return True

    async def _draw_better(self, turn: Turn, old: Card, mode: Mode) -> Drawing | None:
        """Draw old again; where that fails or makes nothing better of it, put it off, give None."""
        try:
            drawing = await self._draw(turn, mode)
        except Exception as error:  # noqa: BLE001 - whatever it was, there is a card to serve
            log.info("card not drawn again", cause=repr(error))
            await self._store.postpone(old, _now() + REDRAW_RETRY_AFTER)
            return None
        lacks_ai = mode is Mode.AI and drawing.ai_status is not AiStatus.DELIVERED
        if lacks_ai or (drawing.is_wanting and _digest(drawing.image) == old.digest):
            await self._store.postpone(old, _now() + REDRAW_AFTER)
            return None
        return drawing

    async def _draw(self, turn: Turn, mode: Mode) -> Drawing:
        ask = turn.ask
        page = ask.page if turn.page_may_be_old else None
        return await self._drawer.draw(
            ask.request, ask.template, page, ask.deadline, mode, fresh=not turn.page_may_be_old
        )

    async def _put(self, turn: Turn, drawing: Drawing, old: Card | None) -> Card:
        """Store a drawing's bytes: of a new card, or of an old one that was paid for already."""
        ask = turn.ask
        delivered = drawing.ai_status is AiStatus.DELIVERED
        ai_status = drawing.ai_status or (old.ai_status if old else None)
        is_wanting = replace(drawing, ai_status=ai_status).is_wanting
        new_kind = ChargeKind.AI_GENERATION if delivered else ChargeKind.GENERATION
        card = Card(
            key=ask.key,
            account_id=ask.account_id,
            object_name=object_name(ask.key, turn.drawing_id, ask.request.format),
            digest=_digest(drawing.image),
            size_bytes=len(drawing.image),
            charge_id=old.charge_id if old else ask.request_id,
            charge_kind=old.charge_kind if old else new_kind,
            settled=old is not None,
            redraw_time=_now() + REDRAW_AFTER if is_wanting else None,
            missing_glyphs=drawing.missing_glyphs,
            ai_status=ai_status,
        )
        await self._store.expect(card.object_name)
        await self._pictures.put(card.object_name, drawing.image)
        return card

    async def _deliver(self, turn: Turn, card: Card, drawing: Drawing) -> Landed:
        """Publish a new card and take what it costs.

        Nothing is given back any more, unless it is known that nothing was published: should this
        be cut off, the next request for the card settles what is reserved.
        """
        turn.tab.commit()
        try:
            since = await self._publish(turn, card, drawing, card.charge_kind)
        except LeaseLostError:
            turn.tab.resume()
            raise
        receipt = await self._cashier.capture(card)
        self._chores.later(self._store.settle(card))
        return _made(replace(card, settled=True), drawing, receipt, since)

    async def _publish(
        self, turn: Turn, card: Card, drawing: Drawing, paid_as: ChargeKind
    ) -> float:
        """Publish a card; give the moment before that, by the monotonic clock.

        Raises LeaseLostError.
        """
        ask = turn.ask
        line = Generation(
            generation_id=ask.request_id,
            account_id=ask.account_id,
            card_key=ask.key,
            page_url=ask.request.url.href,
            template_id=ask.template.template_id,
            options=card_options(ask.request, ask.template),
            sources=drawing.sources,
            failed_images=drawing.failed_images,
            price_credits=paid_as.price_credits,
            ai_status=drawing.ai_status,
            payer_id=ask.payer.payer_id if ask.payer else "",
            duration_ms=turn.took_ms,
            missing_glyphs=drawing.missing_glyphs,
            texts=drawing.texts,
        )
        since = time.monotonic()
        await self._store.publish(card, line, turn.lease, read_anew=not turn.page_may_be_old)
        return since


def _made(card: Card, drawing: Drawing, receipt: Receipt, since_monotonic_s: float) -> Landed:
    return Landed(
        card, drawing.image, hit=False, receipt=receipt, since_monotonic_s=since_monotonic_s
    )


def _digest(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
