"""Spans: what a sampled request leads to in a process, as OpenTelemetry has it (decision 51).

Whether a request is sampled is decided once, at the edge. Where it is not, a span costs a look at
one variable. What a span says is a name or a number of ours: no URL, no query, no parameter of a
statement, no text of an exception.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from types import MappingProxyType, TracebackType
from typing import Final, TypeAlias

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from og_service.settings import CommonSettings

__all__ = ["Span", "SpanKind"]

Attributes: TypeAlias = Mapping[str, str | bool | int | float]
Spanned: TypeAlias = AbstractContextManager[Span | None]
"""A context with a span, or None where nobody is sampled for whom it is."""

TRACEPARENT: Final = "traceparent"
"""The header, and the key of gRPC's metadata, of W3C Trace Context."""
MAX_TRACEPARENT_CHARS: Final = 128
NOTHING: Final[Attributes] = MappingProxyType({})
NOT_SAMPLED: Final[Spanned] = nullcontext()
"""The context of what is done for nobody who is sampled."""

_NS_PER_S: Final = 1_000_000_000
_NOWHERE: Final = Context()
_W3C: Final = TraceContextTextMapPropagator()
_current: Final[ContextVar[Span | None]] = ContextVar("span", default=None)


class _Switch:
    """Whether this process makes spans, and of which share of what begins here."""

    tracer: Tracer | None = None
    ratio = 0.0


@contextmanager
def exporting(settings: CommonSettings, service: str) -> Iterator[None]:
    """Make spans where the settings say so, for the length of the context."""
    if not settings.otlp_endpoint:
        yield
        return
    from og_service import otlp  # noqa: PLC0415 - who traces nothing is spared its 20 MB

    with otlp.exporting(settings.otlp_endpoint, settings.trace_ratio, service):
        yield


def switch_on(tracer: Tracer, ratio: float) -> None:
    """Make spans from now on, and sample that share of the requests that begin here."""
    _Switch.tracer, _Switch.ratio = tracer, ratio


def switch_off() -> None:
    """Make none any more."""
    _Switch.tracer = None


def is_on() -> bool:
    """Tell whether this process makes spans."""
    return _Switch.tracer is not None


def current() -> Span | None:
    """Give the span that what runs belongs to; None where it is for nobody who is sampled."""
    return _current.get()


def ids(span: Span | None) -> dict[str, str]:
    """Name a span as log lines and exemplars do; nothing where there is none."""
    if span is None:
        return {}
    own = span.get_span_context()
    return {"trace_id": f"{own.trace_id:032x}", "span_id": f"{own.span_id:016x}"}


def traceparent(span: Span) -> str:
    """Name a span for the process that goes on with its trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, _below(span))
    return carrier[TRACEPARENT]


def root(name: str, kind: SpanKind, attributes: Attributes = NOTHING) -> Span | None:
    """Begin the trace of a request that comes from outside, if it is to be sampled."""
    tracer = _Switch.tracer
    if tracer is None or random.random() >= _Switch.ratio:  # noqa: S311 - it guards nothing
        return None
    return tracer.start_span(name, _NOWHERE, kind, attributes)


def link_to(span: Span, foreign: str) -> None:
    """Link a span to the one that a stranger's traceparent names, if it names one."""
    if named := _named(foreign):
        span.add_link(named)


def begin(
    name: str, kind: SpanKind = SpanKind.INTERNAL, attributes: Attributes = NOTHING
) -> Span | None:
    """Begin a span within the current one, which the caller ends; None where there is none."""
    parent, tracer = _current.get(), _Switch.tracer
    if parent is None or tracer is None:
        return None
    return tracer.start_span(name, _below(parent), kind, attributes)


def span(
    name: str, kind: SpanKind = SpanKind.INTERNAL, attributes: Attributes = NOTHING
) -> Spanned:
    """Make a span of the context, within the current one if there is one."""
    begun = begin(name, kind, attributes)
    return NOT_SAMPLED if begun is None else _Within(begun)


def continued(name: str, parent: str, kind: SpanKind, attributes: Attributes = NOTHING) -> Spanned:
    """Make a span of the context, within the one that a caller of ours named by its traceparent.

    Whether it is sampled the caller has decided: who names none is not. Whether it failed is for
    the context to say.
    """
    tracer = _Switch.tracer
    if tracer is None or (named := _named(parent)) is None or not named.trace_flags.sampled:
        return NOT_SAMPLED
    begun = tracer.start_span(name, _read(parent), kind, attributes)
    return _Within(begun, fails=False)


def within(span: Span | None) -> Spanned:
    """Make a span, which somebody else ends, the current one for the length of the context."""
    return _Within(span, ends=False)


def shared(name: str, members: Iterable[Span | None], attributes: Attributes = NOTHING) -> Spanned:
    """Make a span of what the context does for all members at once.

    It is within the first that is sampled, with all that it leads to, and links to the others.
    Within each of those is a span of the same name and time that links to it. A task that was
    begun for somebody else forgets whom.
    """
    tracer = _Switch.tracer
    if tracer is None:
        return NOT_SAMPLED
    by_trace = {each.get_span_context().trace_id: each for each in members if each is not None}
    if not by_trace:
        return _Within(None, ends=False)
    first, *others = by_trace.values()
    links = [Link(each.get_span_context()) for each in others]
    spans = [tracer.start_span(name, _below(first), attributes=attributes, links=links)]
    link = Link(spans[0].get_span_context())
    spans += [
        tracer.start_span(name, _below(each), attributes=attributes, links=[link])
        for each in others
    ]
    return _Within(*spans)


def awaited(name: str, leader: Span | None) -> Spanned:
    """Make a span of waiting for what was begun for another request, and link it to that one's."""
    begun = begin(name)
    if begun is None:
        return NOT_SAMPLED
    if leader is not None:
        begun.add_link(leader.get_span_context())
    return _Within(begun)


def steps(took_s: Mapping[str, float], attributes: Attributes = NOTHING) -> None:
    """Make spans of what another process has just done for the current one, step after step."""
    parent, tracer = _current.get(), _Switch.tracer
    if parent is None or tracer is None:
        return
    context, lengths_ns = _below(parent), {k: round(s * _NS_PER_S) for k, s in took_s.items()}
    begin_ns = time.time_ns() - sum(lengths_ns.values())
    for name, length_ns in lengths_ns.items():
        step = tracer.start_span(name, context, attributes=attributes, start_time=begin_ns)
        begin_ns += length_ns
        step.end(begin_ns)


def fail(span: Span, error_type: str) -> None:
    """Mark a span as failed, by a code, a reason or the name of an exception."""
    span.set_attribute("error.type", error_type)
    span.set_status(Status(StatusCode.ERROR))


class _Within:
    """A context whose current span is the first of spans; all of them end with it."""

    __slots__ = ("_before", "_ends", "_fails", "_spans")

    def __init__(self, *spans: Span | None, ends: bool = True, fails: bool = True) -> None:
        self._spans = spans
        self._ends = ends
        self._fails = fails
        self._before: Span | None = None

    def __enter__(self) -> Span | None:
        self._before = _current.get()
        _current.set(self._spans[0])
        return self._spans[0]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _current.set(self._before)
        if not self._ends:
            return
        for each in self._spans:
            if each is None:
                continue
            if kind is not None and self._fails:
                fail(each, kind.__qualname__)
            each.end()


def _below(span: Span) -> Context:
    return set_span_in_context(span, _NOWHERE)


def _read(traceparent: str) -> Context:
    return _W3C.extract({TRACEPARENT: traceparent[:MAX_TRACEPARENT_CHARS]}, _NOWHERE)


def _named(traceparent: str) -> SpanContext | None:
    if not traceparent:
        return None
    named = get_current_span(_read(traceparent)).get_span_context()
    return named if named.is_valid else None
