"""Where all who ask at the same time are served together: authorized, and sold their cards."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import structlog

from og_edge.ask import Answer
from og_edge.authorization import Authorization, Decision, Inquiry, Verification
from og_edge.billing import Purchase, Receipt, reference_to
from og_edge.card_request import CardRequest
from og_edge.cards import Card, CardName
from og_edge.metrics import count_lookups
from og_service import context, tracing
from og_service.batching import Batcher
from og_service.expiry import Expiry
from og_service.tracing import Span

log = structlog.get_logger()

MAX_VISITS: Final = 500
MAX_GROUPS: Final = 4
LATE_S: Final = 0.1
"""After so long the next group goes beside one that is stuck, at most MAX_GROUPS together."""
VISIT_TIMEOUT_S: Final = 5.0

_NEEDS_NO_LOOK: Final = frozenset({Verification.NOT_NEEDED, Verification.VERIFIED})


class Doorkeeper(Protocol):
    """Decides about many requests at once."""

    async def authorize_all(self, inquiries: Sequence[Inquiry]) -> Sequence[Authorization]:
        """Ask who each is and count it; in their order."""


class Index(Protocol):
    """Knows which cards there are."""

    async def find_all(self, keys: Sequence[str]) -> Sequence[Card | None]:
        """Give the cards kept under keys, in their order."""


class Shelf(Protocol):
    """Has some cards' bytes in memory."""

    def at_hand(self, name: str, size_bytes: int) -> bytes | None:
        """Give an object if it needs no waiting for."""


class Till(Protocol):
    """Charges for many answers at once."""

    async def charge_all(self, purchases: Sequence[Purchase]) -> Sequence[Receipt | None]:
        """Take what each cached answer costs; None where nothing was taken, in their order."""


def _stay() -> None:
    """Do nothing: nobody waits."""


class Order(NamedTuple):
    """A card that is wanted with its bytes."""

    request: CardRequest
    name: CardName


@dataclass(slots=True, eq=False)
class Visit:
    """One request at the desk: who asks, for what if it may be sold here, and what came of it.

    `sale` is a card that was charged for and is to be sent; `failure` is why nobody could be
    authorized, or else why no card could be sold. `leave` is called once, when all of it is known,
    or when it took too long. `is_gone` tells that nobody waits any more.
    """

    request_id: str
    inquiry: Inquiry
    order: Order | None
    span: Span | None = None
    leave: Callable[[], None] = _stay
    authorization: Authorization | None = None
    sale: Answer | None = None
    failure: Exception | None = None
    is_gone: bool = False


class Desk:
    """Serves visits in groups: a journey to auth, one to the index and one to billing for each.

    What comes while a group is under way goes with the next. Were each step gathered by itself,
    the requests of a busy edge would spread over the steps, and a step's batch be a third of them.
    Whoever wants anything but a card to be sold from memory goes in groups of their own, and
    whoever turns out to buy nothing leaves at once: these wait for no index and no charge.
    """

    def __init__(self, doorkeeper: Doorkeeper, index: Index, shelf: Shelf, till: Till) -> None:
        self._doorkeeper = doorkeeper
        self._index = index
        self._shelf = shelf
        self._till = till
        self._expiry = Expiry(VISIT_TIMEOUT_S, self._give_up)
        self._buying, self._others = (
            Batcher[Visit](self._serve, _is_waiting, MAX_VISITS, MAX_GROUPS, late_s=LATE_S)
            for _ in range(2)
        )

    def take(self, visit: Visit) -> None:
        """Begin to serve a visit: authorize it, and sell it its card if that is at hand.

        After VISIT_TIMEOUT_S its failure is TimeoutError, and it may have been counted, or be
        charged too late.
        """
        loop = self._expiry.loop
        self._expiry.watch(visit)
        (self._buying if visit.order else self._others).put(visit, loop)

    def abandon(self, visit: Visit) -> None:
        """Leave a visit as it is, since nobody waits for it: it may have been counted, or paid.

        It lets go of who waited, too: they hold it, and cycles stay until they are collected.
        """
        visit.is_gone = True
        visit.leave = _stay
        self._expiry.forget(visit)

    async def serve(self, visit: Visit) -> None:
        """Serve a visit, as take does, to its end."""
        served = asyncio.Event()
        visit.leave = served.set
        self.take(visit)
        try:
            await served.wait()
        finally:
            self.abandon(visit)

    async def _serve(self, visits: Sequence[Visit]) -> None:
        context.request_id.set(visits[0].request_id)
        with tracing.shared("desk", (visit.span for visit in visits)):
            await self._serve_group(visits)

    async def _serve_group(self, visits: Sequence[Visit]) -> None:
        try:
            answers = await self._doorkeeper.authorize_all([visit.inquiry for visit in visits])
        except Exception as error:  # noqa: BLE001 - it is theirs who asked
            self._fail(visits, error)
            return
        buyers: list[tuple[Visit, str]] = []
        for visit, authorization in zip(visits, answers, strict=True):
            visit.authorization = authorization
            account = authorization.account
            if visit.order and account and _is_plain(authorization):
                buyers.append((visit, visit.order.name.key(account.account_id)))
            else:
                self._release(visit)
        if buyers:
            await self._sell(buyers)

    async def _sell(self, buyers: Sequence[tuple[Visit, str]]) -> None:
        try:
            cards = await self._index.find_all([key for _, key in buyers])
        except Exception as error:  # noqa: BLE001 - it is theirs who ordered something
            self._fail([visit for visit, _ in buyers], error)
            return
        now = dt.datetime.now(dt.UTC)
        sales: list[tuple[Visit, Card, bytes]] = []
        for (visit, _), card in zip(buyers, cards, strict=True):
            data = self._at_hand(card, now)
            if card is None or data is None or visit.is_gone:
                self._release(visit)
            else:
                sales.append((visit, card, data))
        if sales:
            count_lookups("memory", hits=len(sales))
            await self._charge(sales)

    async def _charge(self, sales: Sequence[tuple[Visit, Card, bytes]]) -> None:
        try:
            receipts = await self._till.charge_all(
                [_purchase(visit, card) for visit, card, _ in sales]
            )
        except Exception as error:  # noqa: BLE001 - it is theirs who were to be charged
            self._fail([visit for visit, _, _ in sales], error)
            return
        for (visit, card, data), receipt in zip(sales, receipts, strict=True):
            # Who was refused is told why when charged alone, on the way of all other requests.
            if receipt is not None:
                visit.sale = Answer(card, data, True, *receipt)  # noqa: FBT003 - hit
            self._release(visit)

    def _at_hand(self, card: Card | None, now: dt.datetime) -> bytes | None:
        if card is None or not card.settled or card.due(now):
            return None
        return self._shelf.at_hand(card.object_name, card.size_bytes)

    def _fail(self, visits: Sequence[Visit], failure: Exception) -> None:
        for visit in visits:
            visit.failure = failure
            self._release(visit)

    def _give_up(self, visit: Visit) -> None:
        visit.failure = TimeoutError(f"desk: not served within {VISIT_TIMEOUT_S:g} s")
        self._release(visit)

    def _release(self, visit: Visit) -> None:
        if visit.is_gone:
            return
        leave = visit.leave
        self.abandon(visit)
        try:
            leave()
        except Exception as error:  # the others of its group are not to suffer
            log.exception("answer failed", request_id=visit.request_id, exc_info=error)


def _is_waiting(visit: Visit) -> bool:
    return not visit.is_gone


def _is_plain(authorization: Authorization) -> bool:
    """Whether a card may be had as it was asked for, without any further look."""
    return (
        authorization.decision is Decision.ALLOWED
        and authorization.verification in _NEEDS_NO_LOOK
        and not authorization.canonical_url
    )


def _purchase(visit: Visit, card: Card) -> Purchase:
    assert visit.order  # noqa: S101 - who buys has ordered
    assert visit.authorization  # noqa: S101 - and was let in
    request = visit.order.request
    reference = reference_to(request.template_id, request.url.href)
    return Purchase(visit.request_id, card.account_id, visit.authorization.payer, reference)
