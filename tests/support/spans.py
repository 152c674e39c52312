"""Spans of the tests' own process: what code of ours makes of a request that is sampled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from og_service import tracing


@dataclass(frozen=True)
class Recorded:
    """What was made so far."""

    exporter: InMemorySpanExporter

    @property
    def spans(self) -> list[ReadableSpan]:
        """Give the spans that have ended, in that order."""
        return list(self.exporter.get_finished_spans())

    @property
    def names(self) -> list[str]:
        """Name them."""
        return [span.name for span in self.spans]

    def named(self, name: str) -> list[ReadableSpan]:
        """Give those of a name."""
        return [span for span in self.spans if span.name == name]


@contextmanager
def recording(ratio: float = 1) -> Iterator[Recorded]:
    """Make spans in this process, of that share of what begins here."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ALWAYS_ON, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.switch_on(provider.get_tracer("tests"), ratio)
    try:
        yield Recorded(exporter)
    finally:
        tracing.switch_off()


@contextmanager
def sampled(name: str = "request") -> Iterator[tracing.Span]:
    """Be a request that is sampled, for the length of the context."""
    root = tracing.root(name, tracing.SpanKind.SERVER)
    assert root is not None
    with tracing.within(root):
        yield root
    root.end()


def trace_of(span: ReadableSpan | tracing.Span) -> int:
    """Give the number of a span's trace."""
    context = span.get_span_context()
    assert context is not None
    return context.trace_id


def is_below(child: ReadableSpan, parent: ReadableSpan | tracing.Span) -> bool:
    """Tell whether one span is the parent of the other."""
    context = parent.get_span_context()
    return (
        child.parent is not None
        and context is not None
        and ((child.parent.trace_id, child.parent.span_id) == (context.trace_id, context.span_id))
    )


def links_of(span: ReadableSpan) -> set[int]:
    """Give the numbers of the traces that a span links to."""
    return {link.context.trace_id for link in span.links}
