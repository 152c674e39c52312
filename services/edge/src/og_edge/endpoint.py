"""GET and HEAD of cards: who asks, what for, may they, the card."""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Protocol

import structlog
from starlette.requests import Request
from starlette.responses import Response

from og_edge import errors, incoming
from og_edge.ai import reading_mode
from og_edge.ask import Answer, Ask
from og_edge.authorization import Account, Authorization, Credential, RateLimit, denial
from og_edge.card_path import API_PATH, EXTENSIONS, FILES_PATH, options_in_path
from og_edge.card_request import CardRequest, parse_card_request
from og_edge.card_service import CardService
from og_edge.cards import card_key
from og_edge.deadline import Deadline
from og_edge.errors import ApiError
from og_edge.options import Mode
from og_edge.page import Page
from og_edge.responses import card_response, error_response, rate_limit_headers
from og_edge.templates import Template, TemplateCatalog
from og_edge.verification import Verifier
from og_service import context
from og_service.status import RemoteError

log = structlog.get_logger()

REQUEST_BUDGET_S: Final = 7.5
AUTHORIZE_TIMEOUT_S: Final = 2.0
BALANCE_TIMEOUT_S: Final = 0.5
RETRY_AFTER_S: Final = 1
MAX_REQUESTS_UNDER_WAY: Final = 2_000
UNKNOWN_LIMIT: Final = 60
"""The limit named while the auth service, which knows the real one, cannot be asked."""
_UNKNOWN_PATH: Final = (
    f"Nothing is here; ask {API_PATH}?template=… or {FILES_PATH}/<template>.<extension>, the "
    f"extension being one of {', '.join(EXTENSIONS)}."
)


class Authorizer(Protocol):
    """Decides about requests."""

    async def authorize(
        self, credential: Credential, client_address: str, page_url: str, timeout_s: float
    ) -> Authorization:
        """Ask who this is and count the request."""

    async def admit_new_card(
        self, site_id: str, client_address: str, timeout_s: float
    ) -> Authorization:
        """Count a new card asked for by site, where that was asked for."""


class Balances(Protocol):
    """Tells what accounts have."""

    async def balance(self, account_id: str, timeout_s: float) -> int:
        """Tell how many credits can be spent."""


@dataclass(frozen=True)
class EndpointSettings:
    """What the operator decides."""

    loopback_targets: frozenset[str]
    trusted_proxies: int


@dataclass
class _Exchange:
    """One request on its way to its answer."""

    http: Request
    request_id: str
    deadline: Deadline
    started_s: float
    rate_limit: RateLimit | None = None
    account: Account | None = None

    @property
    def headers(self) -> dict[str, str]:
        limit = self.rate_limit or RateLimit(UNKNOWN_LIMIT, 0, int(time.time()) + RETRY_AFTER_S)
        return {"X-Request-Id": self.request_id, **rate_limit_headers(limit)}


class CardEndpoint:
    """Answers requests for cards; no input and no failure makes it raise."""

    def __init__(
        self,
        settings: EndpointSettings,
        authorizer: Authorizer,
        balances: Balances,
        catalog: TemplateCatalog,
        verifier: Verifier,
        cards: CardService,
    ) -> None:
        self._settings = settings
        self._authorizer = authorizer
        self._balances = balances
        self._catalog = catalog
        self._verifier = verifier
        self._cards = cards
        self._under_way = 0

    async def respond(self, http: Request) -> Response:
        """Give a card, or an error as the API reference shows it."""
        exchange = _Exchange(
            http, str(uuid.uuid4()), Deadline.after(REQUEST_BUDGET_S), time.monotonic()
        )
        context.request_id.set(exchange.request_id)
        self._under_way += 1
        try:
            return await self._respond(exchange)
        finally:
            self._under_way -= 1

    async def _respond(self, exchange: _Exchange) -> Response:
        error: ApiError
        try:
            # Each step has its own deadline; this one is for what has none, such as a store that
            # took a query and fell silent.
            async with asyncio.timeout(REQUEST_BUDGET_S):
                response = await self._answer(exchange)
            _log_answer(exchange, response, "ok")
        except ApiError as refusal:
            error = refusal
        except (RemoteError, TimeoutError) as failure:
            log.error("request failed", cause=repr(failure))  # noqa: TRY400 - no trace of ours helps
            error = errors.InternalError(retry_after_s=RETRY_AFTER_S)
        except Exception:
            log.exception("request failed")
            error = errors.InternalError(retry_after_s=RETRY_AFTER_S)
        else:
            return response
        response = error_response(error, exchange.headers)
        _log_answer(exchange, response, error.code)
        return response

    async def _answer(self, exchange: _Exchange) -> Response:
        if self._under_way > MAX_REQUESTS_UNDER_WAY:
            raise errors.OverloadedError("Too many requests at once.", retry_after_s=RETRY_AFTER_S)
        request = self._parse(exchange.http)
        try:
            authorization = await self._authorize(exchange, request)
        except RemoteError:
            if isinstance(request, ApiError):
                raise request from None  # a mistake is one, also while auth is away
            raise
        if isinstance(request, ApiError):
            raise request
        template = await self._catalog.get(request.template_id)
        account = authorization.account
        if account is None:  # allowed, yet nobody: the auth service broke its contract
            raise errors.InternalError
        by_key = incoming.bearer(exchange.http) is not None
        if request.refresh and not by_key:
            raise errors.RefreshRequiresApiKeyError(
                "refresh=true needs an API key: a site id stands in public HTML."
            )
        key = card_key(account.account_id, request, template)
        card = await self._cards.find(key)
        page: Page | None = None
        if authorization.needs_verification:
            # What a language model is to read is read once more, and drawn from that.
            drawn_from = card is None and reading_mode(request, template) is Mode.STANDARD
            seen = await self._verify(exchange, request, template, pictures=drawn_from)
            page = seen if drawn_from else None
        ask = Ask(
            request_id=exchange.request_id,
            account_id=account.account_id,
            key=key,
            request=request,
            template=template,
            deadline=exchange.deadline,
            page=page,
            head=exchange.http.method == "HEAD",
            known_digests=incoming.known_digests(
                exchange.http, exists=card is not None and not request.refresh
            ),
            ai_allowed=account.ai_allowed,
            payer=authorization.payer,
        )
        if authorization.admits_new_cards_apart and await self._cards.would_be_new(key):
            await self._admit_new_card(exchange, request)
        answer = await self._cards.answer(ask, card)
        if by_key and answer.balance_credits is None:
            answer = await self._with_balance(answer, account)
        return card_response(
            answer,
            exchange.headers,
            request.format,
            head=ask.head,
            known=ask.knows(answer.card.digest),
            by_key=by_key,
        )

    def _parse(self, http: Request) -> CardRequest | ApiError:
        try:
            if reason := incoming.fault_of(http):
                raise errors.MalformedRequestError(reason)
            in_path = options_in_path(http.scope["path"])
            if in_path is None:
                raise errors.UnknownPathError(_UNKNOWN_PATH)
            if http.method not in {"GET", "HEAD"}:
                raise errors.MethodNotAllowedError("Use GET or HEAD.")
            return parse_card_request(
                http.scope["query_string"],
                in_path=in_path,
                loopback_targets=self._settings.loopback_targets,
            )
        except ApiError as error:
            return error

    async def _authorize(
        self, exchange: _Exchange, request: CardRequest | ApiError
    ) -> Authorization:
        """Decide who asks, also when what they ask for is wrong: every answer names a limit."""
        http = exchange.http
        credential, url = incoming.credential_of(http, request)
        authorization = await self._authorizer.authorize(
            credential,
            incoming.address_of(http, self._settings.trusted_proxies),
            url,
            exchange.deadline.remaining_s(AUTHORIZE_TIMEOUT_S),
        )
        exchange.rate_limit = authorization.rate_limit
        exchange.account = authorization.account
        refusal = denial(authorization, time.time())
        if isinstance(request, ApiError) and incoming.outranks(refusal, http):
            return authorization
        if refusal:
            raise refusal
        return authorization

    async def _verify(
        self, exchange: _Exchange, request: CardRequest, template: Template, *, pictures: bool
    ) -> Page:
        authorization, page = await self._verifier.verify(
            request,
            template,
            incoming.address_of(exchange.http, self._settings.trusted_proxies),
            exchange.deadline,
            pictures=pictures,
        )
        exchange.rate_limit = authorization.rate_limit
        refusal = denial(authorization, time.time())
        if isinstance(page, ApiError):
            over_limit = isinstance(refusal, errors.RateLimitExceededError)
            raise refusal if refusal and over_limit else page
        if refusal:
            raise refusal
        return page

    async def _admit_new_card(self, exchange: _Exchange, request: CardRequest) -> None:
        authorization = await self._authorizer.admit_new_card(
            request.site_id,
            incoming.address_of(exchange.http, self._settings.trusted_proxies),
            exchange.deadline.remaining_s(AUTHORIZE_TIMEOUT_S),
        )
        exchange.rate_limit = authorization.rate_limit
        if refusal := denial(authorization, time.time()):
            raise refusal

    async def _with_balance(self, answer: Answer, account: Account) -> Answer:
        """Add the balance to an answer that cost nothing; do without it if billing is away."""
        with suppress(ApiError, RemoteError):
            balance = await self._balances.balance(account.account_id, BALANCE_TIMEOUT_S)
            return replace(answer, balance_credits=balance)
        return answer


def _log_answer(exchange: _Exchange, response: Response, outcome: str) -> None:
    log.info(
        "answer",
        status=response.status_code,
        outcome=outcome,
        cache=response.headers.get("x-cache"),
        charged_credits=response.headers.get("x-credits-charged"),
        account_id=exchange.account.account_id if exchange.account else None,
        duration_ms=round((time.monotonic() - exchange.started_s) * 1000, 1),
    )
