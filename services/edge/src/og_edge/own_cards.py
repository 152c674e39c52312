"""Cards that an account's owner asks for at the dashboard."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NamedTuple

import structlog

from og_edge import errors
from og_edge.ai import reading_mode
from og_edge.ask import Answer, Ask
from og_edge.authorization import Account, Authorizer, Credential, Inquiry, denial
from og_edge.billing import ChargeKind
from og_edge.card_request import CardRequest
from og_edge.card_service import CardService
from og_edge.cards import CardName, generation_of
from og_edge.deadline import Deadline
from og_edge.drawing import Drawing
from og_edge.options import Mode
from og_edge.previews import Previewer
from og_edge.request_ids import new_request_id
from og_edge.templates import TemplateCatalog

log = structlog.get_logger()


class Visitor(NamedTuple):
    """Somebody who is signed in, and the address they ask from."""

    session_token: str
    client_address: str


class Made(NamedTuple):
    """A card that was asked for: the generation it is of, its bytes, and what it cost."""

    generation_id: str
    answer: Answer


class OwnCards:
    """Draws for who is signed in.

    Each call is authorized by the session and counts in the account's rate limit, as one with an
    API key does; what is paid, the account itself pays. All raise ApiError, RemoteError and
    TimeoutError, and nothing is charged then, or settled by the next request for the card.
    """

    def __init__(
        self,
        authorizer: Authorizer,
        catalog: TemplateCatalog,
        previewer: Previewer,
        cards: CardService,
    ) -> None:
        self._authorizer = authorizer
        self._catalog = catalog
        self._previewer = previewer
        self._cards = cards

    async def preview(self, visitor: Visitor, request: CardRequest, deadline: Deadline) -> Drawing:
        """Draw a card as mode=standard would, free of charge; it is kept nowhere."""
        account = await self._authorized(visitor, request)
        template = await self._catalog.get(request.template_id)
        return await self._previewer.draw(account.account_id, request, template, deadline)

    async def price_credits(self, request: CardRequest) -> int:
        """Tell what a new card costs at most; raises UnknownTemplateError."""
        template = await self._catalog.get(request.template_id)
        is_ai = reading_mode(request, template) is Mode.AI
        return (ChargeKind.AI_GENERATION if is_ai else ChargeKind.GENERATION).price_credits

    async def cost_credits(self, account_id: str, request: CardRequest) -> int:
        """Tell what a card of an account costs now at most: the cached price where it exists.

        One that is to be tried again by AI costs what a new one does, should AI deliver.
        """
        template = await self._catalog.get(request.template_id)
        name = CardName.of(request, template)
        sought = await self._cards.seek(account_id, request, template, name)
        card = sought.card
        if card is not None and (sought.is_served_as_it_is or not card.awaits_ai):
            return ChargeKind.CACHED_CARD.price_credits
        return await self.price_credits(request)

    async def generate(
        self, visitor: Visitor, request: CardRequest, deadline: Deadline, *, refresh: bool = False
    ) -> Made:
        """Give the card that request asks for, made and paid as any other; drawn anew if refresh.

        One that exists costs the cached price.
        """
        request = replace(request, site_id="", refresh=refresh)
        account = await self._authorized(visitor, request)
        template = await self._catalog.get(request.template_id)
        name = CardName.of(request, template)
        sought = await self._cards.seek(account.account_id, request, template, name)
        ask = Ask(
            request_id=new_request_id(),
            account_id=account.account_id,
            key=sought.key,
            request=request,
            template=template,
            deadline=deadline,
            ai_allowed=account.ai_allowed,
        )
        answer = await self._cards.answer(ask, sought.card if sought.is_served_as_it_is else None)
        log.info(
            "own card",
            request_id=ask.request_id,
            account_id=account.account_id,
            charged_credits=answer.charged_credits,
        )
        return Made(generation_of(answer.card.object_name), answer)

    async def _authorized(self, visitor: Visitor, request: CardRequest) -> Account:
        """Give the owner's account; raises ApiError where they may draw nothing now."""
        credential = Credential(session_token=visitor.session_token)
        authorization = await self._authorizer.authorize(
            Inquiry(credential, visitor.client_address, request.url.href)
        )
        if refusal := denial(authorization, time.time()):
            raise refusal
        if authorization.account is None:  # allowed, yet nobody: auth broke its contract
            raise errors.InternalError
        return authorization.account
