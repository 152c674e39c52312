"""Who calls a server of ours, and whether they may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import grpc

from og_service import context
from og_service.errors import CallerNotAllowedError, ServiceError, UnknownCallerError
from og_service.handlers import (
    OPEN_SERVICES,
    Call,
    Continuation,
    Handler,
    abort,
    metadata_value,
    replaced,
    service_of,
)

Identify = Callable[[grpc.HandlerCallDetails], str | None]


def bearer_token(details: grpc.HandlerCallDetails) -> str:
    """Give the token of the call's `authorization: Bearer …` metadata, or the empty string."""
    scheme, _, token = metadata_value(details, "authorization").partition(" ")
    return token if scheme.lower() == "bearer" else ""


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
        return replaced(handler, self._refuse(refusal))

    def _refusal(self, name: str | None, service: str) -> ServiceError | None:
        if name is None:
            return UnknownCallerError("Show a service token: `authorization: Bearer …`.")
        if name not in self._allowed.get(service, frozenset()):
            return CallerNotAllowedError(f"{name} may not call {service}.")
        return None

    def _refuse(self, error: ServiceError) -> Callable[..., Awaitable[Any]]:
        async def behaviour(_: object, call: Call) -> None:
            await abort(call, error, self._domain)

        return behaviour
