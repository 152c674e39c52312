"""Ways to ask a program whether it answers."""

from __future__ import annotations

import asyncio
import http.client
from http import HTTPStatus
from typing import TYPE_CHECKING

import grpc
from grpc_health.v1 import health_pb2

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from og_stack.embedded import EmbeddedStore

PROBE_TIMEOUT_S = 2.0


def store_answers(store: EmbeddedStore) -> Callable[[], Awaitable[bool]]:
    """Ask a store the query it is made for."""
    return lambda: asyncio.to_thread(store.is_ready)


def grpc_serves(target: str) -> Callable[[], Awaitable[bool]]:
    """Ask grpc.health.v1 for the whole server."""

    async def probe() -> bool:
        async with grpc.aio.insecure_channel(target) as channel:
            check = channel.unary_unary(
                "/grpc.health.v1.Health/Check",
                request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                response_deserializer=health_pb2.HealthCheckResponse.FromString,
            )
            try:
                answer = await check(health_pb2.HealthCheckRequest(), timeout=PROBE_TIMEOUT_S)
            except grpc.aio.AioRpcError:
                return False
            return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    return probe


def http_answers(host: str, port: int, path: str) -> Callable[[], Awaitable[bool]]:
    """Ask for a 200 of GET path."""

    def ask() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=PROBE_TIMEOUT_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return lambda: asyncio.to_thread(ask)
