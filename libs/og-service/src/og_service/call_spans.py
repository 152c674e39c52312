"""Spans of gRPC calls, on both sides; only processes that trace have these interceptors.

Names and attributes are those of OpenTelemetry's semantic conventions for RPC. No metadata and no
message is told: they hold tokens and what customers send.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import grpc

from og_service import tracing
from og_service.handlers import (
    OPEN_SERVICES,
    Call,
    Continuation,
    Handler,
    code_of,
    metadata_value,
    replaced,
    service_of,
)
from og_service.tracing import Span, SpanKind

OURS: Final = frozenset(
    {
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)
"""Codes that are a server's failure, not its caller's."""


class CallerSpans(grpc.aio.UnaryUnaryClientInterceptor):
    """Makes a span of each call, and tells the server of it."""

    async def intercept_unary_unary(
        self,
        continuation: Callable[..., Any],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        """Make the call; one that is sampled is given when it has ended."""
        name = _name(client_call_details.method)
        span = tracing.begin(name, SpanKind.CLIENT, _attributes(name))
        if span is None:
            return await continuation(client_call_details, request)
        metadata = client_call_details.metadata or grpc.aio.Metadata()
        metadata.add(tracing.TRACEPARENT, tracing.traceparent(span))
        details = grpc.aio.ClientCallDetails(
            client_call_details.method,
            client_call_details.timeout,
            metadata,
            client_call_details.credentials,
            client_call_details.wait_for_ready,
        )
        call, code = None, grpc.StatusCode.CANCELLED
        try:
            call = await continuation(details, request)
            code = await call.code()
        except asyncio.CancelledError:
            if call is not None:
                call.cancel()
            raise
        finally:
            _note(span, code, fails=code is not grpc.StatusCode.OK)
            span.end()
        return call


class CallSpans(grpc.aio.ServerInterceptor):
    """Makes a span of each call whose caller is sampled, of none that is refused."""

    async def intercept_service(  # type: ignore[override]  # the stub knows the sync form only
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler:
        """Serve the call within its span."""
        handler = await continuation(details)
        parent = metadata_value(details, tracing.TRACEPARENT)
        if handler is None or not parent or service_of(details.method) in OPEN_SERVICES:
            return handler
        name = _name(details.method)
        answer: Callable[..., Any] | None = handler.unary_unary
        assert answer is not None  # noqa: S101 - we serve unary methods only

        async def behaviour(request: Any, call: Call) -> Any:
            with tracing.continued(name, parent, SpanKind.SERVER, _attributes(name)) as span:
                code = grpc.StatusCode.CANCELLED
                try:
                    answered = await answer(request, call)
                    code = grpc.StatusCode.OK
                except grpc.aio.AbortError:
                    code = code_of(call)
                    raise
                finally:
                    if span is not None:
                        _note(span, code, fails=code in OURS)
            return answered

        return replaced(handler, behaviour)


def caller_spans() -> Sequence[grpc.aio.ClientInterceptor]:
    """Give what a channel needs to have its calls traced; nothing where this process does not."""
    return [CallerSpans()] if tracing.is_on() else []


def call_spans() -> Sequence[grpc.aio.ServerInterceptor]:
    """Give what a server needs, as above."""
    return [CallSpans()] if tracing.is_on() else []


def _name(method: str | bytes) -> str:
    return (method if isinstance(method, str) else method.decode()).removeprefix("/")


def _attributes(name: str) -> tracing.Attributes:
    return {"rpc.system.name": "grpc", "rpc.method": name}


def _note(span: Span, code: grpc.StatusCode, *, fails: bool) -> None:
    span.set_attribute("rpc.response.status_code", code.name)
    if fails:
        tracing.fail(span, code.name)
