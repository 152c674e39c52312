"""A service that fails in the ways services fail, for what every server of ours does alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.wrappers_pb2 import StringValue

from og_service import context
from og_service.channels import open_channel
from og_service.errors import Code, InvalidRequestError, ServiceError
from og_service.handlers import Call
from og_service.policy import Service
from og_service.server import MAX_CONCURRENT_CALLS, started
from og_service.settings import ServiceSettings
from og_service.trust import Environment

NAME = "og.test.v1.EchoService"
METHOD = f"/{NAME}/Echo"
DOMAIN = "test.instantog.com"
TOKENS = {name: f"token-of-the-{name}" for name in ("edge", "newsletter", "operator")}
TIMEOUT_S = 10
SECRET = "hunter2"


def _contract() -> ServiceDescriptor:
    """Describe the service, as protoc would."""
    message = ".google.protobuf.StringValue"
    file = FileDescriptorProto(
        name="og/test/v1/echo.proto",
        package="og.test.v1",
        dependency=["google/protobuf/wrappers.proto"],
        syntax="proto3",
    )
    service = file.service.add(name="EchoService")
    service.method.add(name="Echo", input_type=message, output_type=message)
    pool = descriptor_pool.Default()
    pool.Add(file)
    return pool.FindServiceByName(NAME)


CONTRACT = _contract()
Behaviour = Callable[[str], Awaitable[str]]


class TooManyTeapotsError(ServiceError):
    """The kitchen is full."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_TEAPOTS"


async def behave(word: str) -> str:
    """Do what the request's word says."""
    match word:
        case "refuse":
            raise TooManyTeapotsError(
                "Wash up first.", metadata={"teapots": "7"}, retry_after_s=1.25
            )
        case "invalid":
            raise InvalidRequestError("value", "say something else")
        case "break":
            raise RuntimeError(f"the password is {SECRET}")
        case "late":
            raise TimeoutError
        case "who":
            return f"{context.caller.get()} {context.request_id.get()}"
    return word


def echo_service(behaviour: Behaviour = behave) -> Service:
    """Describe the service; the edge alone may call it."""

    async def echo(request: StringValue, call: Call) -> StringValue:
        if request.value == "abort":
            await call.abort(grpc.StatusCode.ABORTED, "as gRPC would have it")
        return StringValue(value=await behaviour(request.value))

    handler = grpc.unary_unary_rpc_method_handler(
        echo,
        request_deserializer=StringValue.FromString,
        response_serializer=StringValue.SerializeToString,
    )

    def add_to(server: grpc.aio.Server) -> None:
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler(NAME, {"Echo": handler})]
        )

    return Service(CONTRACT, add_to, frozenset({"Echo"}))


@asynccontextmanager
async def serve_echo(
    behaviour: Behaviour = behave,
    *,
    max_concurrent_calls: int = MAX_CONCURRENT_CALLS,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[str]:
    """Serve it for the length of the context and give its address."""
    whole = ServiceSettings.model_validate(
        {
            "environment": Environment.DEVELOPMENT,
            "listen_address": "127.0.0.1:0",
            "callers": TOKENS,
            **settings,
        }
    )
    services = [echo_service(behaviour)]
    async with started(
        whole, DOMAIN, services, max_concurrent_calls=max_concurrent_calls
    ) as address:
        yield address


async def call(
    channel: grpc.aio.Channel,
    word: str,
    *,
    timeout_s: float | None = TIMEOUT_S,
    metadata: tuple[tuple[str, str], ...] = (),
) -> str:
    """Call the service; None is no deadline."""
    echo = channel.unary_unary(
        METHOD,
        request_serializer=StringValue.SerializeToString,
        response_deserializer=StringValue.FromString,
    )
    answer = echo(StringValue(value=word), timeout=timeout_s, metadata=metadata)
    response: StringValue = await asyncio.wait_for(_awaited(answer), TIMEOUT_S)
    return response.value


async def _awaited(answer: Awaitable[StringValue]) -> StringValue:
    return await answer


@asynccontextmanager
async def channel_of(address: str, caller: str = "edge") -> AsyncIterator[grpc.aio.Channel]:
    """Open a channel as a caller of ours does."""
    async with open_channel(address, TOKENS[caller]) as channel:
        yield channel
