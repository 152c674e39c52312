"""What billing counts."""

from __future__ import annotations

from typing import Final

from prometheus_client import Gauge, Histogram

from og_service.metrics import REGISTRY

BATCH_COMMANDS: Final = Histogram(
    "og_billing_batch_commands",
    "Commands that one transaction wrote together.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000),
    registry=REGISTRY,
)
QUEUED_COMMANDS: Final = Gauge(
    "og_billing_queued_commands",
    "Commands that wait for the transaction under way.",
    registry=REGISTRY,
)
