"""Who may have a card: by what auth says, what a page shows, and how many are new."""

from __future__ import annotations

import time
from typing import Final

from og_edge import errors
from og_edge.authorization import Account, Authorization, Authorizer, denial
from og_edge.card_request import CardRequest
from og_edge.card_service import CardService
from og_edge.cards import CardName, Sought
from og_edge.errors import ApiError
from og_edge.exchange import Exchange
from og_edge.flights import Flights
from og_edge.reception import Arrival, Reception
from og_edge.templates import Template
from og_edge.verification import Admission, Verifier
from og_edge.wanted import Wanted

ADMIT_TIMEOUT_S: Final = 2.0


class Admitter:
    """Lets in who may have the card that they ask for; notes on the exchange who that is."""

    def __init__(
        self,
        reception: Reception,
        authorizer: Authorizer,
        verifier: Verifier,
        cards: CardService,
    ) -> None:
        self._reception = reception
        self._authorizer = authorizer
        self._verifier = verifier
        self._cards = cards
        self._admissions: Flights[Authorization | None] = Flights("admissions")

    async def authorization(self, arrival: Arrival) -> Authorization:
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

    async def admit(
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

    async def admit_new_card(self, exchange: Exchange, sought: Sought) -> None:
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
