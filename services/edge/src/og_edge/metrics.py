"""What the edge counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from og_service.metrics import REGISTRY

_ANSWERS: Final = Counter(
    "og_edge_answers",
    "Answers about cards, by their outcome (ok or the error's code) and where the card came from: "
    "HIT, MISS, FALLBACK (another card, instead of that error) or empty.",
    ["outcome", "cache"],
    registry=REGISTRY,
)
_ANSWER_SECONDS: Final = Histogram(
    "og_edge_answer_seconds",
    "What answers about cards took, from the head until they were ready to be sent; the mode is "
    "ai where a new card was asked for by it, else standard.",
    ["cache", "mode"],
    # 0.1 and 3 are what is promised (docs/operations/observability.md).
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 7.5),
    registry=REGISTRY,
)
_ROUTE_SECONDS: Final = Histogram(
    "og_edge_route_seconds",
    "What answers besides cards took until they began, by the path of the route that gave them "
    "(none: there is none) and the class of their status.",
    ["route", "status"],
    buckets=(0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
    registry=REGISTRY,
)
_CALL_SECONDS: Final = Histogram(
    "og_edge_call_seconds",
    "Calls of other services, by RPC, until they are answered or have failed.",
    ["rpc"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
CALL_FAILURES: Final = Counter(
    "og_edge_call_failures",
    "Calls of other services that failed, by gRPC's code: UNAVAILABLE where nobody answers, "
    "DEADLINE_EXCEEDED at auth and for payments, which are waited for.",
    ["code"],
    registry=REGISTRY,
)
REQUESTS_UNDER_WAY: Final = Gauge(
    "og_edge_requests_under_way",
    "Requests that are being answered: the queue `requests`, by a name that autoscalers find.",
    registry=REGISTRY,
)
STORE_SECONDS: Final = Histogram(
    "og_edge_store_seconds",
    "Reads and writes of the object store.",
    ["operation"],
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
STORE_FAILURES: Final = Counter(
    "og_edge_store_failures",
    "Reads and writes of the object store that failed or took too long.",
    ["operation"],
    registry=REGISTRY,
)
_LOOKUPS: Final = Counter(
    "og_edge_lookups",
    "Looks for a card in the index, and for its bytes in memory and then in the object store.",
    ["place", "outcome"],
    registry=REGISTRY,
)
_MEMORY_BYTES: Final = Gauge(
    "og_edge_memory_bytes", "What cards kept in memory take.", registry=REGISTRY
)
_MEMORY_MAX_BYTES: Final = Gauge(
    "og_edge_memory_max_bytes", "What cards kept in memory may take.", registry=REGISTRY
)
LEASES: Final = Counter(
    "og_edge_leases",
    "Claims of the right to draw a card: won, waited for another edge's, lost amid drawing.",
    ["outcome"],
    registry=REGISTRY,
)


@cache  # as many as there are outcomes
def _answers(outcome: str, cache: str) -> Counter:
    return _ANSWERS.labels(outcome, cache)


@cache  # as above
def _answer_seconds(cache: str, mode: str) -> Histogram:
    return _ANSWER_SECONDS.labels(cache, mode)


def count_answer(outcome: str, cache: str, mode: str, took_s: float, trace: dict[str, str]) -> None:
    """Count an answer; cache is HIT, MISS, FALLBACK, or empty where no card was given.

    trace has the ids of its span, and is empty where it has none.
    """
    _answers(outcome, cache).inc()
    _answer_seconds(cache, mode).observe(took_s, trace)


def observe_route(route: str, status: int, took_s: float) -> None:
    """Note an answer that is about no card; route is a path's pattern, never a path."""
    _ROUTE_SECONDS.labels(route, f"{status // 100}xx").observe(took_s)


@cache  # as many as there are RPCs
def _call_seconds(method: str) -> Histogram:
    return _CALL_SECONDS.labels(method.rpartition("/")[2])


def observe_call(method: str, took_s: float) -> None:
    """Note how long a call of another service took; method is "/package.Service/Method"."""
    _call_seconds(method).observe(took_s)


@cache  # as many as there are places and outcomes
def _lookups(place: str, outcome: str) -> Counter:
    return _LOOKUPS.labels(place, outcome)


def count_lookups(place: str, *, hits: int = 0, misses: int = 0) -> None:
    """Count looks into `index`, `memory` or `store`."""
    if hits:
        _lookups(place, "hit").inc(hits)
    if misses:
        _lookups(place, "miss").inc(misses)


def watch_memory(size_bytes: Callable[[], int], max_bytes: int) -> None:
    """Have the bytes shown that are kept in memory."""
    _MEMORY_BYTES.set_function(size_bytes)
    _MEMORY_MAX_BYTES.set(max_bytes)
