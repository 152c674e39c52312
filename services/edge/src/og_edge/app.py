"""The HTTP surface: cards, templates, and what operators and crawlers ask besides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from og_edge import request_spans
from og_edge.card_path import is_below_api
from og_edge.deletion_endpoint import DeletionEndpoint
from og_edge.endpoint import CardEndpoint
from og_edge.errors import InternalError, MethodNotAllowedError
from og_edge.examples_endpoint import EXAMPLES_PATH, ExamplesEndpoint
from og_edge.fast_path import ARRIVAL, FAST_PATH, FastPath
from og_edge.openapi import COMPONENTS, DESCRIPTION, DOCUMENTATION, OPERATIONS
from og_edge.reception import Arrival
from og_edge.request_ids import new_request_id
from og_edge.responses import error_response
from og_edge.route_meter import RouteMeter
from og_edge.template_list import TEMPLATES_PATH
from og_edge.templates_endpoint import TemplatesEndpoint
from og_edge.verification_endpoint import VerificationEndpoint
from og_edge.verification_report import VERIFICATION_PATH
from og_edge.web.website import Website
from og_service import tracing
from og_service.tracing import Span

log = structlog.get_logger()

ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


@dataclass(frozen=True)
class Endpoints:
    """What answers requests."""

    fast_path: FastPath
    cards: CardEndpoint
    templates: TemplatesEndpoint
    verification: VerificationEndpoint
    deletion: DeletionEndpoint
    examples: ExamplesEndpoint
    website: Website


OpenEndpoints = Callable[[], AbstractAsyncContextManager[Endpoints]]


class EdgeApp:
    """The whole surface as one ASGI application.

    What is below API_PATH goes straight to the endpoint of cards, or to that of deletions, past the
    framework that routes all else and describes both: for a card that exists, that would take
    longer than all we do.
    """

    def __init__(self, open_endpoints: OpenEndpoints) -> None:
        self._rest = create_rest(open_endpoints)
        self._measured_rest = RouteMeter(self._rest)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or start and stop."""
        if scope["type"] == "http":
            await traced(self._answer, scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_below_api(scope["path"]):
            endpoints: Endpoints = self._rest.state.endpoints
            deletes = scope["method"] == "DELETE"
            response = await (endpoints.deletion if deletes else endpoints.cards).respond(scope)
            await response(scope, receive, send)
        else:
            await self._measured_rest(scope, receive, send)


async def traced(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request with its span, if it is sampled.

    Where it is not, whatever its task was begun in is forgotten: that may be the request before it
    on the same connection, or a group at the desk.
    """
    arrival: Arrival | None = (scope.get("state") or {}).get(ARRIVAL)
    if arrival is not None:
        span = arrival.exchange.span
    else:
        span = request_spans.begin(scope["method"], scope["headers"])
        request_spans.name(span, scope["method"], _route(scope["path"]))
    with tracing.within(span):
        if span is None:
            await app(scope, receive, send)
        else:
            await _watched(span, app, scope, receive, send)


async def _watched(span: Span, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            request_spans.note_status(span, message["status"])
        await send(message)

    try:
        await app(scope, receive, noting)
    finally:
        span.end()


def _route(path: str) -> str:
    """Give the route of a path that is no page's; those know theirs."""
    return path if path in ROUTES else request_spans.card_route(path)


def create_app(open_endpoints: OpenEndpoints) -> EdgeApp:
    """Build the application; open_endpoints is entered when it starts and left when it stops."""
    return EdgeApp(open_endpoints)


def create_rest(open_endpoints: OpenEndpoints) -> FastAPI:
    """Build what is served beside cards, and the description of everything."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Mapping[str, object]]:
        async with open_endpoints() as endpoints:
            app.state.endpoints = endpoints
            yield {FAST_PATH: endpoints.fast_path}

    app = FastAPI(
        title="Instant OG",
        description=DESCRIPTION,
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    for operation in OPERATIONS:
        app.add_api_route(
            operation.path,
            ROUTES.get(operation.path, _described_only),
            methods=[operation.method],
            operation_id=operation.operation_id,
            summary=operation.summary,
            response_class=Response,
            openapi_extra=operation.details,
        )
    # Every other method gets the endpoint's own errors and limits.
    for path, route in ROUTES.items():
        app.add_route(path, route, methods=ALL_METHODS, include_in_schema=False)
    app.add_api_route("/healthz", _healthy, methods=["GET", "HEAD"], include_in_schema=False)
    app.openapi().update(components=COMPONENTS, externalDocs=DOCUMENTATION)
    app.router.default = _pages
    app.add_exception_handler(HTTPStatus.METHOD_NOT_ALLOWED, _wrong_method)
    app.add_exception_handler(Exception, _internal_error)
    return app


async def _described_only(_: Request) -> Response:
    """Stand for the endpoint of cards in the description; EdgeApp asks that one itself."""
    raise NotImplementedError


async def _templates(request: Request) -> Response:
    endpoints: Endpoints = request.app.state.endpoints
    return await endpoints.templates.respond(request)


async def _verification(request: Request) -> Response:
    endpoints: Endpoints = request.app.state.endpoints
    return await endpoints.verification.respond(request)


async def _examples(request: Request) -> Response:
    endpoints: Endpoints = request.app.state.endpoints
    return await endpoints.examples.respond(request)


ROUTES = {
    TEMPLATES_PATH: _templates,
    VERIFICATION_PATH: _verification,
    EXAMPLES_PATH: _examples,
}
"""What is served beside cards."""


async def _healthy() -> JSONResponse:
    """Say that this process answers; it does not ask the services behind it, lest it flap."""
    return JSONResponse({"status": "ok"})


async def _pages(scope: Scope, receive: Receive, send: Send) -> None:
    """Leave all that is no API to the pages."""
    endpoints: Endpoints = scope["app"].state.endpoints
    await endpoints.website(scope, receive, send)


async def _wrong_method(_: Request, error: Exception) -> Response:
    """Say which methods a page has, as the API says it."""
    allowed = (error.headers or {}) if isinstance(error, HTTPException) else {}
    methods = " or ".join(sorted(allowed.get("Allow", "GET, HEAD").split(", ")))
    headers = {**allowed, "X-Request-Id": new_request_id()}
    return error_response(MethodNotAllowedError(f"Use {methods}."), headers)


async def _internal_error(request: Request, error: Exception) -> Response:
    request_id = new_request_id()
    log.error("request failed", request_id=request_id, exc_info=error, path=request.scope["path"])
    return error_response(InternalError(), {"X-Request-Id": request_id})
