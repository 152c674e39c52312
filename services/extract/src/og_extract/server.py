from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing, nullcontext

import structlog

from og.extract.v1 import extract_pb2_grpc
from og_extract.ai.reader import open_ai_reader
from og_extract.extractor import Extractor
from og_extract.fetch.fetcher import Fetcher
from og_extract.fetch.guard import GuardedBackend
from og_extract.fetch.pauses import Pauses
from og_extract.fetch.resolver import Resolver, SystemResolver
from og_extract.fetch.transport import GuardedTransport
from og_extract.gate import Gate
from og_extract.limits import Limits
from og_extract.reading_pool import ReadingPool
from og_extract.servicer import ExtractServicer
from og_extract.settings import Settings
from og_service.server import Service
from og_urls import registrable_host

log = structlog.get_logger()

SERVICE = "og.extract.v1.ExtractService"
CALLERS = frozenset({"edge", "operator"})


@asynccontextmanager
async def compose(
    settings: Settings,
    *,
    resolver: Resolver | None = None,
    limits: Limits | None = None,
    make_ssl_context: Callable[[], ssl.SSLContext] | None = None,
    readers: ReadingPool | None = None,
) -> AsyncIterator[Sequence[Service]]:
    """Wire the service for the length of the context.

    Only tests give more than settings: names, short limits, an authority of their own, readers
    that run already.
    """
    async with open_extractor(
        settings,
        resolver=resolver,
        limits=limits,
        make_ssl_context=make_ssl_context,
        readers=readers,
    ) as extractor:
        servicer = ExtractServicer(extractor)
        yield [
            Service(
                name=SERVICE,
                add_to=lambda server: extract_pb2_grpc.add_ExtractServiceServicer_to_server(
                    servicer, server
                ),
                callers=CALLERS,
            )
        ]


@asynccontextmanager
async def open_extractor(
    settings: Settings,
    *,
    resolver: Resolver | None = None,
    limits: Limits | None = None,
    make_ssl_context: Callable[[], ssl.SSLContext] | None = None,
    readers: ReadingPool | None = None,
) -> AsyncIterator[Extractor]:
    """Wire everything below the transport."""
    limits = limits or Limits()
    targets = settings.loopback_targets
    if targets:
        log.warning("loopback pages may be fetched", targets=sorted(targets))
    registrable_host("example.com")  # loads the list of suffixes before a call waits for it
    gate = Gate(settings.extract_running_max, settings.extract_waiting_max)
    with closing(SystemResolver()) as system:
        backend = GuardedBackend(resolver or system, targets, limits.connect_s)
        transport = GuardedTransport(backend, make_ssl_context)
        fetcher = Fetcher(transport, Pauses(limits.pause_s), settings.user_agent, targets)
        started = ReadingPool(settings.extract_readers, limits.parse_s)
        async with (
            transport,
            nullcontext(readers) if readers else started as pool,
            open_ai_reader(settings.ai_endpoint) as ai,
        ):
            yield Extractor(fetcher, pool, gate, limits, targets, ai)
