"""What a process counts, for Prometheus, on a port that serves nothing else.

Each service declares its metrics in its own `metrics.py`, in REGISTRY, named
`og_<service>_<what>_<unit>`; what every service has is `og_<what>_<unit>`. Nothing that names a
customer may be a label: no account, key, site or URL. That also keeps the number of series fixed.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import (
    CollectorRegistry,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
    make_wsgi_app,
)

from og_service.settings import CommonSettings, split_address

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

log = structlog.get_logger()

PATH: Final = "/metrics"
READ_TIMEOUT_S: Final = 2.0
"""How long a client that says nothing is waited for; one is answered at a time."""

REGISTRY: Final = CollectorRegistry()
"""The metrics of this process."""

_BUILD_INFO: Final = Gauge(
    "og_build_info",
    "1, with the version of what runs, which is that of all its packages.",
    ["version"],
    registry=REGISTRY,
)
_BUILD_INFO.labels(version("og-service")).set(1)
_LOOPBACK_TARGETS: Final = Gauge(
    "og_loopback_targets",
    "Addresses that may be fetched although they are not public; 0 in production.",
    registry=REGISTRY,
)

ProcessCollector(registry=REGISTRY)
disable_created_metrics()  # type: ignore[no-untyped-call]

_metrics_app = make_wsgi_app(REGISTRY)


@contextmanager
def serving(settings: CommonSettings) -> Iterator[str]:
    """Serve REGISTRY where the settings say so, for the length of the context.

    Gives the `host:port`, empty where metrics are off. Raises OSError if it cannot be bound.
    """
    if not settings.metrics_address:
        yield ""
        return
    _LOOPBACK_TARGETS.set(len(settings.loopback_targets))
    host, port = split_address(settings.metrics_address)
    kind = _Ipv6Server if ":" in host else WSGIServer
    with make_server(host, port, _only_metrics, kind, _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        address = f"{settings.metrics_address.rpartition(':')[0]}:{server.server_port}"
        log.info("metrics served", address=address)
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()


class _Ipv6Server(WSGIServer):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = READ_TIMEOUT_S

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a scrape is no news."""


def _only_metrics(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["PATH_INFO"] != PATH:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [f"Nothing is here; metrics are at {PATH}.\n".encode()]
    answer: Iterable[bytes] = _metrics_app(environ, start_response)
    return answer
