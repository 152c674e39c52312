"""GET and HEAD of cards: who asks, what for, may they, the card."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from starlette.responses import Response

from og_edge import errors
from og_edge.ask import Answer, Ask
from og_edge.authorization import Account, Authorization, Authorizer, Inquiry, denial
from og_edge.card_path import options_in_path
from og_edge.card_request import CardRequest
from og_edge.card_service import CardService
from og_edge.cards import CardName, Sought
from og_edge.desk import Desk, Order, Visit
from og_edge.errors import RETRY_AFTER_S, ApiError
from og_edge.exchange import Exchange, answered
from og_edge.flights import Flights
from og_edge.incoming import Head, Scope
from og_edge.responses import card_response
from og_edge.templates import Template, TemplateCatalog
from og_edge.verification import Admission, Verifier
from og_edge.wanted import QueryReader, Wanted
from og_service.status import RemoteError

ADMIT_TIMEOUT_S: Final = 2.0
BALANCE_TIMEOUT_S: Final = 0.5
MAX_REQUESTS_UNDER_WAY: Final = 3_000
"""At least a third of them for cards that exist: see flights.MAX_WAITING, of cards and of looks.
Admissions wait for auth, as cards that exist do."""
_TOO_MANY: Final = "We have too many requests at the same time. Try again soon."


class Balances(Protocol):
    """Tells what accounts have."""

    async def balance(self, account_id: str, timeout_s: float) -> int:
        """Tell how many credits can be spent."""


@dataclass(frozen=True)
class EndpointSettings:
    """What the operator decides."""

    loopback_targets: frozenset[str]
    trusted_proxies: int


class CardEndpoint:
    """Answers requests for cards; no input and no failure makes it raise."""

    def __init__(
        self,
        settings: EndpointSettings,
        desk: Desk,
        authorizer: Authorizer,
        balances: Balances,
        catalog: TemplateCatalog,
        verifier: Verifier,
        cards: CardService,
    ) -> None:
        self._settings = settings
        self._reader = QueryReader(settings.loopback_targets)
        self._desk = desk
        self._authorizer = authorizer
        self._balances = balances
        self._catalog = catalog
        self._verifier = verifier
        self._cards = cards
        self._admissions: Flights[Authorization | None] = Flights()
        self._under_way = 0

    async def respond(self, scope: Scope) -> Response:
        """Give a card, or an error as the API reference shows it."""
        self._under_way += 1
        try:
            return await answered(Head(scope), self._answer)
        finally:
            self._under_way -= 1

    async def _answer(self, exchange: Exchange) -> Response:
        if self._under_way > MAX_REQUESTS_UNDER_WAY:
            raise errors.OverloadedError(_TOO_MANY, retry_after_s=RETRY_AFTER_S)
        wanted = self._read(exchange.head)
        template = await self._template_of(wanted)
        visit = self._visit(exchange, wanted, template)
        try:
            authorization = await self._authorize(exchange, visit, wanted, template)
        except (RemoteError, TimeoutError):
            if isinstance(wanted, ApiError):
                raise wanted from None  # a mistake is one, also while auth is away
            raise
        if isinstance(wanted, ApiError):
            raise wanted
        if isinstance(template, ApiError):
            raise template
        if visit.failure is not None:
            raise visit.failure.with_traceback(None)  # it is raised by all of a group
        if visit.sale is not None:
            self._cards.note_use(visit.sale.card)
            return _answered(exchange, visit.sale, wanted.request)
        return await self._card(exchange, authorization, wanted, template)

    async def _card(
        self,
        exchange: Exchange,
        authorization: Authorization,
        wanted: Wanted,
        template: Template,
    ) -> Response:
        """Answer with a card that is not simply sold at the desk."""
        account = authorization.account
        if account is None:  # allowed, yet nobody: the auth service broke its contract
            raise errors.InternalError
        head, request = exchange.head, wanted.request
        by_key = head.bearer is not None
        if request.refresh and not by_key:
            raise errors.RefreshRequiresApiKeyError(
                "refresh=true needs an API key: a site id stands in public HTML."
            )
        admission = await self._admit(exchange, authorization, account, wanted, template)
        sought = admission.sought
        refusal = admission.drawing_refusal
        is_head = head.method == "HEAD"
        # Headers of a card that exists are free, so nothing is drawn for them.
        is_served = sought.card is not None and (refusal or is_head or sought.is_served_as_it_is)
        ask = Ask(
            request_id=exchange.request_id,
            account_id=account.account_id,
            key=sought.key,
            request=sought.request,
            template=template,
            deadline=exchange.deadline,
            page=admission.page,
            head=is_head,
            known_digests=head.known_digests(exists=bool(is_served) and not request.refresh),
            ai_allowed=account.ai_allowed,
            payer=admission.authorization.payer,
            drawing_refusal=refusal,
        )
        if refusal is None and admission.authorization.admits_new_cards_apart:
            await self._admit_new_card(exchange, sought)
        answer = await self._cards.answer(ask, sought.card if is_served else None)
        if by_key and answer.balance_credits is None:
            answer = await self._with_balance(answer, account)
        known = ask.knows(answer.card.digest)
        return _answered(exchange, answer, request, head=ask.head, known=known)

    def _read(self, head: Head) -> Wanted | ApiError:
        try:
            if head.fault:
                raise errors.MalformedRequestError(head.fault)
            if head.method not in {"GET", "HEAD"} and options_in_path(head.path) is not None:
                raise errors.MethodNotAllowedError("Use GET or HEAD, or DELETE to forget a card.")
            return self._reader.read(head.path, head.query)
        except ApiError as error:
            return error

    async def _template_of(self, wanted: Wanted | ApiError) -> Template | ApiError:
        """Give the template, or what is wrong with it: that is told after who may ask at all."""
        if isinstance(wanted, ApiError):
            return wanted
        try:
            return await self._catalog.get(wanted.request.template_id)
        except ApiError as error:
            return error

    def _visit(
        self, exchange: Exchange, wanted: Wanted | ApiError, template: Template | ApiError
    ) -> Visit:
        """Say who asks, also when what they ask for is wrong: every answer names a limit."""
        head = exchange.head
        request = wanted if isinstance(wanted, ApiError) else wanted.request
        credential, url = head.credential_for(request)
        digest, order = b"", None
        if isinstance(wanted, Wanted) and isinstance(template, Template):
            name = wanted.name(template)
            digest = name.digest
            if head.wants_bytes and not wanted.request.refresh:
                order = Order(wanted.request, name)
        address = head.address(self._settings.trusted_proxies)
        return Visit(exchange.request_id, Inquiry(credential, address, url, digest), order)

    async def _authorize(
        self,
        exchange: Exchange,
        visit: Visit,
        wanted: Wanted | ApiError,
        template: Template | ApiError,
    ) -> Authorization:
        """Let in who may ask."""
        authorization = await self._desk.serve(visit)
        exchange.note(authorization)
        request = wanted if isinstance(wanted, ApiError) else wanted.request
        refusal = denial(authorization, time.time())
        if refusal is None:
            return authorization
        if isinstance(request, ApiError):
            if exchange.head.outranks(refusal):
                return authorization
            raise refusal
        if isinstance(refusal, errors.SiteNotVerifiedError) and isinstance(template, Template):
            raise await self._verifier.refusal(request, template)
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
            exchange.head.address(self._settings.trusted_proxies),
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
            return await self._authorizer.admit_new_card(
                sought.request.site_id,
                exchange.head.address(self._settings.trusted_proxies),
                exchange.deadline.remaining_s(ADMIT_TIMEOUT_S),
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


def _answered(
    exchange: Exchange,
    answer: Answer,
    request: CardRequest,
    *,
    head: bool = False,
    known: bool = False,
) -> Response:
    exchange.cache = "HIT" if answer.hit else "MISS"
    exchange.charged_credits = answer.charged_credits
    return card_response(
        answer,
        exchange.request_id,
        exchange.limit,
        request.format,
        head=head,
        known=known,
        by_key=exchange.head.bearer is not None,
    )
