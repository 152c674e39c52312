"""GET and POST /api/verification: what a site's owner is told of its pages' tags."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from og_edge import errors
from og_edge.card_request import CardRequest, parse_card_request
from og_edge.doctor import Doctor
from og_edge.errors import ApiError
from og_edge.exchange import Exchange, answered
from og_edge.incoming import Head
from og_edge.owners import Owners
from og_edge.responses import OK
from og_edge.templates import TemplateCatalog
from og_edge.verification_report import verification_report
from og_service import tracing


class VerificationEndpoint:
    """Answers owners; no input and no failure makes it raise."""

    def __init__(
        self,
        loopback_targets: frozenset[str],
        owners: Owners,
        catalog: TemplateCatalog,
        doctor: Doctor,
    ) -> None:
        self._loopback_targets = loopback_targets
        self._owners = owners
        self._catalog = catalog
        self._doctor = doctor

    async def respond(self, http: Request) -> Response:
        """Give the last look at a page, or look now, or an error in the form of all others."""
        return await answered(Exchange.begin(Head.of(http.scope), tracing.current()), self._answer)

    async def _answer(self, exchange: Exchange) -> Response:
        request = self._parse(exchange.head)
        async with self._owners.admitted(exchange, request) as account:
            if isinstance(request, ApiError):
                raise request
            template = await self._catalog.get(request.template_id)
            looks_now = exchange.head.method == "POST"
            diagnose = self._doctor.look_now if looks_now else self._doctor.last_look
            diagnosis = await diagnose(account.account_id, request, template, exchange.deadline)
        if diagnosis is None:
            raise errors.NotFoundError(
                "The page was not looked at within 30 days. POST the same query to have it looked "
                "at now."
            )
        headers = {
            **exchange.headers,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(verification_report(diagnosis), OK, headers, media_type="application/json")

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
