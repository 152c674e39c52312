"""What interceptors do with the handlers of calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import grpc
from grpc_status import rpc_status

from og_service.errors import ServiceError
from og_service.status import to_status

# In quotes: grpc's classes are generic in their stubs only.
Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable["Handler"]]

# Probes and tools have no token: health and reflection say nothing about customers.
OPEN_SERVICES = frozenset(
    {
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    }
)

_CODES: Final = {code.value[0]: code for code in grpc.StatusCode}


def service_of(method: str) -> str:
    """Name the service in a full method name such as "/og.auth.v1.AuthService/Authorize"."""
    return method.removeprefix("/").partition("/")[0]


def metadata_value(details: grpc.HandlerCallDetails, key: str) -> str:
    """Give the first value of a metadata key, or the empty string."""
    for name, value in details.invocation_metadata or ():
        if name == key and isinstance(value, str):
            return value
    return ""


def replaced(handler: Handler, behaviour: Callable[..., Awaitable[Any]]) -> Handler:
    """Give a handler of the same messages that behaves so."""
    return grpc.unary_unary_rpc_method_handler(
        behaviour,
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )


def code_of(call: Call) -> grpc.StatusCode:
    """Give the code that a call was ended with, as by its `abort`; OK where none was set."""
    code = call.code()
    return code if isinstance(code, grpc.StatusCode) else _CODES[code or 0]


async def abort(call: Call, error: ServiceError, domain: str) -> None:
    """End the call with the error; raises grpc.aio.AbortError."""
    status = rpc_status.to_status(to_status(error, domain))
    await call.abort(status.code, status.details or "", status.trailing_metadata or ())
