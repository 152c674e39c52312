"""What each request for a card wants, read before anybody is asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from og_edge import errors, request_spans
from og_edge.ask import Answer
from og_edge.authorization import Inquiry
from og_edge.card_path import options_in_path
from og_edge.desk import Order, Visit
from og_edge.errors import ApiError
from og_edge.exchange import Exchange
from og_edge.incoming import Head
from og_edge.responses import CardResponse, card_response
from og_edge.templates import Template, TemplateCatalog
from og_edge.wanted import QueryReader, Wanted

NO_SUCH_METHOD: Final = "Use GET or HEAD, or DELETE to forget a card."


@dataclass(frozen=True)
class EndpointSettings:
    """What the operator decides."""

    loopback_targets: frozenset[str]
    trusted_proxies: int


@dataclass(slots=True, eq=False)
class Arrival:
    """A request that was read, as far as it can be, and its visit at the desk.

    What is wrong with a query or a template is told only after who may ask at all.
    """

    exchange: Exchange
    wanted: Wanted | ApiError
    template: Template | ApiError
    visit: Visit

    def response_with(
        self, answer: Answer, wanted: Wanted, *, head: bool = False, known: bool = False
    ) -> CardResponse:
        """Give the response that brings a card, and note what it is."""
        exchange = self.exchange
        exchange.cache = "HIT" if answer.hit else "MISS"
        if not answer.hit:
            exchange.mode = wanted.request.mode
        exchange.charged_credits = answer.charged_credits
        return card_response(
            answer,
            exchange.request_id,
            exchange.limit,
            wanted.request.format,
            head=head,
            known=known,
            by_key=exchange.head.bearer is not None,
        )


class Reception:
    """Reads requests for cards."""

    def __init__(self, settings: EndpointSettings, catalog: TemplateCatalog) -> None:
        self._trusted_proxies = settings.trusted_proxies
        self._reader = QueryReader(settings.loopback_targets)
        self._catalog = catalog

    async def receive(self, exchange: Exchange) -> Arrival:
        """Read a request; waits for the first list of templates, if there is none yet."""
        wanted = self._read(exchange.head)
        template: Template | ApiError = errors.InternalError()
        if isinstance(wanted, ApiError):
            template = wanted
        else:
            try:
                template = await self._catalog.get(wanted.request.template_id)
            except ApiError as error:
                template = error
        return self._arrival(exchange, wanted, template)

    def receive_at_once(self, head: Head) -> Arrival | None:
        """Read a request that orders a card with its bytes; None where there is more to it."""
        wanted = self._read(head)
        if isinstance(wanted, ApiError) or not _is_order(head, wanted):
            return None
        template = self._catalog.at_hand(wanted.request.template_id)
        if template is None:
            return None
        span = request_spans.begin(head.method, head.headers)
        if span is not None:
            request_spans.name(span, head.method, request_spans.card_route(head.path))
        return self._arrival(Exchange.begin(head, span), wanted, template)

    def address(self, head: Head) -> str:
        """Give the client's address."""
        return head.address(self._trusted_proxies)

    def _read(self, head: Head) -> Wanted | ApiError:
        try:
            if head.fault:
                raise errors.MalformedRequestError(head.fault)
            if head.method not in {"GET", "HEAD"} and options_in_path(head.path) is not None:
                raise errors.MethodNotAllowedError(NO_SUCH_METHOD)
            return self._reader.read(head.path, head.query)
        except ApiError as error:
            return error

    def _arrival(
        self, exchange: Exchange, wanted: Wanted | ApiError, template: Template | ApiError
    ) -> Arrival:
        """Say who asks, also when what they ask for is wrong: every answer names a limit."""
        head = exchange.head
        credential, url = head.credential_for(
            wanted.request if isinstance(wanted, Wanted) else wanted
        )
        digest, order = b"", None
        if isinstance(wanted, Wanted) and isinstance(template, Template):
            name = wanted.name(template)
            digest = name.digest
            if _is_order(head, wanted):
                order = Order(wanted.request, name)
            if exchange.span is not None:
                exchange.span.set_attribute("og.template", template.template_id)
        inquiry = Inquiry(credential, self.address(head), url, digest)
        visit = Visit(exchange.request_id, inquiry, order, exchange.span)
        return Arrival(exchange, wanted, template, visit)


def _is_order(head: Head, wanted: Wanted) -> bool:
    return head.wants_bytes and not wanted.request.refresh
