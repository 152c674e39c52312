"""The composition root: the only place that knows every part."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import uvicorn

from og_edge.admitter import Admitter
from og_edge.app import Endpoints, create_app
from og_edge.card_protocol import CardHttpProtocol
from og_edge.deletion_endpoint import DeletionEndpoint
from og_edge.desk import Desk
from og_edge.endpoint import CardEndpoint
from og_edge.examples import MAX_EXAMPLES_BYTES, ExampleLook, Examples
from og_edge.examples_endpoint import ExamplesEndpoint
from og_edge.fast_path import FastPath
from og_edge.http_server import EdgeServer
from og_edge.kept_drawings import KeptDrawings
from og_edge.listening import listening_sockets
from og_edge.open_files import allow_open_files
from og_edge.owners import Owners
from og_edge.reception import EndpointSettings, Reception
from og_edge.settings import Settings
from og_edge.templates_endpoint import TemplatesEndpoint
from og_edge.under_way import UnderWay
from og_edge.verification_endpoint import VerificationEndpoint
from og_edge.wiring.cards import open_cards
from og_edge.wiring.services import open_services
from og_edge.wiring.website import open_website
from og_service import logs, metrics, tracing
from og_service.garbage import collect_seldom
from og_service.schema_state import wait_for_schema
from og_service.stopping import STOP_GRACE_S

BACKLOG_CONNECTIONS: Final = 2_048
KEEP_ALIVE_S: Final = 75
EXIT_NOT_STARTED: Final = 3


@asynccontextmanager
async def open_endpoints(settings: Settings) -> AsyncIterator[Endpoints]:
    """Wire everything, and unwire it after use."""
    targets, proxies = settings.loopback_targets, settings.trusted_proxies
    under_way = UnderWay()
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(settings))
        parts = await stack.enter_async_context(open_cards(settings, services))
        auth, billing, cards = services.auth, services.billing, parts.cards
        reception = Reception(EndpointSettings(targets, proxies), parts.catalog)
        desk = Desk(auth, parts.stores.index, parts.stores.pictures, billing)
        admitter = Admitter(reception, auth, parts.verifier, cards)
        owners = Owners(auth, under_way, proxies)
        examples: KeptDrawings[ExampleLook] = KeptDrawings(
            services.render.render_example, MAX_EXAMPLES_BYTES
        )
        stack.push_async_callback(examples.finish)
        yield Endpoints(
            FastPath(reception, desk, cards, under_way),
            CardEndpoint(reception, desk, under_way, admitter, billing, cards, parts.fallback),
            TemplatesEndpoint(parts.catalog),
            VerificationEndpoint(targets, owners, parts.catalog, parts.doctor),
            DeletionEndpoint(targets, owners, parts.catalog, cards),
            ExamplesEndpoint(Examples(parts.catalog, examples)),
            await stack.enter_async_context(open_website(settings, services, parts, under_way)),
        )


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    logs.configure(settings, service="edge")
    wait_for_schema(settings.database_url, "og_edge", "edge")
    allow_open_files()
    app = create_app(lambda: open_endpoints(settings))
    collect_seldom()
    server = EdgeServer(uvicorn.Config(app, **http_options(settings)))
    with (
        metrics.serving(settings),
        tracing.exporting(settings, "edge"),
        contextlib.suppress(KeyboardInterrupt),
    ):
        server.run(sockets=listening_sockets(settings))
    if not server.started:
        sys.exit(EXIT_NOT_STARTED)


def http_options(settings: Settings) -> dict[str, Any]:
    """Say how uvicorn is to serve."""
    return {
        "host": settings.http_host,
        "port": settings.http_port,
        "http": CardHttpProtocol,
        "ws": "none",
        "loop": "uvloop",
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "backlog": BACKLOG_CONNECTIONS,
        "timeout_keep_alive": KEEP_ALIVE_S,
        "timeout_graceful_shutdown": int(STOP_GRACE_S),
    }
