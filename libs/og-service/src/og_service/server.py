from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

import grpc
import structlog
import uvloop
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from og_service import logs, metrics, tracing
from og_service.call_spans import call_spans
from og_service.callers import CallerInterceptor, by_certificate, by_token
from og_service.calls import CallInterceptor
from og_service.channels import KEEPALIVE_MS, MAX_MESSAGE_BYTES
from og_service.health import WatchedHealth
from og_service.policy import CallerPolicy, Service, names_of
from og_service.rpc_metrics import expect_rpcs
from og_service.settings import ServiceSettings
from og_service.stopping import STOP_GRACE_S
from og_service.tls.certificates import Certificates, open_certificates
from og_service.tls.server import server_credentials

log = structlog.get_logger()

MAX_CONCURRENT_CALLS = 2_000
"""One more is refused with RESOURCE_EXHAUSTED, at once."""
CONNECTION_AGE_MAX_MS = 10_000
"""A client asks for a service's addresses anew only when it loses a connection: so long does it
take until a new server is known to all."""
CONNECTION_AGE_GRACE_MS = 30_000
MAX_PROBES = 100
"""Calls at the same time on the port for probes."""
HEALTH: Final = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name

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
    stop, up = asyncio.Event(), asyncio.Event()
    start = asyncio.current_task()
    assert start is not None  # noqa: S101 - it is one

    def end() -> None:
        stop.set()
        if not up.is_set():
            start.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    try:
        async with compose() as services, started(settings, domain, services) as address:
            up.set()
            log.info("serving", address=address)
            await stop.wait()
            log.info("stopping", grace_s=STOP_GRACE_S)
    except (Exception, asyncio.CancelledError) as error:
        if up.is_set() or not stop.is_set():
            raise
        # Our processes may have been told to end, too, and be what failed.
        log.info("stopped before it served", cause=repr(error))


@asynccontextmanager
async def started(
    settings: ServiceSettings,
    domain: str,
    services: Sequence[Service],
    *,
    max_concurrent_calls: int = MAX_CONCURRENT_CALLS,
) -> AsyncIterator[str]:
    """Run a server for the length of the context and give its `host:port`.

    Health says NOT_SERVING before and, first of all, while stopping. Whoever watches it goes
    elsewhere, and is served until then; calls under way get STOP_GRACE_S to end. Raises
    UnfitFileError where the certificate of the settings is not to be used.
    """
    health = WatchedHealth()
    names = [service.name for service in services]
    async with (
        open_certificates(settings) as certificates,
        _probed(settings.health_address, health),
    ):
        server = _new_server(settings, domain, services, certificates, max_concurrent_calls)
        health_pb2_grpc.add_HealthServicer_to_server(health, server)
        for service in services:
            service.add_to(server)
        reflection.enable_server_reflection([*names, HEALTH, reflection.SERVICE_NAME], server)
        port = _bind(server, settings.listen_address, certificates)
        await server.start()
        for name in ("", *names):
            await health.set(name, health_pb2.HealthCheckResponse.SERVING)
        try:
            yield f"{settings.listen_address.rpartition(':')[0]}:{port}"
        finally:
            await health.drain()
            await server.stop(STOP_GRACE_S)


@asynccontextmanager
async def _probed(address: str, health: WatchedHealth) -> AsyncIterator[None]:
    """Serve health, and nothing else, to whom a certificate cannot be given; to the very end."""
    if not address:
        yield
        return
    server = grpc.aio.server(maximum_concurrent_rpcs=MAX_PROBES, options=[("grpc.so_reuseport", 0)])
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    _bind(server, address, None)
    await server.start()
    try:
        yield
    finally:
        await server.stop(None)


def _bind(server: grpc.aio.Server, address: str, certificates: Certificates | None) -> int:
    if certificates is None:
        return server.add_insecure_port(address)
    return server.add_secure_port(address, server_credentials(certificates))


def _new_server(
    settings: ServiceSettings,
    domain: str,
    services: Sequence[Service],
    certificates: Certificates | None,
    max_concurrent_calls: int,
) -> grpc.aio.Server:
    recognition = by_certificate(settings.trust_domain) if certificates else by_token(settings)
    policy = CallerPolicy(services, settings.caller_rpcs)
    for service in services:
        expect_rpcs(names_of(service.descriptor))
    return grpc.aio.server(
        interceptors=[
            CallerInterceptor(recognition, policy, domain),
            *call_spans(),
            CallInterceptor(domain),
        ],
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
