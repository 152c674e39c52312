from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing

import structlog

from og.extract.v1 import extract_pb2, extract_pb2_grpc
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
from og_service.policy import Service
from og_urls import registrable_host

log = structlog.get_logger()

CONTRACT = extract_pb2.DESCRIPTOR.services_by_name["ExtractService"]
EDGE_RPCS = frozenset({"ExtractPage", "FetchImages", "GetCapabilities", "InspectPage"})
"""What the edge calls, and therefore may; og_service.policy has the rest."""


@asynccontextmanager
async def compose(settings: Settings) -> AsyncIterator[Sequence[Service]]:
    """Wire the service for the length of the context."""
    async with (
        ReadingPool(settings.extract_readers, Limits().parse_s) as readers,
        open_extractor(settings, readers) as extractor,
    ):
        yield [service_of(extractor)]


def service_of(extractor: Extractor) -> Service:
    """Give what is served of an extractor, and to whom."""
    servicer = ExtractServicer(extractor)
    return Service(
        CONTRACT,
        add_to=lambda server: extract_pb2_grpc.add_ExtractServiceServicer_to_server(
            servicer, server
        ),
        edge_rpcs=EDGE_RPCS,
    )


@asynccontextmanager
async def open_extractor(
    settings: Settings,
    readers: ReadingPool,
    *,
    resolver: Resolver | None = None,
    limits: Limits | None = None,
    make_ssl_context: Callable[[], ssl.SSLContext] | None = None,
) -> AsyncIterator[Extractor]:
    """Wire everything below the transport but the readers, which run already.

    Only tests give more: names, short limits, an authority of their own.
    """
    limits = limits or Limits()
    targets = settings.loopback_targets
    if targets:
        log.warning("loopback pages may be fetched", targets=sorted(targets))
    registrable_host("example.com")  # loads the list of suffixes before a call waits for it
    gate = Gate(settings.extract_running_max, settings.extract_waiting_max, "pages")
    with closing(SystemResolver()) as system:
        backend = GuardedBackend(resolver or system, targets, limits.connect_s)
        transport = GuardedTransport(backend, make_ssl_context)
        fetcher = Fetcher(transport, Pauses(limits.pause_s), settings.user_agent, targets)
        async with transport, open_ai_reader(settings.ai_endpoint) as ai:
            yield Extractor(fetcher, readers, gate, limits, targets, ai)
