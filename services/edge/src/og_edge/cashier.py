"""What an answer costs, taken exactly once whatever is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

import structlog

from og_edge.ask import Ask
from og_edge.billing import FREE, ChargeKind, Purchase, Receipt, ReservationReleasedError
from og_edge.cards import Card
from og_edge.chores import Chores
from og_edge.errors import ApiError, InsufficientCreditsError
from og_edge.options import Mode
from og_edge.store import CardStore

log = structlog.get_logger()

CHARGE_TIMEOUT_S: Final = 2.5
HOLD_S: Final = 60
"""How long a new card's price is set aside: longer than any request, so that one whose capture
was cut off can still be captured by the next request for the card."""
RELEASE_TIMEOUT_S: Final = 2.5

_RESERVED_AS: Final = {
    Mode.STANDARD: ChargeKind.GENERATION,
    Mode.AI: ChargeKind.AI_GENERATION,
}


class Ledger(Protocol):
    """Counts credits. A charge id is a UUID; repeating it charges once."""

    async def charge(self, purchase: Purchase) -> Receipt:
        """Charge for a card that exists, or raise TimeoutError in a few seconds."""

    async def reserve(
        self, purchase: Purchase, kind: ChargeKind, hold_s: int, timeout_s: float
    ) -> None:
        """Set aside the price of a kind."""

    async def capture(self, charge_id: str, kind: ChargeKind, timeout_s: float) -> Receipt:
        """Take the price of a kind out of what was reserved, and give the rest back.

        Raises ReservationReleasedError when nothing is reserved any more.
        """

    async def release(self, charge_id: str, timeout_s: float) -> None:
        """Give back what was reserved."""


class Cashier:
    """Takes what each answer costs. The request id names the request's one charge."""

    def __init__(self, ledger: Ledger, store: CardStore, chores: Chores) -> None:
        self._ledger = ledger
        self._store = store
        self._chores = chores

    @asynccontextmanager
    async def tab(self, ask: Ask) -> AsyncIterator[Tab]:
        """Open the tab of a request; what is reserved on it then is given back if that fails."""
        tab = Tab(self, ask)
        try:
            yield tab
        except ApiError:
            # Told only once the credits are back, so that a second try can be paid for.
            if tab.is_reserved:
                await asyncio.wait({self._release_later(ask)})
            raise
        except BaseException:
            if tab.is_reserved:
                self._release_later(ask)
            raise

    async def charge(self, ask: Ask, card: Card) -> Receipt:
        """Take the cached price for sending card; headers alone are free."""
        if ask.needs_only_headers(card):
            return FREE
        ask.deadline.remaining_s()
        return await self._ledger.charge(ask.purchase)

    async def reserve(self, ask: Ask) -> None:
        """Set aside what a new card costs at most; raises ApiError if it cannot be."""
        kind = _RESERVED_AS[ask.mode]
        try:
            with ask.deadline.step(CHARGE_TIMEOUT_S) as step:
                await self._ledger.reserve(ask.purchase, kind, HOLD_S, step.timeout_s)
        except InsufficientCreditsError as refusal:
            if ask.mode is Mode.STANDARD:
                raise
            needed = f"A new card with mode=ai needs {kind.price_credits}."
            raise InsufficientCreditsError(f"{refusal.message} {needed}") from None

    async def capture_cached(self, ask: Ask, card: Card) -> Receipt:
        """Take only the cached price out of what was reserved: a card that exists is sent."""
        if ask.needs_only_headers(card):
            await asyncio.wait({self._release_later(ask)})
            return FREE
        with ask.deadline.step(CHARGE_TIMEOUT_S) as step:
            return await self._capture(ask.request_id, ChargeKind.CACHED_CARD, step.timeout_s)

    async def capture(self, card: Card) -> Receipt:
        """Take what card costs as the kind it turned out to be."""
        # Whatever the request has left: a card that is published must be paid for.
        return await self._capture(card.charge_id, card.charge_kind, CHARGE_TIMEOUT_S)

    async def settle(self, card: Card) -> None:
        """Make sure that a card whose making was cut off is paid for, before it is sold."""
        if not card.settled:
            await self.capture(card)
            await self._store.settle(card)

    async def _capture(self, charge_id: str, kind: ChargeKind, timeout_s: float) -> Receipt:
        try:
            return await self._ledger.capture(charge_id, kind, timeout_s)
        except ReservationReleasedError:
            log.warning("card given free: its reservation was gone", charge_id=charge_id)
            return FREE

    def _release_later(self, ask: Ask) -> asyncio.Task[None]:
        return self._chores.later(self._ledger.release(ask.request_id, RELEASE_TIMEOUT_S))


class Tab:
    """What one request pays, which is one charge whatever it turns out to be for.

    What was reserved stays so, however often the card is begun again.
    """

    def __init__(self, cashier: Cashier, ask: Ask) -> None:
        self._cashier = cashier
        self._ask = ask
        self.is_reserved = False

    async def reserve(self) -> None:
        """Set aside what a new card costs at most; raises ApiError if it cannot be."""
        if self.is_reserved:
            return
        self.is_reserved = True  # or it is unknown
        try:
            await self._cashier.reserve(self._ask)
        except ApiError:
            self.is_reserved = False
            raise

    def commit(self) -> None:
        """Give nothing back any more: who finds the card in the index takes what is reserved."""
        self.is_reserved = False

    def resume(self) -> None:
        """Take back that commit, since no card came into the index."""
        self.is_reserved = True

    async def pay_cached(self, card: Card) -> Receipt:
        """Pay the cached price for card, out of what is reserved if something is."""
        if not self.is_reserved:
            return await self._cashier.charge(self._ask, card)
        receipt = await self._cashier.capture_cached(self._ask, card)
        self.is_reserved = False
        return receipt
