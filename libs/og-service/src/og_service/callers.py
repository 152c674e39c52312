"""Who calls a server of ours, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
import structlog

from og_service import context
from og_service.errors import CallerNotAllowedError, UnknownCallerError
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
from og_service.policy import CallerPolicy
from og_service.rpc_metrics import observe_rpc
from og_service.settings import ServiceSettings
from og_service.tls.spiffe import name_in

log = structlog.get_logger()


@dataclass(frozen=True)
class Recognition:
    """A way to tell callers from one another."""

    name_of: Callable[[grpc.HandlerCallDetails, Call], str | None]
    """Names who makes a call, or gives None."""
    to_show: str
    """What a caller must show."""


def by_token(settings: ServiceSettings) -> Recognition:
    """Know callers by the token of `authorization: Bearer …`."""

    def name_of(details: grpc.HandlerCallDetails, call: Call) -> str | None:  # noqa: ARG001
        scheme, _, token = metadata_value(details, "authorization").partition(" ")
        return settings.caller_named_by(token) if scheme.lower() == "bearer" else None

    return Recognition(name_of, "a service token, `authorization: Bearer …`")


def by_certificate(trust_domain: str) -> Recognition:
    """Know callers by the certificate of their connection, which gRPC has found to be genuine."""

    def name_of(_: grpc.HandlerCallDetails, call: Call) -> str | None:
        uris = call.auth_context().get("peer_uri", ())
        return name_in([uri.decode() for uri in uris], trust_domain)

    return Recognition(name_of, f"a certificate whose only URI is spiffe://{trust_domain}/<name>")


class CallerInterceptor(grpc.aio.ServerInterceptor):
    """Has every call but those of health and reflection made by somebody who may."""

    def __init__(self, recognition: Recognition, policy: CallerPolicy, domain: str) -> None:
        self._recognition = recognition
        self._policy = policy
        self._domain = domain

    async def intercept_service(  # type: ignore[override]  # the stub knows the sync form only
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler:
        """Serve the call if its caller may make it, else refuse it."""
        handler = await continuation(details)
        if service_of(details.method) in OPEN_SERVICES or handler is None:
            return handler
        answer = handler.unary_unary
        assert answer is not None  # noqa: S101 - we serve unary methods only

        async def behaviour(request: Any, call: Call) -> Any:
            try:
                context.caller.set(self._allowed(details, call))
            except (UnknownCallerError, CallerNotAllowedError) as refusal:
                observe_rpc(details.method, refusal.code.name, refusal.reason, took_s=0)
                log.warning(
                    "call refused", reason=refusal.reason, cause=str(refusal), peer=call.peer()
                )
                await abort(call, refusal, self._domain)
            return await answer(request, call)  # type: ignore[arg-type]  # as above

        return replaced(handler, behaviour)

    def _allowed(self, details: grpc.HandlerCallDetails, call: Call) -> str:
        rpc = details.method.removeprefix("/")
        name = self._recognition.name_of(details, call)
        if name is None:
            raise UnknownCallerError(
                f"{rpc} is for callers that we know: show {self._recognition.to_show}."
            )
        if not self._policy.allows(name, rpc):
            raise CallerNotAllowedError(
                f"{name} may not call {rpc}; OG_CALLER_RPCS of the service says who may."
            )
        return name
