"""The span of each request that is sampled (decision 51)."""

from __future__ import annotations

from typing import Final

from og_edge.card_path import API_PATH, FILES_PATH, options_in_path
from og_edge.incoming import RawHeaders
from og_service import tracing
from og_service.tracing import Span, SpanKind

FILE_ROUTE: Final = f"{FILES_PATH}/{{template}}.{{extension}}"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
OTHER_METHOD: Final = "_OTHER"
FIRST_OF_OURS: Final = 500
"""Status codes from here on are failures of ours, not of who asked."""

_TRACEPARENT: Final = tracing.TRACEPARENT.encode()


def card_route(path: str) -> str:
    """Give the route of a decoded path for cards, empty where none is served."""
    if path == API_PATH:
        return API_PATH
    return FILE_ROUTE if options_in_path(path) is not None else ""


def begin(method: str, headers: RawHeaders) -> Span | None:
    """Begin the span of a request that has just come, if it is to be sampled.

    What the client says of a trace of its own becomes a link and nothing more: were it trusted,
    anybody could have all they ask for sampled, or put it into traces of others.
    """
    span = tracing.root(method if method in METHODS else OTHER_METHOD, SpanKind.SERVER)
    if span is not None:
        for name, value in headers:
            if name == _TRACEPARENT:
                tracing.link_to(span, value.decode("latin-1"))
                break
    return span


def name(span: Span | None, method: str, route: str) -> None:
    """Call a request by its route; one that leads nowhere is called by its method alone."""
    if span is None:
        return
    known = method if method in METHODS else OTHER_METHOD
    span.set_attribute("http.request.method", known)
    if route:
        span.set_attribute("http.route", route)
        span.update_name(f"{known} {route}")


def note_status(span: Span, status: int) -> None:
    """Note what was answered."""
    span.set_attribute("http.response.status_code", status)
    if status >= FIRST_OF_OURS:
        tracing.fail(span, str(status))


def abandon(span: Span | None) -> None:
    """End the span of a request whose client has hung up."""
    if span is not None:
        tracing.fail(span, "abandoned")
        span.end()
