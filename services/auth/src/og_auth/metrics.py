"""What auth counts."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge

from og_service.metrics import REGISTRY

DECISIONS: Final = Counter(
    "og_auth_decisions",
    "Decisions, by the RPC that they answered and by what they were.",
    ["rpc", "decision"],
    registry=REGISTRY,
)
LOCAL_WINDOW_BATCHES: Final = Counter(
    "og_auth_local_window_batches",
    "Batches whose rate limits were counted in this process because Valkey was away.",
    registry=REGISTRY,
)
VALKEY_AWAY: Final = Gauge(
    "og_auth_valkey_away",
    "1 from a failed use of Valkey until a probe is answered, else 0.",
    registry=REGISTRY,
)
