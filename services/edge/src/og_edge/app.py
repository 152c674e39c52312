"""The HTTP surface: cards, templates, and what operators and crawlers ask besides."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException

from og_edge.card_path import API_PATH
from og_edge.endpoint import CardEndpoint
from og_edge.errors import InternalError, NotFoundError
from og_edge.openapi import COMPONENTS, DESCRIPTION, OPERATIONS
from og_edge.responses import error_response
from og_edge.template_list import TEMPLATES_PATH
from og_edge.templates_endpoint import TemplatesEndpoint
from og_edge.verification_endpoint import VerificationEndpoint
from og_edge.verification_report import VERIFICATION_PATH

log = structlog.get_logger()

# Cards are fetched by crawlers that read robots.txt first, X among them.
ROBOTS_TXT = f"User-agent: *\nAllow: {API_PATH}\n"
ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


@dataclass(frozen=True)
class Endpoints:
    """What answers requests."""

    cards: CardEndpoint
    templates: TemplatesEndpoint
    verification: VerificationEndpoint


OpenEndpoints = Callable[[], AbstractAsyncContextManager[Endpoints]]


def create_app(open_endpoints: OpenEndpoints) -> FastAPI:
    """Build the application; open_endpoints is entered when it starts and left when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_endpoints() as endpoints:
            app.state.endpoints = endpoints
            yield

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
            ROUTES.get(operation.path, _card),
            methods=[operation.method],
            operation_id=operation.operation_id,
            summary=operation.summary,
            response_class=Response,
            openapi_extra=operation.details,
        )
    # Every other method, and every path below, gets the endpoint's own errors and limits.
    app.add_route(API_PATH, _card, methods=ALL_METHODS, include_in_schema=False)
    app.add_route(f"{API_PATH}/{{rest:path}}", _card, methods=ALL_METHODS, include_in_schema=False)
    for path, route in ROUTES.items():
        app.add_route(path, route, methods=ALL_METHODS, include_in_schema=False)
    app.add_api_route("/healthz", _healthy, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route("/robots.txt", _robots, methods=["GET", "HEAD"], include_in_schema=False)
    app.openapi()["components"] = COMPONENTS
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(Exception, _internal_error)
    return app


async def _card(request: Request) -> Response:
    endpoints: Endpoints = request.app.state.endpoints
    return await endpoints.cards.respond(request)


async def _templates(request: Request) -> Response:
    endpoints: Endpoints = request.app.state.endpoints
    return await endpoints.templates.respond(request)


async def _verification(request: Request) -> Response:
    endpoints: Endpoints = request.app.state.endpoints
    return await endpoints.verification.respond(request)


ROUTES = {TEMPLATES_PATH: _templates, VERIFICATION_PATH: _verification}
"""What is served beside cards."""


async def _healthy() -> JSONResponse:
    """Say that this process answers; it does not ask the services behind it, lest it flap."""
    return JSONResponse({"status": "ok"})


async def _robots() -> PlainTextResponse:
    return PlainTextResponse(ROBOTS_TXT)


async def _not_found(request: Request, _: Exception) -> Response:
    path = request.scope["path"]
    if path == API_PATH or path.startswith(f"{API_PATH}/"):  # a method nobody has heard of
        return await _card(request)
    error = NotFoundError(f"Nothing is here. Cards are at {API_PATH}.")
    return error_response(error, {"X-Request-Id": str(uuid.uuid4())})


async def _internal_error(request: Request, error: Exception) -> Response:
    request_id = str(uuid.uuid4())
    log.error("request failed", request_id=request_id, exc_info=error, path=request.scope["path"])
    return error_response(InternalError(), {"X-Request-Id": request_id})
