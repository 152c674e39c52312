"""What every call to a server of ours passes through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import grpc
import structlog
from grpc_status import rpc_status

from og_service import context
from og_service.errors import (
    CallerNotAllowedError,
    DeadlineExceededError,
    DeadlineMissingError,
    InternalError,
    ServiceError,
    UnknownCallerError,
)
from og_service.status import to_status

log = structlog.get_logger()

# In quotes: grpc's classes are generic in their stubs only.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable["Handler"]]
Identify = Callable[[grpc.HandlerCallDetails], str | None]

# Probes and tools have no token: health and reflection say nothing about customers.
OPEN_SERVICES = frozenset(
    {
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    }
)


def service_of(method: str) -> str:
    """Name the service in a full method name such as "/og.auth.v1.AuthService/Authorize"."""
    return method.removeprefix("/").partition("/")[0]


def metadata_value(details: grpc.HandlerCallDetails, key: str) -> str:
    """Give the first value of a metadata key, or the empty string."""
    for name, value in details.invocation_metadata or ():
        if name == key and isinstance(value, str):
            return value
    return ""


def bearer_token(details: grpc.HandlerCallDetails) -> str:
    """Give the token of the call's `authorization: Bearer …` metadata, or the empty string."""
    scheme, _, token = metadata_value(details, "authorization").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _replaced(handler: Handler, behaviour: Callable[..., Awaitable[Any]]) -> Handler:
    return grpc.unary_unary_rpc_method_handler(
        behaviour,
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )


class CallerInterceptor(grpc.aio.ServerInterceptor):
    """Decides who calls and whether they may: the one place that mTLS will replace.

    `identify` names the caller of a call or gives None; `allowed` maps a service's full name to
    the callers it serves.
    """

    def __init__(
        self, identify: Identify, allowed: Mapping[str, frozenset[str]], domain: str
    ) -> None:
        self._identify = identify
        self._allowed = allowed
        self._domain = domain

    async def intercept_service(  # type: ignore[override]  # the stub knows the sync form only
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler:
        """Serve the call if its caller may make it, else refuse it."""
        handler = await continuation(details)
        service = service_of(details.method)
        if service in OPEN_SERVICES or handler is None:
            return handler
        name = self._identify(details)
        refusal = self._refusal(name, service)
        if refusal is None:
            context.caller.set(name or "-")
            return handler
        return _replaced(handler, self._refuse(refusal))

    def _refusal(self, name: str | None, service: str) -> ServiceError | None:
        if name is None:
            return UnknownCallerError("Show a service token: `authorization: Bearer …`.")
        if name not in self._allowed.get(service, frozenset()):
            return CallerNotAllowedError(f"{name} may not call {service}.")
        return None

    def _refuse(self, error: ServiceError) -> Callable[..., Awaitable[Any]]:
        async def behaviour(_: object, call: grpc.aio.ServicerContext[Any, Any]) -> None:
            await _abort(call, error, self._domain)

        return behaviour


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Demands a deadline, carries the request id, translates errors and writes one log line."""

    def __init__(self, domain: str) -> None:
        self._domain = domain

    async def intercept_service(  # type: ignore[override]  # as above
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler:
        """Serve the call with its request id, inside the translation of errors."""
        handler = await continuation(details)
        if handler is None or service_of(details.method) in OPEN_SERVICES:
            return handler
        request_id = context.accepted_request_id(
            metadata_value(details, context.REQUEST_ID_METADATA)
        )

        async def behaviour(request: Any, call: grpc.aio.ServicerContext[Any, Any]) -> Any:
            context.request_id.set(request_id)
            return await self._run(details.method, handler.unary_unary, request, call)

        return _replaced(handler, behaviour)

    async def _run(
        self,
        method: str,
        answer: Callable[..., Any] | None,
        request: Any,
        call: grpc.aio.ServicerContext[Any, Any],
    ) -> Any:
        assert answer is not None  # noqa: S101 - we serve unary methods only
        started = time.monotonic()
        outcome = "OK"
        try:
            _demand_deadline(call)
            return await answer(request, call)
        except ServiceError as error:
            outcome = error.reason
            await _abort(call, error, self._domain)
        except grpc.aio.AbortError:
            raise
        except asyncio.CancelledError:
            outcome = "CANCELLED"
            raise
        except TimeoutError:
            outcome = DeadlineExceededError.reason
            late = DeadlineExceededError("The work was not done before the call's deadline.")
            await _abort(call, late, self._domain)
        except Exception:
            outcome = InternalError.reason
            log.exception("call failed", method=method)
            await _abort(call, InternalError("Something went wrong on our end."), self._domain)
        finally:
            elapsed_ms = round((time.monotonic() - started) * 1000, 1)
            log.debug("call", method=method, outcome=outcome, duration_ms=elapsed_ms)


def _demand_deadline(call: grpc.aio.ServicerContext[Any, Any]) -> None:
    if call.time_remaining() is None:
        raise DeadlineMissingError("Set a deadline on the call.")


async def _abort(
    call: grpc.aio.ServicerContext[Any, Any], error: ServiceError, domain: str
) -> None:
    status = rpc_status.to_status(to_status(error, domain))
    await call.abort(status.code, status.details or "", status.trailing_metadata or ())
