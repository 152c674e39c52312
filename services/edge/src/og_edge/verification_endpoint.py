"""GET and POST /api/verification: what a site's owner is told of its pages' tags."""

from __future__ import annotations

import time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from og_edge import errors
from og_edge.authorization import NOT_OF_SITE, Account
from og_edge.card_request import CardRequest, parse_card_request
from og_edge.card_service import CardService
from og_edge.cards import CardName, Sought
from og_edge.errors import ApiError
from og_edge.exchange import Exchange, answered
from og_edge.incoming import Head
from og_edge.own_looks import OwnLook, OwnLooks, Standing, own_look
from og_edge.owners import Owners
from og_edge.responses import OK
from og_edge.templates import Template, TemplateCatalog
from og_edge.verification import REMEMBER_WAIT_S, Verifier
from og_edge.verification_report import verification_report
from og_edge.views import Viewer

RECORD_TIMEOUT_S: Final = 2.0
"""For each of two calls."""


class VerificationEndpoint:
    """Answers owners; no input and no failure makes it raise."""

    def __init__(
        self,
        loopback_targets: frozenset[str],
        owners: Owners,
        catalog: TemplateCatalog,
        viewer: Viewer,
        verifier: Verifier,
        own_looks: OwnLooks,
        cards: CardService,
    ) -> None:
        self._loopback_targets = loopback_targets
        self._owners = owners
        self._catalog = catalog
        self._viewer = viewer
        self._verifier = verifier
        self._own_looks = own_looks
        self._cards = cards

    async def respond(self, http: Request) -> Response:
        """Give the last look at a page, or look now, or an error in the form of all others."""
        return await answered(Exchange.begin(Head.of(http.scope)), self._answer)

    async def _answer(self, exchange: Exchange) -> Response:
        request = self._parse(exchange.head)
        async with self._owners.admitted(exchange, request) as account:
            if isinstance(request, ApiError):
                raise request
            template = await self._catalog.get(request.template_id)
            # Before anything is fetched or told: whose site it is, and whether the page is of it.
            if not (await self._standing(exchange, account, request, request.url.href)).is_of_site:
                raise errors.SiteDomainMismatchError(NOT_OF_SITE)
            tell = self._look_now if exchange.head.method == "POST" else self._last_look
            body = await tell(exchange, account, request, template)
        headers = {
            **exchange.headers,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(body, OK, headers, media_type="application/json")

    def _parse(self, head: Head) -> CardRequest | ApiError:
        try:
            if head.fault:
                raise errors.MalformedRequestError(head.fault)
            if head.method not in {"GET", "POST"}:
                raise errors.MethodNotAllowedError("Use GET for the last look, POST to look now.")
            request = parse_card_request(head.query, loopback_targets=self._loopback_targets)
            if not request.site_id:
                raise errors.InvalidParameterError("site is required: send the tag's whole query.")
        except ApiError as error:
            return error
        return request

    async def _last_look(
        self, exchange: Exchange, account: Account, request: CardRequest, template: Template
    ) -> bytes:
        seen = await self._verifier.last_look(request, template)
        if seen is None:
            raise errors.NotFoundError(
                "The page was not looked at within 30 days. POST the same query to have it looked "
                "at now."
            )
        look, judgement = seen
        standing = await self._standing(exchange, account, request, look.final_url)
        return verification_report(look, judgement, standing)

    async def _look_now(
        self, exchange: Exchange, account: Account, request: CardRequest, template: Template
    ) -> bytes:
        async def seek(wanted: CardRequest) -> Sought:
            name = CardName.of(wanted, template)
            return await self._cards.seek(account.account_id, wanted, template, name)

        view = await self._viewer.view(
            await seek(request), seek, exchange.deadline, not_before_monotonic_s=time.monotonic()
        )
        await self._verifier.remember(account.account_id, view, wait_s=REMEMBER_WAIT_S)
        seen = own_look(account.account_id, request, view, await self._catalog.all())
        standing = await self._record(exchange, seen)
        return verification_report(view.look, view.judgement, standing)

    async def _standing(
        self, exchange: Exchange, account: Account, request: CardRequest, final_url: str
    ) -> Standing:
        """Tell whether a page, where it was found, is the site's."""
        look = OwnLook(account.account_id, request.site_id, request.url.href, final_url)
        return await self._record(exchange, look)

    async def _record(self, exchange: Exchange, look: OwnLook) -> Standing:
        """Raise InvalidSiteError for a site that is not the account's, as for one that is none."""
        if not look.final_url:
            return Standing(is_of_site=True)  # it was found nowhere
        return await self._own_looks.record_verification(
            look, exchange.deadline.remaining_s(RECORD_TIMEOUT_S)
        )
