"""Calls as a server sees them: how many, how long, and how they ended."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from og_service import tracing
from og_service.errors import CallerNotAllowedError, InternalError, UnknownCallerError
from og_service.metrics import REGISTRY

_SECONDS: Final = Histogram(
    "og_rpc_seconds",
    "Calls that this server answered, by RPC and gRPC's code, from the call until its answer.",
    ["rpc", "code"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
    registry=REGISTRY,
)
_FAILURES: Final = Counter(
    "og_rpc_failures",
    "Of these the ones that failed, by the reason that the caller is told.",
    ["rpc", "reason"],
    registry=REGISTRY,
)
UNDER_WAY: Final = Gauge(
    "og_rpc_under_way", "Calls that this server is answering, of 2,000 at most.", registry=REGISTRY
)


@cache  # as many as there are RPCs and codes
def _seconds(method: str, code: str) -> Histogram:
    return _SECONDS.labels(_name(method), code)


def expect_rpcs(names: Iterable[str]) -> None:
    """Count from 0 what an operator is told of, or nobody sees the first of each."""
    for name in names:
        for error in (InternalError, UnknownCallerError, CallerNotAllowedError):
            _FAILURES.labels(_name(name), error.reason)


def observe_rpc(method: str, code: str, reason: str, took_s: float) -> None:
    """Note a call; method is "/package.Service/Method", reason OK where it was answered."""
    _seconds(method, code).observe(took_s, tracing.ids(tracing.current()))
    if reason != "OK":
        _FAILURES.labels(_name(method), reason).inc()


def _name(method: str) -> str:
    return method.rpartition("/")[2]
