"""A service that fails in the ways services fail, for what every server of ours does alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import grpc
from google.protobuf.wrappers_pb2 import StringValue

from og_service import context
from og_service.channels import open_channel
from og_service.errors import Code, InvalidRequestError, ServiceError
from og_service.server import MAX_CONCURRENT_CALLS, Service, started
from og_service.settings import Environment, ServiceSettings

NAME = "og.test.v1.EchoService"
METHOD = f"/{NAME}/Echo"
DOMAIN = "test.instantog.com"
TOKENS = {"edge": "token-of-the-edge", "operator": "token-of-the-operator"}
TIMEOUT_S = 10
SECRET = "hunter2"

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

    async def echo(request: StringValue, _: object) -> StringValue:
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

    return Service(NAME, add_to, frozenset({"edge"}))


@asynccontextmanager
async def serve_echo(
    behaviour: Behaviour = behave, *, max_concurrent_calls: int = MAX_CONCURRENT_CALLS
) -> AsyncIterator[str]:
    """Serve it for the length of the context and give its address."""
    settings = ServiceSettings(
        environment=Environment.DEVELOPMENT, listen_address="127.0.0.1:0", callers=TOKENS
    )
    services = [echo_service(behaviour)]
    async with started(
        settings, DOMAIN, services, max_concurrent_calls=max_concurrent_calls
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
