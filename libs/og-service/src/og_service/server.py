from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import grpc
import structlog
import uvloop
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from grpc_reflection.v1alpha import reflection

from og_service import logs, metrics, tracing
from og_service.call_spans import call_spans
from og_service.callers import CallerInterceptor, bearer_token
from og_service.calls import CallInterceptor
from og_service.channels import KEEPALIVE_MS, MAX_MESSAGE_BYTES
from og_service.settings import ServiceSettings

log = structlog.get_logger()

MAX_CONCURRENT_CALLS = 2_000
"""One more is refused with RESOURCE_EXHAUSTED, at once."""
STOP_GRACE_S = 10
CONNECTION_AGE_MAX_MS = 300_000
CONNECTION_AGE_GRACE_MS = 30_000


@dataclass(frozen=True)
class Service:
    """One gRPC service to serve: its full name, how to add it, and who may call it."""

    name: str
    add_to: Callable[[grpc.aio.Server], None]
    callers: frozenset[str]


Compose = Callable[[], AbstractAsyncContextManager[Sequence[Service]]]


def run(settings: ServiceSettings, domain: str, compose: Compose) -> None:
    """Serve until SIGTERM or SIGINT.

    `domain` names the service in its errors, for example "auth.instantog.com"; `compose` opens
    what the services need and closes it when serving has ended.
    """
    service = domain.partition(".")[0]
    logs.configure(settings, service)
    with metrics.serving(settings), tracing.exporting(settings, service):
        uvloop.run(_serve(settings, domain, compose))


async def _serve(settings: ServiceSettings, domain: str, compose: Compose) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with compose() as services, started(settings, domain, services) as address:
        log.info("serving", address=address)
        await stop.wait()
        log.info("stopping", grace_s=STOP_GRACE_S)


@asynccontextmanager
async def started(
    settings: ServiceSettings,
    domain: str,
    services: Sequence[Service],
    *,
    max_concurrent_calls: int = MAX_CONCURRENT_CALLS,
) -> AsyncIterator[str]:
    """Run a server for the length of the context and give its `host:port`.

    Health says NOT_SERVING before and, first of all, while stopping, so that nothing new is sent
    while calls under way get STOP_GRACE_S to end.
    """
    server = _new_server(settings, domain, services, max_concurrent_calls)
    health = health_aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    names = [service.name for service in services]
    for service in services:
        service.add_to(server)
    health_name = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
    reflection.enable_server_reflection([*names, health_name, reflection.SERVICE_NAME], server)
    host, _, _ = settings.listen_address.rpartition(":")
    port = server.add_insecure_port(settings.listen_address)
    await server.start()
    for name in ("", *names):
        await health.set(name, health_pb2.HealthCheckResponse.SERVING)
    try:
        yield f"{host}:{port}"
    finally:
        await health.enter_graceful_shutdown()
        await server.stop(STOP_GRACE_S)


def _new_server(
    settings: ServiceSettings, domain: str, services: Sequence[Service], max_concurrent_calls: int
) -> grpc.aio.Server:
    caller = CallerInterceptor(
        identify=lambda details: settings.caller_named_by(bearer_token(details)),
        allowed={service.name: service.callers for service in services},
        domain=domain,
    )
    return grpc.aio.server(
        interceptors=[caller, *call_spans(), CallInterceptor(domain)],
        maximum_concurrent_rpcs=max_concurrent_calls,
        options=[
            # Two servers on one port would share the calls of both.
            ("grpc.so_reuseport", 0),
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_connection_age_ms", CONNECTION_AGE_MAX_MS),
            ("grpc.max_connection_age_grace_ms", CONNECTION_AGE_GRACE_MS),
            ("grpc.http2.min_ping_interval_without_data_ms", KEEPALIVE_MS // 2),
            ("grpc.keepalive_permit_without_calls", 1),
        ],
    )
