"""Spans on their way to a collector, over OTLP and HTTP; only what exports them imports this."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from og_service import tracing

EXPORT_INTERVAL_S: Final = 1.0
EXPORT_TIMEOUT_S: Final = 5.0
"""For one export, its repetitions included; it keeps one thread of this process and nobody else."""
FLUSH_TIMEOUT_S: Final = 2.0
"""What the end of a process waits for its last spans."""
MAX_QUEUED_SPANS: Final = 4_096
"""Of 2 kB each; those that come while so many wait push the oldest out."""
MAX_EXPORTED_SPANS: Final = 512
"""At once."""
MAX_ATTRIBUTE_CHARS: Final = 256
MAX_ATTRIBUTES: Final = 32
MAX_LINKS: Final = 128
TELL_INTERVAL_S: Final = 60.0
"""How often it is told that spans are lost."""

_TRACES_PATH: Final = "/v1/traces"
LOGGERS: Final = (
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.exporter.otlp.common.http",
    "opentelemetry.sdk._shared_internal",
)


class OnceInAWhile(logging.Filter):
    """Lets one line pass in interval_s, of all loggers that it is given to, and adds to it."""

    def __init__(self, interval_s: float, addition: str) -> None:
        super().__init__()
        self._interval_s = interval_s
        self._addition = addition
        self._lock = threading.Lock()
        self._next_s = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a line is to be written."""
        now_s = time.monotonic()
        with self._lock:
            if now_s < self._next_s:
                return False
            self._next_s = now_s + self._interval_s
        record.msg, record.args = f"{record.getMessage()} {self._addition}", ()
        return True


SDK_DISABLED: Final = "OTEL_SDK_DISABLED"
"""OpenTelemetry's own switch: with it its tracers make spans without ids."""


@contextmanager
def exporting(endpoint: str, ratio: float, service: str) -> Iterator[None]:
    """Make spans and send them to the collector at endpoint for the length of the context.

    They wait in a queue with a bound and leave on a thread of their own, so that a collector that
    is away or silent costs spans and nothing else.
    """
    if os.environ.get(SDK_DISABLED, "").lower() == "true":
        yield
        return
    exporter = OTLPSpanExporter(endpoint.rstrip("/") + _TRACES_PATH, timeout=EXPORT_TIMEOUT_S)
    queue = BatchSpanProcessor(
        exporter,
        max_queue_size=MAX_QUEUED_SPANS,
        schedule_delay_millis=EXPORT_INTERVAL_S * 1000,
        max_export_batch_size=MAX_EXPORTED_SPANS,
    )
    provider = TracerProvider(
        sampler=ALWAYS_ON,  # tracing.root throws the die before a span is begun
        resource=_resource(service),
        shutdown_on_exit=False,
        span_limits=SpanLimits(
            max_span_attributes=MAX_ATTRIBUTES,
            max_links=MAX_LINKS,
            max_span_attribute_length=MAX_ATTRIBUTE_CHARS,
        ),
    )
    provider.add_span_processor(queue)
    seldom = OnceInAWhile(TELL_INTERVAL_S, f"(OTEL_EXPORTER_OTLP_ENDPOINT is {endpoint})")
    for name in LOGGERS:
        logging.getLogger(name).addFilter(seldom)
    tracing.switch_on(provider.get_tracer("og_service", version("og-service")), ratio)
    try:
        yield
    finally:
        tracing.switch_off()
        # The processor's own end has no timeout to give, and waits for 30 s.
        last = threading.Thread(target=_end, args=(queue, seldom), name="last spans", daemon=True)
        last.start()
        last.join(FLUSH_TIMEOUT_S)


def _end(queue: BatchSpanProcessor, seldom: OnceInAWhile) -> None:
    """Send what waits; until then the exporter may tell of spans that are lost."""
    queue.shutdown()  # type: ignore[no-untyped-call]
    for name in LOGGERS:
        logging.getLogger(name).removeFilter(seldom)


def _resource(service: str) -> Resource:
    """Say whose spans they are; OTEL_RESOURCE_ATTRIBUTES adds to it, such as the pod's name."""
    return Resource.create(
        {
            "service.name": service,
            "service.namespace": "instant-og",
            "service.version": version("og-service"),
            "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
        }
    )
