"""DELETE /api/og: forgetting the card that a GET of the same query gives."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from og_edge import errors
from og_edge.card_service import CardService
from og_edge.errors import ApiError
from og_edge.exchange import Exchange, answered
from og_edge.incoming import Head, Scope
from og_edge.owners import Owners
from og_edge.templates import TemplateCatalog
from og_edge.wanted import QueryReader, Wanted
from og_service import tracing

NO_CONTENT: Final = 204


class DeletionEndpoint:
    """Answers owners; no input and no failure makes it raise."""

    def __init__(
        self,
        loopback_targets: frozenset[str],
        owners: Owners,
        catalog: TemplateCatalog,
        cards: CardService,
    ) -> None:
        self._reader = QueryReader(loopback_targets, max_bytes=0)
        self._owners = owners
        self._catalog = catalog
        self._cards = cards

    async def respond(self, scope: Scope) -> Response:
        """Forget a card, if there is one, or give an error in the form of all others."""
        return await answered(Exchange.begin(Head.of(scope), tracing.current()), self._answer)

    async def _answer(self, exchange: Exchange) -> Response:
        wanted = self._read(exchange.head)
        request = wanted if isinstance(wanted, ApiError) else wanted.request
        async with self._owners.admitted(exchange, request) as account:
            if isinstance(wanted, ApiError):
                raise wanted
            template = await self._catalog.get(wanted.request.template_id)
            key = wanted.name(template).key(account.account_id)
            await self._cards.delete(account.account_id, key)
        return Response(
            status_code=NO_CONTENT, headers={**exchange.headers, "Cache-Control": "no-store"}
        )

    def _read(self, head: Head) -> Wanted | ApiError:
        try:
            if head.fault:
                raise errors.MalformedRequestError(head.fault)
            wanted = self._reader.read(head.path, head.query)
            if wanted.request.refresh:
                raise errors.InvalidParameterError(
                    "refresh=true draws a card and DELETE forgets one: leave refresh out, or GET."
                )
        except ApiError as error:
            return error
        return wanted
