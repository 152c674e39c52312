"""Bringing one card home for one request: found where others have drawn it, or drawn."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace

from og_edge.ask import Ask, Landed
from og_edge.blocks import Blocks
from og_edge.cards import Card
from og_edge.cashier import Cashier, Tab
from og_edge.errors import CardBlockedError
from og_edge.leases import Lease, Standing
from og_edge.making import CardMaker, Turn
from og_edge.pictures import PictureStore
from og_edge.store import CardStore
from og_edge.turns import Turns


@dataclass(frozen=True)
class _Kept:
    """What is kept of a card; `data` is None where there is none, or its bytes got lost."""

    card: Card | None
    data: bytes | None
    since_monotonic_s: float


class Lander:
    """Brings cards home."""

    def __init__(
        self,
        store: CardStore,
        pictures: PictureStore,
        cashier: Cashier,
        maker: CardMaker,
        turns: Turns,
        blocks: Blocks,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._cashier = cashier
        self._maker = maker
        self._turns = turns
        self._blocks = blocks

    async def land(self, ask: Ask, seen_epoch: int | None) -> Landed:
        """Bring a card home that was drawn after seen_epoch, or whatever is good if that is None.

        Raises ApiError, RemoteError and TimeoutError.
        """
        async with self._cashier.tab(ask) as tab:
            landing = _Landing(
                self._store, self._pictures, self._cashier, self._maker, self._blocks, ask, tab
            )
            landing.failures_after = seen_epoch
            return await self._turns.take(ask.key, landing, ask.deadline)


@dataclass
class _Landing:
    """One request's way to its card."""

    store: CardStore
    pictures: PictureStore
    cashier: Cashier
    maker: CardMaker
    blocks: Blocks
    ask: Ask
    tab: Tab
    failures_after: int | None = None

    async def found(self, standing: Standing) -> Landed | None:
        """See turns.Player."""
        if not self._may_be_satisfied(standing):
            return None
        return await self._sold(await self._look())

    async def draw(self, lease: Lease, standing: Standing, *, begun_before: bool) -> Landed:
        """See turns.Player."""
        # Asked once the lease is held: a block that comes later ends it, so nothing is published.
        if await self.blocks.is_blocked(self.ask.key):
            raise CardBlockedError(
                "This card is blocked: its owner does not want it drawn. They can lift that in "
                "Dashboard → History."
            )
        turn = Turn(self.ask, self.tab, lease)
        if self.ask.request.refresh:
            if landed := await self.found(standing):
                return landed
            if old := await self.store.find(self.ask.key):
                await self.cashier.settle(old)  # its making may have been cut off
            return await self.maker.make(turn)
        kept = await self._look()
        if landed := await self._sold(kept):
            return landed
        if kept.card is None:
            # Only where nothing was known of the card may the page be one from before the claim.
            first = not (standing.changed or begun_before)
            return await self.maker.make(replace(turn, page_may_be_old=first))
        landed = await self._made_again(turn, kept.card, kept.data)
        if landed.hit:
            return landed._replace(since_monotonic_s=kept.since_monotonic_s)
        return landed

    async def _made_again(self, turn: Turn, card: Card, data: bytes | None) -> Landed:
        if data is not None and card.awaits_ai:
            return await self.maker.try_ai_again(turn, card, data)
        return await self.maker.make_again(turn, card, data)

    def _may_be_satisfied(self, standing: Standing) -> bool:
        """Whether a kept card may be good enough: for a refresh, one drawn since it came."""
        if not self.ask.request.refresh:
            return True
        return self.failures_after is not None and standing.drawn_epoch > self.failures_after

    async def _look(self) -> _Kept:
        since = time.monotonic()
        card = await self.store.find(self.ask.key)
        data = await self.pictures.get(card.object_name, card.size_bytes) if card else None
        return _Kept(card, data, since)

    async def _sold(self, kept: _Kept) -> Landed | None:
        """Charge for a card that is there and not due."""
        card, data = kept.card, kept.data
        if card is None or data is None or card.due(dt.datetime.now(dt.UTC)):
            return None
        await self.cashier.settle(card)
        receipt = await self.tab.pay_cached(card)
        card = replace(card, settled=True)
        return Landed(
            card, data, hit=True, receipt=receipt, since_monotonic_s=kept.since_monotonic_s
        )
