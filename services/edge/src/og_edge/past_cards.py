"""What an account's owner does with the cards of past generations."""

from __future__ import annotations

from typing import NamedTuple

from og_edge.blocks import Blocks
from og_edge.card_request import CardRequest
from og_edge.card_service import CardService
from og_edge.deadline import Deadline
from og_edge.errors import NotFoundError
from og_edge.history import Cursor, History, HistoryFilter, HistoryPage, Record
from og_edge.own_cards import Made, OwnCards, Visitor
from og_edge.past_requests import request_of


class Picture(NamedTuple):
    """A card's bytes, and under which digest they are known."""

    data: bytes
    media_type: str
    digest: str


class PastCards:
    """Looks at past generations of an account, and draws, forgets and blocks their cards.

    The account is that of a session which was looked up for the very request. Only what draws is
    counted in its rate limit: an owner can forget a card however many others ask for it. All raise
    ApiError (NotFoundError for a generation that is not the account's), RemoteError and
    TimeoutError.
    """

    def __init__(
        self,
        own_cards: OwnCards,
        cards: CardService,
        history: History,
        blocks: Blocks,
        loopback_targets: frozenset[str],
    ) -> None:
        self._own_cards = own_cards
        self._cards = cards
        self._history = history
        self._blocks = blocks
        self._loopback_targets = loopback_targets

    async def page(
        self, account_id: str, wanted: HistoryFilter, after: Cursor | None, at_most: int
    ) -> HistoryPage:
        """Give the newest generations that are wanted, older than after."""
        return await self._history.page(account_id, wanted, after, at_most)

    async def record(self, account_id: str, generation_id: str) -> Record:
        """Give a generation, and what became of its card."""
        record = await self._history.find(account_id, generation_id)
        if record is None:
            raise NotFoundError("Nothing is known of this card.")
        return record

    async def picture(self, record: Record) -> Picture | None:
        """Give the card of a generation as it is now, free of charge; None when it is gone."""
        if (found := await self._cards.picture(record.generation.card_key)) is None:
            return None
        card, data = found
        return Picture(data, self.request(record).format.media_type, card.digest)

    def request(self, record: Record) -> CardRequest:
        """Give the request for a generation's card; raises UrlNotAllowedError."""
        return request_of(record.generation, self._loopback_targets)

    async def regeneration_credits(self, record: Record) -> int:
        """Tell what drawing a generation's card anew costs at most."""
        return await self._own_cards.price_credits(self.request(record))

    async def regenerate(
        self, visitor: Visitor, account_id: str, generation_id: str, deadline: Deadline
    ) -> Made:
        """Draw the card of a generation of the owner's anew, as refresh=true does."""
        record = await self.record(account_id, generation_id)
        request = self.request(record)
        return await self._own_cards.generate(visitor, request, deadline, refresh=True)

    async def delete(self, account_id: str, generation_id: str) -> None:
        """Forget the card of a generation on every edge, as DELETE /api/og does."""
        record = await self.record(account_id, generation_id)
        await self._cards.delete(account_id, record.generation.card_key)

    async def block(self, account_id: str, generation_id: str) -> None:
        """Forget the card of a generation, and let nobody draw it until that is lifted."""
        record = await self.record(account_id, generation_id)
        # In this order: what was drawn, or begun, before the block is gone with the deletion.
        await self._blocks.block(record.generation, record.create_time)
        await self._cards.delete(account_id, record.generation.card_key)

    async def unblock(self, account_id: str, generation_id: str) -> None:
        """Let the card of a generation be drawn again by the next who asks for it."""
        record = await self.record(account_id, generation_id)
        await self._blocks.unblock(account_id, record.generation.card_key)
