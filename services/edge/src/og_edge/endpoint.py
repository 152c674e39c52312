"""GET and HEAD of cards: who asks, what for, may they, the card."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from starlette.responses import Response

from og_edge import errors
from og_edge.admitter import Admitter
from og_edge.ask import Answer, Ask
from og_edge.authorization import Account, Authorization
from og_edge.card_service import CardService
from og_edge.cards import Card
from og_edge.desk import Desk
from og_edge.errors import ApiError
from og_edge.exchange import Exchange, answered
from og_edge.fallback import Fallback
from og_edge.fast_path import ARRIVAL
from og_edge.incoming import Head, Scope
from og_edge.reception import Arrival, Reception
from og_edge.templates import Template
from og_edge.under_way import UnderWay
from og_edge.verification import Admission
from og_edge.wanted import Wanted
from og_service import tracing
from og_service.status import RemoteError

BALANCE_TIMEOUT_S: Final = 0.5


class Balances(Protocol):
    """Tells what accounts have."""

    async def balance(self, account_id: str, timeout_s: float) -> int:
        """Tell how many credits can be spent."""


class CardEndpoint:
    """Answers requests for cards; no input and no failure makes it raise."""

    def __init__(
        self,
        reception: Reception,
        desk: Desk,
        under_way: UnderWay,
        admitter: Admitter,
        balances: Balances,
        cards: CardService,
        fallback: Fallback,
    ) -> None:
        self._reception = reception
        self._desk = desk
        self._under_way = under_way
        self._admitter = admitter
        self._balances = balances
        self._cards = cards
        self._fallback = fallback

    async def respond(self, scope: Scope) -> Response:
        """Give a card, or an error as the API reference shows it."""
        arrival: Arrival | None = (scope.get("state") or {}).get(ARRIVAL)
        if arrival is None:
            return await answered(Exchange.begin(Head.of(scope), tracing.current()), self._answer)
        try:
            return await answered(arrival.exchange, partial(self._answer_served, arrival))
        finally:
            self._under_way.leave()

    async def _answer(self, exchange: Exchange) -> Response:
        with self._under_way:
            arrival = await self._reception.receive(exchange)
            await self._desk.serve(arrival.visit)
            return await self._answer_served(arrival, exchange)

    async def _answer_served(self, arrival: Arrival, _: Exchange) -> Response:
        """Answer who has been at the desk."""
        wanted, template, visit = arrival.wanted, arrival.template, arrival.visit
        authorization = await self._admitter.authorization(arrival)
        if isinstance(wanted, ApiError):
            raise wanted
        if authorization.serves_fallback:
            arrival.exchange.stand_in = self._fallback.of(wanted.request, template, authorization)
        if isinstance(template, ApiError):
            raise template
        if visit.failure is not None:
            raise visit.failure.with_traceback(None)  # it is raised by all of a group
        if visit.sale is not None:
            self._cards.note_use(visit.sale.card)
            return arrival.response_with(visit.sale, wanted)
        return await self._card(arrival, authorization, wanted, template)

    async def _card(
        self,
        arrival: Arrival,
        authorization: Authorization,
        wanted: Wanted,
        template: Template,
    ) -> Response:
        """Answer with a card that is not simply sold at the desk."""
        account = authorization.account
        if account is None:  # allowed, yet nobody: the auth service broke its contract
            raise errors.InternalError
        exchange = arrival.exchange
        by_key = exchange.head.bearer is not None
        if wanted.request.refresh and not by_key:
            raise errors.RefreshRequiresApiKeyError(
                "refresh=true needs an API key: a site id stands in public HTML."
            )
        admission = await self._admitter.admit(exchange, authorization, account, wanted, template)
        card = _card_as_it_is(exchange, admission)
        ask = _ask_for(exchange, account, admission, card)
        if ask.drawing_refusal is None and admission.authorization.admits_new_cards_apart:
            await self._admitter.admit_new_card(exchange, admission.sought)
        answer = await self._cards.answer(ask, card)
        if by_key and answer.balance_credits is None:
            answer = await self._with_balance(answer, account)
        if exchange.stand_in is not None and not answer.hit:
            self._fallback.prepare(ask.account_id, ask.request)
        known = ask.knows(answer.card.digest)
        return arrival.response_with(answer, wanted, head=ask.head, known=known)

    async def _with_balance(self, answer: Answer, account: Account) -> Answer:
        """Add the balance to an answer that cost nothing; do without it if billing is away."""
        with suppress(ApiError, RemoteError):
            balance = await self._balances.balance(account.account_id, BALANCE_TIMEOUT_S)
            return answer._replace(balance_credits=balance)
        return answer


def _card_as_it_is(exchange: Exchange, admission: Admission) -> Card | None:
    """Give the card that exists, if it may be answered with as it is."""
    sought = admission.sought
    # Headers of a card that exists are free, so nothing is drawn for them.
    if admission.drawing_refusal or exchange.head.is_head or sought.is_served_as_it_is:
        return sought.card
    return None


def _ask_for(exchange: Exchange, account: Account, admission: Admission, card: Card | None) -> Ask:
    """Say what is asked for by whom, of which card is there."""
    head, sought = exchange.head, admission.sought
    exists = card is not None and not sought.request.refresh
    return Ask(
        request_id=exchange.request_id,
        account_id=account.account_id,
        key=sought.key,
        request=sought.request,
        template=sought.template,
        deadline=exchange.deadline,
        page=admission.page,
        head=head.is_head,
        known_digests=head.known_digests(exists=exists),
        ai_allowed=account.ai_allowed,
        payer=admission.authorization.payer,
        drawing_refusal=admission.drawing_refusal,
    )
