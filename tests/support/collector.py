"""A collector of traces: OTLP over HTTP, as real ones take it, kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.trace.v1 import trace_pb2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from og_stack.ports import LOOPBACK, free_ports
from tests.support.http_server import served
from tests.support.waiting import eventually

Value = str | bool | int | float
WHOLE_WITHIN_S = 60
"""Processes send what they have every second, where the machine lets them."""


@dataclass(frozen=True)
class CollectedSpan:
    """A span as a collector sees it; ids in hex, times in nanoseconds."""

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    begin_ns: int
    end_ns: int
    attributes: Mapping[str, Value]
    links: tuple[tuple[str, str], ...]
    """Pairs of trace and span."""
    failed: bool

    @property
    def took_ms(self) -> float:
        """How long it took."""
        return (self.end_ns - self.begin_ns) / 1e6


@dataclass
class Trace:
    """All spans of a trace."""

    spans: dict[str, CollectedSpan] = field(default_factory=dict)

    @property
    def roots(self) -> list[CollectedSpan]:
        """Give the spans without a parent."""
        return [span for span in self.spans.values() if not span.parent_id]

    @property
    def root(self) -> CollectedSpan:
        """Give the one span without a parent."""
        [root] = self.roots
        return root

    @property
    def orphans(self) -> list[CollectedSpan]:
        """Give the spans whose parent is not there."""
        there = self.spans.keys()
        return [s for s in self.spans.values() if s.parent_id and s.parent_id not in there]

    @property
    def unanswered(self) -> list[CollectedSpan]:
        """Give the calls of which the server's side is not there."""
        return [
            span
            for span in self.spans.values()
            if span.kind == "CLIENT" and "rpc.method" in span.attributes and not self.children(span)
        ]

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing refers to a span that is not there."""
        return not (self.orphans or self.unanswered)

    @property
    def services(self) -> set[str]:
        """Name the services that had a part in it."""
        return {span.service for span in self.spans.values()}

    def named(self, name: str) -> list[CollectedSpan]:
        """Give the spans of a name."""
        return [span for span in self.spans.values() if span.name == name]

    def children(self, span: CollectedSpan) -> list[CollectedSpan]:
        """Give what a span led to, the first first."""
        found = [each for each in self.spans.values() if each.parent_id == span.span_id]
        return sorted(found, key=lambda each: each.begin_ns)

    def below(self, span: CollectedSpan) -> list[CollectedSpan]:
        """Give a span and all that it led to."""
        return [span, *(each for child in self.children(span) for each in self.below(child))]


class Collector:
    """What was collected so far, by trace."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.traces: defaultdict[str, Trace] = defaultdict(Trace)
        self.received = bytearray()
        """All that came, as it came."""
        self.headers: list[Mapping[str, str]] = []
        """Of each message."""
        self.resources: list[Mapping[str, Value]] = []
        """Whose spans they were, of each message."""

    @property
    def settings(self) -> dict[str, str]:
        """Give the settings of processes that send all their traces here."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.url, "OTEL_TRACES_SAMPLER_ARG": "1"}

    def of_request(self, request_id: str) -> Trace | None:
        """Give the trace of a request that the edge has answered."""
        for trace in self.traces.values():
            for root in trace.roots:
                if root.attributes.get("og.request_id") == request_id:
                    return trace
        return None

    async def whole(self, request_id: str, *services: str) -> Trace:
        """Wait for the trace of a request until these services' parts, and no gaps, are there."""

        def is_whole() -> bool:
            trace = self.of_request(request_id)
            return trace is not None and trace.services >= set(services) and trace.is_whole

        await eventually(is_whole, WHOLE_WITHIN_S)
        trace = self.of_request(request_id)
        assert trace is not None
        return trace

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        self.received += body
        message = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
        self.headers.append(request.headers)
        for resource in message.resource_spans:
            attributes = _values(resource.resource.attributes)
            self.resources.append(attributes)
            service = str(attributes["service.name"])
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.traces[span.trace_id.hex()].spans[span.span_id.hex()] = _span(
                        service, span
                    )
        answer = trace_service_pb2.ExportTraceServiceResponse()
        return Response(answer.SerializeToString(), media_type="application/x-protobuf")

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Collect for the length of the context."""
        app = Starlette(routes=[Route("/v1/traces", self._take, methods=["POST"])])
        host, _, port = self.url.removeprefix("http://").partition(":")
        async with served(app, host=host, port=int(port), timeout_graceful_shutdown=1):
            yield


@asynccontextmanager
async def collector() -> AsyncIterator[Collector]:
    """Run a collector on a port of its own."""
    collecting = Collector(f"http://{LOOPBACK}:{free_ports(1)[0]}")
    async with collecting.served():
        yield collecting


def _span(service: str, span: trace_pb2.Span) -> CollectedSpan:
    return CollectedSpan(
        service=service,
        name=span.name,
        kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        begin_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes=_values(span.attributes),
        links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
        failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
    )


def _values(attributes: Iterable[common_pb2.KeyValue]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for each in attributes:
        kind = each.value.WhichOneof("value")
        found[each.key] = getattr(each.value, kind or "string_value")
    return found
