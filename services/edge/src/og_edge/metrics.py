"""What the edge counts."""

from __future__ import annotations

from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from og_service.metrics import REGISTRY

_ANSWERS: Final = Counter(
    "og_edge_answers",
    "Answers about cards, by their outcome (ok or the error's code) and where the card came from.",
    ["outcome", "cache"],
    registry=REGISTRY,
)
_ANSWER_SECONDS: Final = Histogram(
    "og_edge_answer_seconds",
    "What answers about cards took, until they were ready to be sent.",
    ["cache"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
_CALL_SECONDS: Final = Histogram(
    "og_edge_call_seconds",
    "Calls of other services, by RPC, until they are answered or have failed.",
    ["rpc"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
REQUESTS_UNDER_WAY: Final = Gauge(
    "og_edge_requests_under_way",
    "Requests about cards that are being answered.",
    registry=REGISTRY,
)
STORE_SECONDS: Final = Histogram(
    "og_edge_store_seconds",
    "Reads and writes of the object store.",
    ["operation"],
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)


@cache  # as many as there are outcomes
def _answers(outcome: str, cache: str) -> Counter:
    return _ANSWERS.labels(outcome, cache)


@cache  # as above
def _answer_seconds(cache: str) -> Histogram:
    return _ANSWER_SECONDS.labels(cache)


def count_answer(outcome: str, cache: str, took_s: float) -> None:
    """Count an answer; cache is HIT, MISS, or empty where no card was given."""
    _answers(outcome, cache).inc()
    _answer_seconds(cache).observe(took_s)


@cache  # as many as there are RPCs
def _call_seconds(method: str) -> Histogram:
    return _CALL_SECONDS.labels(method.rpartition("/")[2])


def observe_call(method: str, took_s: float) -> None:
    """Note how long a call of another service took; method is "/package.Service/Method"."""
    _call_seconds(method).observe(took_s)
