"""GET and HEAD of cards: who asks, what for, may they, the card."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from starlette.responses import Response

from og_edge import errors
from og_edge.ask import Answer, Ask
from og_edge.authorization import Account, Authorization, Authorizer, denial
from og_edge.card_request import CardRequest
from og_edge.card_service import CardService
from og_edge.cards import Card, CardName, Sought
from og_edge.desk import Desk
from og_edge.errors import ApiError
from og_edge.exchange import Exchange, answered
from og_edge.fast_path import ARRIVAL
from og_edge.flights import Flights
from og_edge.incoming import Head, Scope
from og_edge.reception import Arrival, Reception
from og_edge.templates import Template
from og_edge.under_way import UnderWay
from og_edge.verification import Admission, Verifier
from og_edge.wanted import Wanted
from og_service.status import RemoteError

ADMIT_TIMEOUT_S: Final = 2.0
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
        authorizer: Authorizer,
        balances: Balances,
        verifier: Verifier,
        cards: CardService,
    ) -> None:
        self._reception = reception
        self._desk = desk
        self._under_way = under_way
        self._authorizer = authorizer
        self._balances = balances
        self._verifier = verifier
        self._cards = cards
        self._admissions: Flights[Authorization | None] = Flights()

    async def respond(self, scope: Scope) -> Response:
        """Give a card, or an error as the API reference shows it."""
        arrival: Arrival | None = (scope.get("state") or {}).get(ARRIVAL)
        if arrival is None:
            return await answered(Exchange.begin(Head.of(scope)), self._answer)
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
        authorization = await self._authorization(arrival)
        if isinstance(wanted, ApiError):
            raise wanted
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
        admission = await self._admit(exchange, authorization, account, wanted, template)
        card = _card_as_it_is(exchange, admission)
        ask = _ask_for(exchange, account, admission, card)
        if ask.drawing_refusal is None and admission.authorization.admits_new_cards_apart:
            await self._admit_new_card(exchange, admission.sought)
        answer = await self._cards.answer(ask, card)
        if by_key and answer.balance_credits is None:
            answer = await self._with_balance(answer, account)
        known = ask.knows(answer.card.digest)
        return arrival.response_with(answer, wanted, head=ask.head, known=known)

    async def _authorization(self, arrival: Arrival) -> Authorization:
        """Give the decision that lets in who may ask; raises what denies it."""
        exchange, wanted, template = arrival.exchange, arrival.wanted, arrival.template
        authorization = arrival.visit.authorization
        if authorization is None:
            if isinstance(wanted, ApiError):
                raise wanted  # a mistake is one, also while auth is away
            raise (arrival.visit.failure or TimeoutError()).with_traceback(None)
        exchange.note(authorization)
        refusal = denial(authorization, time.time())
        if refusal is None:
            return authorization
        if isinstance(wanted, ApiError):
            if exchange.head.outranks(refusal):
                return authorization
            raise refusal
        if isinstance(refusal, errors.SiteNotVerifiedError) and isinstance(template, Template):
            raise await self._verifier.refusal(wanted.request, template)
        raise refusal

    async def _admit(
        self,
        exchange: Exchange,
        authorization: Authorization,
        account: Account,
        wanted: Wanted,
        template: Template,
    ) -> Admission:
        """Find the card that is asked for, and whether it may be had by site, if it is."""

        async def seek(request: CardRequest) -> Sought:
            is_as_asked = request is wanted.request
            name = wanted.name(template) if is_as_asked else CardName.of(request, template)
            return await self._cards.seek(account.account_id, request, template, name)

        admission = await self._verifier.admit(
            authorization,
            wanted.request,
            seek,
            self._reception.address(exchange.head),
            exchange.deadline,
        )
        exchange.note(admission.authorization)
        if admission.denial:
            raise admission.denial
        return admission

    async def _admit_new_card(self, exchange: Exchange, sought: Sought) -> None:
        """Have a new card counted: once for all who ask for it, one of whom draws it."""
        if sought.card is not None:
            return

        async def admit() -> Authorization | None:
            if not await self._cards.would_be_new(sought.key):
                return None
            address = self._reception.address(exchange.head)
            with exchange.deadline.step(ADMIT_TIMEOUT_S) as step:
                return await self._authorizer.admit_new_card(
                    sought.request.site_id, address, step.timeout_s
                )

        authorization, leading = await self._admissions.join(sought.key, admit, exchange.deadline)
        if authorization is None:
            return
        refusal = denial(authorization, time.time())
        if leading or refusal:
            exchange.rate_limit = authorization.rate_limit
        if refusal:
            raise refusal

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
